"""What a visitor's page is told about its conversation."""

from __future__ import annotations

from typing import Any, NotRequired

from typing_extensions import TypedDict


class VisitorEntry(TypedDict):
    """Something that the visitor said, or that was said to them."""

    id: str
    """Its name, such as 12-7. Give it as `Last-Event-ID` to go on behind it."""
    at: str
    """When."""
    author: str
    """visitor, bot or person."""
    element: dict[str, Any]
    """What was said, by its `type`: message, list, buttonPromptContainer and others."""
    discarded: NotRequired[str]
    """Only for who builds the bot: why visitors do not see it."""


class Standing(TypedDict):
    """How the conversation stands."""

    waiting: bool
    """The bot is being asked."""
    person: bool
    """A person has taken it over from the bot."""
    answers: bool
    """Whether anybody answers: false while the endpoint is offline or its bot is paused."""


class OtherSaid(TypedDict):
    """An element as another channel would say it."""

    message: str
    """The entry of the timeline, such as 12-7."""
    kind: str
    """The element's type."""
    texts: list[str]
    """What would be sent; empty = nothing."""
    segments: int
    """What the texts are charged as, together."""
    discarded: str
    """Why it would not be said; empty = it would."""
    shown: bool
    """Whether the channel shows the element itself, and sends no text."""


class OtherWay(TypedDict):
    """What was said, as another type of endpoint would have said it."""

    type: str
    """Its EngagementType."""
    label: str
    """Its name for people."""
    endpoint: str | None
    """The endpoint of the bot whose settings count; null = those of a new one do."""
    in_text: bool
    """Whether it says in words what it cannot show (Fallback)."""
    said: list[OtherSaid]
    """In its order."""
