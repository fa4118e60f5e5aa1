"""What enters the timelines, one after the other, for those who follow it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Place = tuple[int, int, int]
"""In the order of everything that was said. It grows, and nothing is added before it."""


@dataclass(frozen=True, slots=True)
class Which:
    """What is followed; "" = whatever it is."""

    organization: str = ""
    endpoint: str = ""
    contact: str = ""

    def fits(self, one: Happened) -> bool:
        """Whether it is of what is followed."""
        return (
            self.organization in ("", one.organization)
            and self.endpoint in ("", one.endpoint)
            and self.contact in ("", one.contact)
        )


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry of a timeline, and whose it is. `place` has its conversation and its seq."""

    place: Place
    organization: str
    endpoint: str
    contact: str
    at: int
    author: str
    element: Mapping[str, Any]
    discarded: str
    session: int


@dataclass(frozen=True, slots=True)
class Portion:
    """
    Some of it, in order; what follows comes after `place`. `more` says that there may be more
    already.
    """

    found: list[Happened]
    place: Place
    more: bool = False
