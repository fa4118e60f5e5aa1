"""Goal: records on the timeline that a goal was reached, and the flow goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import Node, Then
from threadline.bots.flow.talk import Talk
from threadline.model import timeline


@dataclass(frozen=True, slots=True)
class Goal(Node):
    name: str
    next: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(name=fields.plain("name"), next=fields.wire("next"))

    @property
    def summary(self) -> str:
        return self.name

    @property
    def wires(self) -> Mapping[str, str]:
        return {"next": self.next}

    def enter(self, talk: Talk) -> Then:
        talk.add(timeline.Goal(self.name))
        return self.next
