"""How long a node waits for an answer, and where the flow goes on without one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from threadline.bots.flow.fields import Fields
from threadline.bots.flow.talk import Talk
from threadline.model.templates import Template


@dataclass(frozen=True, slots=True)
class Patience:
    """`silent` is empty for a node that waits as long as the session lasts."""

    span: Template
    silent: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        span, silent = fields.span("patience", default=""), fields.wire("silent", default="")
        if bool(span.source) is not bool(silent):
            message = "`patience` and `silent` go together."
            mend = "Write both: how long it waits, and the node that is next then."
            fields.wrong("wire_missing", "silent" if span.source else "patience", message, mend)
        return cls(span, silent)

    @property
    def wires(self) -> Mapping[str, str]:
        return {"silent": self.silent} if self.silent else {}

    def begin(self, talk: Talk) -> None:
        """The node waits from now on."""
        if self.silent:
            talk.wait_for(self.span)
