"""Opt-outs: who does not want to be texted."""

from __future__ import annotations

from typing_extensions import TypedDict


class OptOut(TypedDict):
    """A contact who is not texted by a sender."""

    contact: str
    """Their number, in E.164."""
    endpoints: list[str]
    """Addresses of the endpoints that use the sender."""
    since: str
    """When it began."""
    source: str
    """How: keyword, OptOutType, revocation, operator, provider, or a code of Twilio's."""
    said: str
    """Their words, or the operator's reason."""


class OptOutCreate(TypedDict):
    """A contact who is to be texted no more."""

    endpoint: str
    """Address of the endpoint whose sender it is about."""
    contact: str
    """Their number, however it is written."""
    reason: str
    """Why, for who reads it later."""


class OptOutAdded(TypedDict):
    """The opt-out that holds now."""

    contact: str
    """Their number, in E.164."""
    new: bool
    """False: they had opted out before, and that opt-out is told here."""
    since: str
    """When it began."""
    source: str
    """How it came about."""
    said: str
    """Their words, or the operator's reason."""
    dropped: int
    """How many texts waited for them and will not be sent."""


class OptOutRemoved(TypedDict):
    """The opt-out that was lifted."""

    contact: str
    """Their number, in E.164."""
    since: str
    """When it had begun."""
    source: str
    """How it had come about."""
    said: str
    """Their words, or the operator's reason."""


class ConsentChange(TypedDict):
    """They were taken off, or put on again."""

    what: str
    """stop and added take off, start and removed put on."""
    source: str
    """How it came about."""
    said: str
    """Their words, or the operator's reason."""
    at: str
    """When."""


class ConsentHistory(TypedDict):
    """Everything that changed whether a contact is texted."""

    contact: str
    """Their number, in E.164."""
    since: str | None
    """Since when they are not texted; null = they may be."""
    history: list[ConsentChange]
    """In the order in which it happened."""
