"""Input: waits for any text, or for a picture without one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import Stop, Then, WaitingNode
from threadline.bots.flow.talk import Talk
from threadline.bots.flow.templates import Template


@dataclass(frozen=True, slots=True)
class Input(WaitingNode):
    text: Template
    store: str
    next: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(
            text=fields.text("text", default=""),
            store=fields.variable("store", default=""),
            next=fields.wire("next"),
        )

    @property
    def summary(self) -> str:
        return self.text.source or (f"→ {self.store}" if self.store else "")

    @property
    def wires(self) -> Mapping[str, str]:
        return {"next": self.next}

    def enter(self, talk: Talk) -> Then:
        talk.say(self.text)
        return Stop.WAIT

    def answer(self, talk: Talk) -> Then:
        answer = talk.heard.strip() or talk.media
        if not answer:
            return self.enter(talk)
        if self.store:
            talk.remember(self.store, answer)
        return self.next
