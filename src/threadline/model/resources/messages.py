"""Messages: single texts that went no further."""

from __future__ import annotations

from typing_extensions import TypedDict


class Message(TypedDict):
    """A text that waits, or that somebody has to decide about."""

    id: str
    """Its name, such as 12-7: the conversation, and its place there."""
    author: str
    """contact = from them, bot = to them."""
    endpoint: str
    """Address of the endpoint."""
    contact: str
    """Who texts, in E.164 where it is a number."""
    at: str
    """When it was said."""
    text: str
    """Its words."""
    status: str
    """What is going on with it, in words."""
    why: str
    """What led to that; empty = nothing to tell."""


class MessageDecided(TypedDict):
    """A text that is tried again, or given up."""

    id: str
    """Its name, such as 12-7."""
    endpoint: str
    """Address of the endpoint."""
    contact: str
    """Who texts, in E.164 where it is a number."""
    text: str
    """Its words."""
    status: str
    """What it is now: waiting, held behind an earlier text, or discarded."""
    warnings: list[str]
    """What this may lead to, in sentences."""
