"""Switch: goes on by the first case that is true of a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from threadline.bots.flow import compare, patterns
from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import Node, Then
from threadline.bots.flow.talk import Talk
from threadline.model.templates import Template


@dataclass(frozen=True, slots=True)
class Case:
    """`expected` may have holes, except for `matches`, where it is a compiled pattern."""

    operator: str
    expected: Any
    next: str

    @property
    def label(self) -> str:
        """As in `at least 3`."""
        if self.operator == "empty":
            return "empty" if self.expected is True else "not empty"
        return f"{self.operator.replace('_', ' ')} {_written(self.expected)}"


@dataclass(frozen=True, slots=True)
class Switch(Node):
    on: Template
    cases: tuple[Case, ...]
    otherwise: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        on = fields.text("on")
        cases = tuple(_case(part) for part in fields.parts("cases"))
        return cls(on, cases, fields.wire("else"))

    @property
    def summary(self) -> str:
        return self.on.source

    @property
    def labels(self) -> Mapping[str, str]:
        return {f"case {number}": case.label for number, case in enumerate(self.cases, 1)}

    @property
    def wires(self) -> Mapping[str, str]:
        ports = {f"case {number}": case.next for number, case in enumerate(self.cases, 1)}
        return ports | {"else": self.otherwise}

    def enter(self, talk: Talk) -> Then:
        found = talk.fill(self.on)
        for case in self.cases:
            if compare.OPERATORS[case.operator](found, talk.fill(case.expected)):
                return case.next
        return self.otherwise


def _written(expected: Any) -> str:
    match expected:
        case Template(source) | re.Pattern(pattern=source):
            return str(source)
        case list():
            return ", ".join(map(_written, expected))
    return str(expected).lower()


def _case(fields: Fields) -> Case:
    given = [name for name in compare.OPERATORS if fields.get(name) is not None]
    to = fields.wire("next")
    fields.finish()
    if len(given) != 1:
        known = ", ".join(f"`{name}`" for name in compare.OPERATORS)
        message = f"A case compares in one way, and here are {len(given)}."
        fields.wrong("case_invalid", given[1] if given else "next", message, f"Use {known}.")
        return Case("equals", "", to)
    (operator,) = given
    if operator == "matches":
        try:
            return Case(operator, patterns.compile(fields.plain(operator)), to)
        except ValueError as why:
            fields.wrong("pattern_invalid", operator, str(why), "See docs/reference/flow.md.")
    expected = fields.value(operator)
    if not compare.fits(operator, expected):
        message = f"`{operator}` cannot be compared with this."
        fields.wrong("case_invalid", operator, message, compare.WANTS[operator])
    return Case(operator, expected, to)
