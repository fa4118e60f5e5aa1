"""Senders: the numbers and messaging services that texts go out from."""

from __future__ import annotations

from typing_extensions import TypedDict


class Sender(TypedDict):
    """A number or a messaging service, and what it does."""

    sender: str
    """The number in E.164, or the name of the service."""
    endpoints: list[str]
    """Addresses of the endpoints that use it."""
    state: str
    """sending, paused by hand, catching up, or paused."""
    until: str | None
    """When a pause ends by itself; null = it does not, or there is none."""
    why: str
    """Why it is paused; empty = it is not."""
    segments_per_second: float | None
    """How fast it sends; null = as fast as it goes."""
    waiting: int
    """How many texts wait to go out."""
    oldest: str | None
    """When the oldest of them was made; null = none waits."""
    opted_out: int
    """How many contacts do not want its texts."""
    heard_at: str | None
    """When a text last came for it; null = not yet."""


class SenderResumed(Sender):
    """A sender that sends again."""

    was_paused: bool
    """Whether it had stopped; `why` is what for."""


class SenderPause(TypedDict):
    """Nothing is to be sent."""

    reason: str
    """Why, for who reads it later."""
