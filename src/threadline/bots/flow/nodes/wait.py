"""Wait: goes on when a time is over, whether or not the contact writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import Stop, Then, WaitingNode
from threadline.bots.flow.talk import Talk
from threadline.model.templates import Template


@dataclass(frozen=True, slots=True)
class Wait(WaitingNode):
    """What the contact writes in the meantime leads to `interrupted`, or nowhere if empty."""

    span: Template
    next: str
    interrupted: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(
            span=fields.span("for"),
            next=fields.wire("next"),
            interrupted=fields.wire("interrupted", default=""),
        )

    @property
    def summary(self) -> str:
        return self.span.source

    @property
    def labels(self) -> Mapping[str, str]:
        return {"interrupted": "something is written"}

    @property
    def wires(self) -> Mapping[str, str]:
        ports = {"next": self.next}
        return ports | ({"interrupted": self.interrupted} if self.interrupted else {})

    def enter(self, talk: Talk) -> Then:
        talk.wait_for(self.span)
        return Stop.WAIT

    def answer(self, talk: Talk) -> Then:
        if talk.wait_is_over:
            return self.next
        return self.interrupted or Stop.WAIT

    def woken(self, talk: Talk) -> Then:
        return self.next
