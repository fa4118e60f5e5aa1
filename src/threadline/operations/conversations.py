"""What was said, for people to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from threadline.app import App
from threadline.errors import NotFound
from threadline.model import phone
from threadline.model.clock import iso
from threadline.operations import endpoints, organizations


async def list_(
    app: App, *, organization: str, limit: int = 50, flagged: bool = False
) -> list[Mapping[str, Any]]:
    """
    The latest first, all or only those that are `flagged` for an operator to look at, which
    holds the reason. Raises `NotFound`.
    """
    await organizations.find(app, organization)
    found = await app.store.conversations(organization, limit, flagged=flagged)
    return [
        {**one, "created_at": iso(one["created_at"]), "updated_at": iso(one["updated_at"])}
        for one in found
    ]


async def unflag(app: App, *, endpoint: str, contact: str) -> dict[str, Any]:
    """An operator has looked at it. Returns why it was flagged. Raises `NotFound`."""
    await endpoints.find(app, endpoint)
    contact = _canonical(contact)
    return {"contact": contact, "flags": await app.store.unflag(endpoint, contact)}


async def show(app: App, *, endpoint: str, contact: str) -> dict[str, Any]:
    """
    The timeline with one contact, a number however it is written, and every attempt to text
    them. Raises `NotFound`.
    """
    await endpoints.find(app, endpoint)
    contact = _canonical(contact)
    timeline = await app.store.timeline(endpoint, contact)
    if not timeline:
        raise NotFound(
            f"Nothing was said between the endpoint {endpoint!r} and {contact!r}. "
            "`threadline conversation list` tells who wrote."
        )
    attempts = await app.store.attempts(endpoint, contact)
    return {
        "timeline": [{**one, "at": iso(one["at"])} for one in timeline],
        "attempts": [
            {**one, "started_at": iso(one["started_at"]), "ended_at": iso(one["ended_at"])}
            for one in attempts
        ],
    }


def _canonical(contact: str) -> str:
    try:
        return phone.canonical(contact)
    except ValueError:
        return contact
