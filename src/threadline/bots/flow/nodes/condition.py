"""Condition: goes on by whether a JavaScript expression is true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from threadline.bots.flow.errands import Outcome, Returned
from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import ErrandNode, Then
from threadline.bots.flow.talk import Talk
from threadline.model.timeline import Note

MAX_CODE = 2_000


@dataclass(frozen=True, slots=True)
class Condition(ErrandNode):
    """What cannot be evaluated is not true, and a note tells why."""

    when: str
    next: str
    otherwise: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        when = fields.plain("when")
        if len(when) > MAX_CODE:
            message = f"It has {len(when)} characters; {MAX_CODE} are allowed."
            fields.wrong("code_too_long", "when", message, "Write a Function.")
        return cls(when, fields.wire("next"), fields.wire("else"))

    @property
    def summary(self) -> str:
        return self.when

    @property
    def wires(self) -> Mapping[str, str]:
        return {"next": self.next, "else": self.otherwise}

    @property
    def labels(self) -> Mapping[str, str]:
        return {"next": "true"}

    def enter(self, talk: Talk) -> Then:
        return talk.script(self.when, expression=True)

    def done(self, talk: Talk, outcome: Outcome) -> Then:
        if isinstance(outcome, Returned):
            return self.next if outcome.sent and outcome.sent[0] else self.otherwise
        why = getattr(outcome, "why", "It could not be evaluated.")
        talk.add(Note(f"Node `{talk.node}`: {why}", "condition_failed"))
        return self.otherwise
