"""Bots: what answers. Their documents are those that `threadline apply` takes."""

from __future__ import annotations

from typing import Any, NotRequired

from typing_extensions import TypedDict


class BotDocument(TypedDict):
    """A bot as it is declared. Fields that nobody here knows are kept."""

    Name: str
    """Letters, digits, dots, hyphens, underscores."""
    Type: str
    """flow: run here; http: asked at its Url."""
    State: NotRequired[str]
    """RUNNING, which it is if this is left out; PAUSED or STOPPED: texts wait for it."""
    Flow: NotRequired[Any]
    """For flow: its nodes."""
    Url: NotRequired[str]
    """For http: where it is asked."""
    Secret: NotRequired[str]
    """For http: SRN of the secret that requests are signed with."""
    Headers: NotRequired[dict[str, str]]
    """For http: sent with each request; the SRN of a secret stands for its value."""
    TimeoutSeconds: NotRequired[float]
    """For http: how long an answer may take."""


class BotListed(TypedDict):
    """A bot without what it says."""

    Name: str
    """Its name for good."""
    Type: str
    """flow or http."""
    State: str
    """RUNNING, PAUSED or STOPPED."""
    Version: int
    """Which version of what it says this is. Another State is no other version."""
    Updated: int
    """When it was last changed, in milliseconds since 1970."""
    Endpoints: list[str]
    """The addresses of the endpoints that name it."""


class BotShown(BotDocument):
    """A bot as it was given, and what it is now."""

    Version: int
    """Which version of what it says this is. It is left out of what is written."""
