"""Handover: a person answers until they hand the conversation back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import Stop, Then, WaitingNode
from threadline.bots.flow.talk import Talk
from threadline.model.templates import Template
from threadline.model.turn import ToPerson


@dataclass(frozen=True, slots=True)
class Handover(WaitingNode):
    """`reason` is for the operators. The text after it was handed back goes to `next`."""

    reason: Template
    next: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(reason=fields.text("reason", default=""), next=fields.wire("next"))

    @property
    def summary(self) -> str:
        return self.reason.source

    @property
    def wires(self) -> Mapping[str, str]:
        return {"next": self.next}

    @property
    def labels(self) -> Mapping[str, str]:
        return {"next": "handed back"}

    def enter(self, talk: Talk) -> Then:
        talk.then = ToPerson(talk.render(self.reason).strip())
        return Stop.HAND

    def answer(self, talk: Talk) -> Then:
        return self.next
