"""Health: what was looked at, how it was, and what to do about it."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

Well = Literal["ok", "waiting", "unknown", "wrong"]


class CheckShown(TypedDict):
    """One thing that was looked at."""

    name: str
    """A word for it that stays."""
    title: str
    """The same for people."""
    state: Well
    """ok; waiting: it has not happened yet; unknown: it could not be seen; or wrong."""
    message: str
    """What was seen."""
    mend: str
    """What to do about it; empty = nothing."""
    value: str
    """What to paste, if that is what to do."""
    observed_at: str | None
    """When that was; null = it is so now, or has not been yet."""


class EndpointHealth(TypedDict):
    """How an endpoint does: as well as the worst of its parts."""

    endpoint: str
    """Its address."""
    name: str
    """Its name for people."""
    type: str
    """The channel: TwilioSms or Web."""
    status: str
    """online or offline."""
    state: Well
    """The worst of the states below."""
    steps: list[CheckShown]
    """What sets it up, in order, each as it was observed."""
    parts: list[CheckShown]
    """What goes on with it."""
