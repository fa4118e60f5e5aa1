"""How it all goes: what was said in each hour, and what went no further."""

from __future__ import annotations

from typing_extensions import TypedDict


class HourOfTexts(TypedDict):
    """Texts in one hour."""

    hour: str
    """When it began."""
    received: int
    """From contacts."""
    by_bot: int
    """To contacts, from bots."""
    by_operator: int
    """To contacts, from operators."""


class Failure(TypedDict):
    """Texts of the last day that failed for the same reason."""

    code: str
    """The provider's own code; empty = it gave none."""
    meaning: str
    """Why, and what to do about it."""
    texts: int
    """How many."""
    last_at: str
    """When the latest of them was made."""


class Queue(TypedDict):
    """What waits at an endpoint."""

    endpoint: str
    """Its address."""
    texts: int
    """Texts that wait for the bot, and to be sent."""
    oldest: str
    """When the first of them came or was made."""


class Overview(TypedDict):
    """How an organization's endpoints, bots and operators do."""

    organization: str
    """Its name."""
    at: str
    """When it was looked at."""
    hours: list[HourOfTexts]
    """Each hour, the last one now."""
    received: int
    """Texts from contacts in all of them."""
    sent: int
    """Texts to contacts in all of them."""
    failures: list[Failure]
    """Why texts of the last day have failed; the most frequent reason first."""
    failed: int
    """How many those are; no more than the latest 2,000 are looked at."""
    parked: int
    """Texts that were put aside, until somebody decides."""
    unknown: int
    """Texts of which it is being looked up whether they were sent."""
    queues: list[Queue]
    """Endpoints at which something waits; the longest wait first."""
    flagged: int
    """Conversations that somebody should look at."""
    taken_over: int
    """Conversations in which an operator answers in the bot's place."""
