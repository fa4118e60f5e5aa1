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


class OrganizationCreate(TypedDict):
    """An organization that is wanted."""

    name: str
    """Lower-case letters, digits and hyphens."""
    title: NotRequired[str]
    """A name for people."""


class OrganizationChange(TypedDict):
    """What is to be different."""

    title: str
    """A name for people."""
