"""End: the session is over, and the next text begins a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import Node, Stop, Then
from threadline.bots.flow.talk import Talk


@dataclass(frozen=True, slots=True)
class End(Node):
    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls()

    @property
    def summary(self) -> str:
        return ""

    @property
    def wires(self) -> Mapping[str, str]:
        return {}

    def enter(self, talk: Talk) -> Then:
        return Stop.END
