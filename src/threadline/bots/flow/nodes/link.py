"""Link Out, Link In: one leads to the other, so that parts of a flow can be drawn apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import Node, Then
from threadline.bots.flow.talk import Talk


@dataclass(frozen=True, slots=True)
class LinkOut(Node):
    to: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(to=fields.wire("to"))

    @property
    def summary(self) -> str:
        return self.to

    @property
    def wires(self) -> Mapping[str, str]:
        return {"to": self.to}

    @property
    def labels(self) -> Mapping[str, str]:
        return {"to": ""}

    def enter(self, talk: Talk) -> Then:
        return self.to


@dataclass(frozen=True, slots=True)
class LinkIn(Node):
    next: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(next=fields.wire("next"))

    @property
    def summary(self) -> str:
        return self.next

    @property
    def wires(self) -> Mapping[str, str]:
        return {"next": self.next}

    def enter(self, talk: Talk) -> Then:
        return self.next
