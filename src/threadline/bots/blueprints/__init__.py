"""
Bots to begin with, one file each: what it is for, what to fill in, a dialogue, and the bot.

In the texts of a bot `{{company}}` is replaced by what was filled in for the parameter
`company`. A new blueprint is a file here and its name in NAMES; its dialogue is run by
tests/bots/test_blueprints.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from threadline.errors import Problem
from threadline.model.document import load

NAMES = (
    "appointment-reminder",
    "faq",
    "order-status",
    "survey",
    "lead-capture",
    "opening-hours",
    "empty-flow",
    "http-bot",
)
LONGEST = 300
_HOLE = re.compile(r"\{\{(\w+)\}\}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What somebody fills in: `about` tells them what it is."""

    name: str
    title: str
    about: str
    default: str


@dataclass(frozen=True, slots=True)
class Blueprint:
    """
    `notes` tell what to do once it is made, `dialogue` is as in docs/reference/flow.md, and
    `bot` is the document without a name, not filled in.
    """

    name: str
    title: str
    description: str
    notes: str
    parameters: tuple[Parameter, ...]
    dialogue: str
    bot: Mapping[str, Any]


@cache
def known() -> Mapping[str, Blueprint]:
    """Every one by its name, in the order in which they are shown."""
    return {name: _read(name) for name in NAMES}


def check(blueprint: Blueprint, values: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with what was filled in. Pure."""
    names = [one.name for one in blueprint.parameters]
    problems = []
    for name, value in values.items():
        path = f"values.{name}"
        if name not in names:
            mend = f"It has: {', '.join(names)}."
            message = f"The blueprint {blueprint.name} has no parameter {name!r}."
            problems.append(Problem("parameter_unknown", path, message, mend))
        elif not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
            mend = f"Write a text of 1 to {LONGEST} characters, or leave it out."
            problems.append(Problem("parameter_invalid", path, "This cannot be.", mend))
    return problems


def fill(blueprint: Blueprint, name: str, values: Mapping[str, str]) -> dict[str, Any]:
    """The document of a bot of this name; what is left out of `values` is the default. Pure."""
    filled = {
        one.name: values.get(one.name, one.default).strip() for one in blueprint.parameters
    }
    return {"Name": name, **_filled(blueprint.bot, filled)}


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    match value:
        case str():
            return _HOLE.sub(lambda found: values[found[1]], value)
        case Mapping():
            return {_filled(key, values): _filled(one, values) for key, one in value.items()}
        case list():
            return [_filled(one, values) for one in value]
        case _:
            return value


def _read(name: str) -> Blueprint:
    file = resources.files(__name__) / f"{name}.yaml"
    said = load(file.read_text("utf-8"), str(file)).value
    parameters = (
        Parameter(name, one["Title"], one["About"], one["Default"])
        for name, one in said["Parameters"].items()
    )
    return Blueprint(
        name=name,
        title=said["Title"],
        description=said["Description"],
        notes=said["Notes"],
        parameters=tuple(parameters),
        dialogue=said["Dialogue"].strip(),
        bot=said["Bot"],
    )
