"""Set Context: remembers values about the contact, for this session and the next ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import Node, Then
from threadline.bots.flow.talk import Talk


@dataclass(frozen=True, slots=True)
class SetContext(Node):
    values: Mapping[str, Any]
    next: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        names = fields.mapping("values")
        inside = fields.inside("values", names)
        for name in names:
            inside.check_variable(name, name)
        return cls({name: inside.value(name) for name in names}, fields.wire("next"))

    @property
    def summary(self) -> str:
        return ", ".join(self.values)

    @property
    def wires(self) -> Mapping[str, str]:
        return {"next": self.next}

    def enter(self, talk: Talk) -> Then:
        for name, value in self.values.items():
            talk.remember(name, talk.fill(value))
        return self.next
