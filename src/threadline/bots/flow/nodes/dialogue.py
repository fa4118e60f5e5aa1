"""Dialogue: says one text, several in order, or one of several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import Node, Then
from threadline.bots.flow.talk import Talk
from threadline.model.templates import Template


@dataclass(frozen=True, slots=True)
class Dialogue(Node):
    """
    All of `text` is said, or one of `variants`. `pause` seconds pass before what comes next is
    shown; 0 = as many as the channel likes.
    """

    text: tuple[Template, ...]
    variants: tuple[Template, ...]
    pause: float
    next: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        variants = fields.texts("variants", default="")
        varied = fields.get("variants") is not None
        if varied and fields.get("text") is not None:
            mend = "Keep one of them."
            fields.wrong("field_invalid", "variants", "There is `text` already.", mend)
        return cls(
            text=() if varied else fields.texts("text"),
            variants=variants if varied else (),
            pause=_pause(fields),
            next=fields.wire("next"),
        )

    @property
    def summary(self) -> str:
        return " ".join(text.source for text in self.text or self.variants)

    @property
    def wires(self) -> Mapping[str, str]:
        return {"next": self.next}

    def enter(self, talk: Talk) -> Then:
        for text in self.text:
            talk.say(text, self.pause)
        if self.variants:
            talk.say(self.variants[talk.chance % len(self.variants)], self.pause)
        return self.next


def _pause(fields: Fields) -> float:
    found = fields.number("pause")
    if found is not None and not 1 <= found <= 5:
        mend = "Write a number of seconds from 1 to 5."
        fields.wrong("field_invalid", "pause", "It cannot be this.", mend)
    return 0 if found is None else found
