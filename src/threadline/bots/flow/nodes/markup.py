"""Markup: says what timeline markup says, such as buttons or a list; it waits for nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import Node, Then
from threadline.bots.flow.talk import Talk
from threadline.model import markup
from threadline.model.templates import Template

_OPENED = re.compile(rf"<(?!{markup.ROOT}\b)([A-Za-z]+)")


@dataclass(frozen=True, slots=True)
class Markup(Node):
    xml: Template
    next: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(xml=fields.markup("xml"), next=fields.wire("next"))

    @property
    def summary(self) -> str:
        return shown(self.xml)

    @property
    def wires(self) -> Mapping[str, str]:
        return {"next": self.next}

    def enter(self, talk: Talk) -> Then:
        for element in markup.read(talk.render(self.xml)):
            talk.add(element)
        return self.next


def shown(xml: Template) -> str:
    """The names of its elements."""
    return ", ".join(dict.fromkeys(_OPENED.findall(xml.source)))
