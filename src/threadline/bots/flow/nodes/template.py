"""Template: makes a text and keeps it, for the nodes that follow."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import Node, Then
from threadline.bots.flow.talk import Talk
from threadline.bots.flow.told import short
from threadline.bots.flow.ways import Way
from threadline.model.templates import Template as Text


@dataclass(frozen=True, slots=True)
class Template(Node):
    """`parse` is "json" if the text is read as that, else empty."""

    text: Text
    to: Way
    parse: str
    next: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        parse = fields.plain("parse", default="")
        if parse not in ("", "json"):
            message = f"A text cannot be read as {short(parse)}."
            fields.wrong("field_invalid", "parse", message, "Write `json`, or leave it out.")
        return cls(fields.text("text"), fields.way("to"), parse, fields.wire("next"))

    @property
    def summary(self) -> str:
        return self.text.source

    @property
    def wires(self) -> Mapping[str, str]:
        return {"next": self.next}

    def enter(self, talk: Talk) -> Then:
        made: Any = talk.render(self.text)
        if self.parse:
            try:
                made = json.loads(made)
            except (ValueError, RecursionError):
                talk.refuse("The text is no JSON.")
        talk.place(self.to, made)
        return self.next
