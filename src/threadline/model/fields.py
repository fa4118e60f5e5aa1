"""What may be filled in, declared once: the check, the form and the reference read it here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "text", "paragraph", "list", "json", "number", "choice", "switch", "secret", "srn"
]
"""`secret` is a text that is never shown again, `srn` the name of a secret in the vault."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A number that may be set: from `least` to `most`, in `unit`; whole unless `broken`."""

    least: float
    most: float
    unit: str
    broken: bool = False

    @property
    def told(self) -> str:
        """As in `6 to 36,000 seconds`."""
        if self.broken and not self.least:
            return f"up to {self.most:,.0f} {self.unit}"
        return f"{self.least:g} to {self.most:,.0f} {self.unit}"


@dataclass(frozen=True, slots=True)
class Field:
    """
    `name` is the way to it, as in `Policy.userSession.expireOnInactivityInMinutes`; "" is the
    whole. `help` is a sentence with code in backticks. `choices` are words and what each
    means. `default` is what holds where nothing is written, None = nothing does.
    """

    name: str
    label: str
    help: str
    kind: Kind = "text"
    group: str = ""
    default: Any = None
    choices: Mapping[str, str] = field(default_factory=dict)
    limit: Limit | None = None
    required: bool = False
    example: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.name.split(".")) if self.name else ()


@dataclass(frozen=True, slots=True)
class Template:
    """A form for the value of a secret of this `type`."""

    name: str
    label: str
    help: str
    type: Literal["secretdoc", "secret"]
    fields: tuple[Field, ...]

    @property
    def whole(self) -> bool:
        """Whether its one field is the whole value."""
        return [one.name for one in self.fields] == [""]


def get(document: Any, one: Field) -> Any:
    """What stands at the field; None = nothing. Pure."""
    for part in one.parts:
        document = document.get(part) if isinstance(document, Mapping) else None
    return document


def put(document: dict[str, Any], one: Field, value: Any) -> None:
    """
    Write a value at the field; None takes it away, with what is empty then. Changes
    `document`, whose inner objects are made anew.
    """
    *way, last = one.parts
    inner: list[tuple[dict[str, Any], str]] = []
    for part in way:
        found = document.get(part)
        document[part] = dict(found) if isinstance(found, Mapping) else {}
        inner.append((document, part))
        document = document[part]
    if value is None:
        document.pop(last, None)
    else:
        document[last] = value
    for outer, part in reversed(inner):
        if value is None and not outer[part]:
            del outer[part]


def default_of(one: Field) -> str:
    """As people write it; empty = there is none. Pure."""
    if isinstance(one.default, bool):
        return "true" if one.default else "false"
    return "" if one.default is None else str(one.default)
