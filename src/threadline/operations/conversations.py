"""What was said: listed, shown, and what an operator does to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from threadline.app import App
from threadline.errors import NotFound
from threadline.model import phone
from threadline.model.clock import iso
from threadline.model.paging import Page, Part, page
from threadline.model.resources.conversations import (
    Attempt,
    Conversation,
    ConversationShown,
    SessionsEnded,
    TimelineEntry,
    Unflagged,
)
from threadline.operations import endpoints, organizations


async def list_(
    app: App,
    *,
    organization: str | None,
    flagged: bool = False,
    endpoint: str | None = None,
    limit: int = 100,
    after: str | None = None,
) -> Page[Conversation]:
    """
    The latest first: all, only those that are `flagged` for an operator to look at, only of
    one endpoint. Raises `NotFound`, `Invalid`.
    """
    owner = (await organizations.find(app, organization)).name
    part = Part(limit, after)
    at, id = part.place(int, int) or (0, 0)
    if endpoint is not None:
        await endpoints.find(app, endpoint, owner)
    found = await app.store.conversations(
        owner, limit + 1, flagged=flagged, endpoint=endpoint or "", after=(at, id)
    )
    return page(found, part, lambda one: (one["updated_at"], one["id"]), _told)


async def show(
    app: App, *, endpoint: str, contact: str, limit: int = 100, organization: str | None = None
) -> ConversationShown:
    """
    The beginning of the timeline with one contact, a number however it is written, and of the
    attempts to text them. Raises `NotFound`.
    """
    contact = await _find(app, endpoint, contact, organization)
    part = Part(limit)
    return {
        "endpoint": endpoint,
        "contact": contact,
        "conversations": [
            _told(one) for one in await app.store.conversations_with(endpoint, contact)
        ],
        "timeline": await _timeline(app, endpoint, contact, part),
        "attempts": await _attempts(app, endpoint, contact, part),
    }


async def timeline(
    app: App,
    *,
    endpoint: str,
    contact: str,
    limit: int = 100,
    after: str | None = None,
    organization: str | None = None,
) -> Page[TimelineEntry]:
    """In the order in which it was said. Raises `NotFound`, `Invalid`."""
    contact = await _find(app, endpoint, contact, organization)
    return await _timeline(app, endpoint, contact, Part(limit, after))


async def attempts(
    app: App,
    *,
    endpoint: str,
    contact: str,
    limit: int = 100,
    after: str | None = None,
    organization: str | None = None,
) -> Page[Attempt]:
    """Every try to text the contact, the oldest first. Raises `NotFound`, `Invalid`."""
    contact = await _find(app, endpoint, contact, organization)
    return await _attempts(app, endpoint, contact, Part(limit, after))


async def end(
    app: App, *, endpoint: str, contact: str, organization: str | None = None
) -> SessionsEnded:
    """
    Their next text begins a new session, and so does one that the bot is being asked about.
    What waits to be sent still is. Raises `NotFound` if no session is open.
    """
    contact = await _find(app, endpoint, contact, organization)
    sessions = await app.store.end(endpoint, contact)
    return {"endpoint": endpoint, "contact": contact, "sessions": sessions}


async def unflag(
    app: App, *, endpoint: str, contact: str, organization: str | None = None
) -> Unflagged:
    """An operator has looked at it. Raises `NotFound` if it was not flagged."""
    contact = await _find(app, endpoint, contact, organization)
    flags = await app.store.unflag(endpoint, contact)
    return {"endpoint": endpoint, "contact": contact, "flags": flags}


def canonical(contact: str) -> str:
    """As the store has it: numbers in E.164, whatever else as it is."""
    try:
        return phone.canonical(contact)
    except ValueError:
        return contact


async def _find(app: App, endpoint: str, contact: str, organization: str | None) -> str:
    """Who is meant. Raises `NotFound` unless something was said."""
    await endpoints.find(app, endpoint, organization)
    contact = canonical(contact)
    if not await app.store.conversations_with(endpoint, contact):
        raise NotFound(
            f"Nothing was said between the endpoint {endpoint!r} and {contact!r}. "
            "`threadline conversation list` tells who wrote."
        )
    return contact


async def _timeline(app: App, endpoint: str, contact: str, part: Part) -> Page[TimelineEntry]:
    conversation, seq = part.place(int, int) or (0, 0)
    found = await app.store.timeline(endpoint, contact, (conversation, seq), part.limit + 1)
    return page(found, part, lambda one: (one["conversation_id"], one["seq"]), _entry)


async def _attempts(app: App, endpoint: str, contact: str, part: Part) -> Page[Attempt]:
    (after,) = part.place(int) or (0,)
    found = await app.store.attempts(endpoint, contact, after, part.limit + 1)
    return page(found, part, lambda one: (one["id"],), _attempt)


def _told(row: Mapping[str, Any]) -> Conversation:
    return {
        "endpoint": row["endpoint"],
        "address": row["address"],
        "contact": row["contact"],
        "waiting": row["waiting"],
        "session": row["session"],
        "session_open": bool(row["session_open"]),
        "flagged": row["flagged"],
        "created_at": iso(row["created_at"]),
        "updated_at": iso(row["updated_at"]),
    }


def _entry(row: Mapping[str, Any]) -> TimelineEntry:
    return {
        "message": f"{row['conversation_id']}-{row['seq']}",
        "seq": row["seq"],
        "at": iso(row["at"]),
        "author": row["author"],
        "element": row["element"],
        "discarded": row["discarded"],
        "session": row["session"],
        "status": row["status"],
        "why": row["why"],
        "provider_id": row["provider_id"],
    }


def _attempt(row: Mapping[str, Any]) -> Attempt:
    return {
        "id": row["id"],
        "message": f"{row['conversation_id']}-{row['seq']}",
        "n": row["n"],
        "text": row["text"],
        "status": row["status"],
        "draft_status": row["draft_status"],
        "started_at": iso(row["started_at"]),
        "ended_at": iso(row["ended_at"]) if row["ended_at"] else None,
        "provider_id": row["provider_id"],
        "provider_status": row["provider_status"],
        "provider_code": row["provider_code"],
        "note": row["note"],
    }
