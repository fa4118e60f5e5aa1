"""Dialogue: says one text, or several in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import Node, Then
from threadline.bots.flow.talk import Talk
from threadline.bots.flow.templates import Template


@dataclass(frozen=True, slots=True)
class Dialogue(Node):
    text: tuple[Template, ...]
    next: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(text=fields.texts("text"), next=fields.wire("next"))

    @property
    def summary(self) -> str:
        return " ".join(text.source for text in self.text)

    @property
    def wires(self) -> Mapping[str, str]:
        return {"next": self.next}

    def enter(self, talk: Talk) -> Then:
        for text in self.text:
            talk.say(text)
        return self.next
