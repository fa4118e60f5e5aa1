"""The feed of events: everything that enters a timeline."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict


class Event(TypedDict):
    """Something that was said, or happened: an entry of a timeline, as it was then."""

    id: str
    """Its place in the feed. Give it as `after` to go on behind it."""
    at: str
    """When."""
    endpoint: str
    """Address of the endpoint."""
    contact: str
    """Who texts, in E.164 where it is a number."""
    message: str
    """Its name, such as 12-7: the conversation, and its place there."""
    seq: int
    """Its place in the conversation."""
    author: str
    """contact, bot, operator or system."""
    element: dict[str, Any]
    """What was said, by its `type`: message, media, list, goal, note and others."""
    discarded: str
    """Why it was never to be sent; empty = it was."""
    session: int
    """The session that it belongs to."""


class EventMark(TypedDict):
    """Nothing more has happened up to here, of what is followed."""

    id: str
    """Give it as `after` to go on from here."""
