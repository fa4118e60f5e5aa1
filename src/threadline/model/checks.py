"""What was looked at, and whether it was as it has to be. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

State = Literal["ok", "waiting", "unknown", "wrong"]
"""`waiting`: it has not happened yet, and may. `unknown`: it could not be seen."""

BADNESS: tuple[State, ...] = ("ok", "waiting", "unknown", "wrong")
WORST_FIRST = BADNESS[::-1]
TITLES: Mapping[str, str] = {
    "secret": "Secret chosen",
    "credentials": "Credentials valid",
    "number": "Number found, and it takes texts",
    "webhook": "Webhook set",
    "page": "Messenger ready",
    "integration": "Integration can be called",
    "first_text": "First text seen",
    "answered": "First answer sent",
    "signatures": "Refused requests",
    "sender": "Sender",
    "catch_up": "Catch-up",
    "queue": "Queue",
    "callbacks": "Status callbacks",
    "failures": "Failures",
}
"""By the name of a check."""


class Check(NamedTuple):
    """
    One thing that was looked at: `message` says what was seen, `mend` what to do about it;
    `observed_at` is when that was (microseconds), 0 = it is so now, or has not been yet.
    `value` is what to paste, if `mend` speaks of that.
    """

    name: str
    state: State
    message: str
    mend: str = ""
    observed_at: int = 0
    value: str = ""

    @property
    def title(self) -> str:
        return TITLES[self.name]


def worst(found: Iterable[Check]) -> State:
    """A whole is as well as the worst of its parts."""
    states = [one.state for one in found]
    return next((one for one in WORST_FIRST if one in states), "ok")


@dataclass(frozen=True, slots=True)
class Examined:
    """What a provider said of an endpoint, when, and `about` what: document and secret."""

    checks: tuple[Check, ...]
    at: int
    about: object
