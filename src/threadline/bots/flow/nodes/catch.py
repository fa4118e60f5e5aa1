"""Catch: where the flow goes on when something went wrong in a node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import Node, Then
from threadline.bots.flow.talk import Talk


@dataclass(frozen=True, slots=True)
class Catch(Node):
    """No wire leads here. `nodes` are those whose mistakes it is for; none = all."""

    nodes: tuple[str, ...]
    next: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(nodes=fields.wires("nodes"), next=fields.wire("next"))

    @property
    def summary(self) -> str:
        return ", ".join(self.nodes)

    @property
    def wires(self) -> Mapping[str, str]:
        return {"next": self.next}

    def enter(self, talk: Talk) -> Then:
        return self.next
