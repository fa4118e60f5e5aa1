"""A bot: something that answers. A flow run here, or a bot elsewhere behind a connector."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from threadline.errors import Problem

NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")
STATES = ("RUNNING", "PAUSED", "STOPPED")


@dataclass(frozen=True, slots=True)
class BotRecord:
    """
    `document` is the bot as it was given: Name, Type ("flow", "http", …), State and what the
    type needs (Flow, or Url and Secret). `version` is another one with every change of its
    content, and `updated_at` also tells when its State was changed.
    """

    organization: str
    version: int
    document: Mapping[str, Any]
    updated_at: int = field(default=0, compare=False)

    @property
    def name(self) -> str:
        return str(self.document["Name"])

    @property
    def type(self) -> str:
        return str(self.document["Type"])

    @property
    def state(self) -> str:
        return str(self.document.get("State", "RUNNING")).upper()

    @property
    def running(self) -> bool:
        """A paused or stopped bot is asked nothing; its texts are kept."""
        return self.state == "RUNNING"


def content(document: Mapping[str, Any]) -> dict[str, Any]:
    """What a version is about: all but whether it runs. Pure."""
    return {name: value for name, value in document.items() if name != "State"}


def check(document: Mapping[str, Any], types: Mapping[str, Any], at: str = "") -> list[Problem]:
    """What is wrong with the part that every bot has; its type checks the rest. Pure."""
    problems: list[Problem] = []
    name = document.get("Name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        mend = "Use 1 to 100 letters, digits, dots, hyphens and underscores."
        problems.append(Problem("name_invalid", f"{at}Name", f"{name!r} names no bot.", mend))
    if document.get("Type") not in types:
        said, mend = document.get("Type"), f"Write one of: {', '.join(types)}."
        problems.append(Problem("type_unknown", f"{at}Type", f"No bot type {said!r}.", mend))
    state = document.get("State", "RUNNING")
    if not isinstance(state, str) or state.upper() not in STATES:
        mend = f"Write one of: {', '.join(STATES)}."
        problems.append(Problem("state_invalid", f"{at}State", f"No state {state!r}.", mend))
    return problems
