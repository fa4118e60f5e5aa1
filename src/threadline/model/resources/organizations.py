"""Organizations."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict


class Organization(TypedDict):
    """Who has secrets, bots and endpoints."""

    name: str
    """Its short name for good, which stands in SRNs."""
    title: str
    """A name for people; may be empty."""
    retention_days: int | None
    """For how many days what was said is kept; null = for good."""


class OrganizationCreate(TypedDict):
    """An organization that is wanted."""

    name: str
    """Lower-case letters, digits and hyphens."""
    title: NotRequired[str]
    """A name for people."""
    retention_days: NotRequired[int | None]
    """For how many days what was said is kept, 1 to 3650; null = for good."""


class OrganizationChange(TypedDict):
    """What is to be different. What is left out stays."""

    title: NotRequired[str]
    """A name for people."""
    retention_days: NotRequired[int | None]
    """
    For how many days what was said is kept, 1 to 3650; null = for good. What is older is
    taken away for good.
    """
