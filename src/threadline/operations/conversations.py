"""What was said: listed, shown, and what an operator does to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from threadline.app import App
from threadline.errors import NotFound
from threadline.model import phone, wanted
from threadline.model.clock import iso
from threadline.model.paging import Page, Part, page
from threadline.model.resources.conversations import (
    Attempt,
    Conversation,
    ConversationFound,
    ConversationShown,
    SessionsEnded,
    TimelineEntry,
    Unflagged,
)
from threadline.model.wanted import FOREVER, Wanted
from threadline.model.wording import told as in_words
from threadline.operations import endpoints, given, organizations

NOTHING = (
    "Nothing was said between the endpoint {endpoint!r} and {contact!r}. "
    "`threadline conversation list` tells who wrote."
)


GLIMPSE = 300
"""Characters of a text that are told in a list."""


async def list_(
    app: App,
    *,
    organization: str | None,
    number: str | None = None,
    text: str | None = None,
    bot: str | None = None,
    endpoint: str | None = None,
    since: str | None = None,
    until: str | None = None,
    open: bool = False,
    waiting: bool = False,
    taken_over: bool = False,
    opted_out: bool = False,
    flagged: bool = False,
    failed: bool = False,
    limit: int = 100,
    after: str | None = None,
) -> Page[ConversationFound]:
    """
    The latest first: all, or those for which everything holds that is given. A `number` may
    be whole in any writing, or its beginning from the + on, or its last digits; the words of
    `text` stand in one message, the last of them perhaps only begun. `since` and `until` are
    days or times. Raises `NotFound`, `Invalid`.
    """
    owner = (await organizations.find(app, organization)).name
    contact, beginning, ending = wanted.number(number) if number else ("", "", "")
    which = Wanted(
        contact=contact,
        beginning=beginning,
        ending=ending,
        words=wanted.text(text) if text else (),
        bot=bot or "",
        endpoint=endpoint or "",
        since=given.time_of(since, "since") if since else 0,
        until=given.time_of(until, "until", end=True) if until else FOREVER,
        open=open,
        waiting=waiting,
        taken=taken_over,
        stopped=opted_out,
        flagged=flagged,
        failed=failed,
    )
    part = Part(limit, after)
    place = part.place(int, int, int)
    found = await app.store.find_conversations(owner, which, limit + 1, place)
    if endpoint is not None and not found:
        await endpoints.find(app, endpoint, owner)  # perhaps there is none
    return page(found, part, lambda one: one["place"], _found)


async def show(
    app: App, *, endpoint: str, contact: str, limit: int = 100, organization: str | None = None
) -> ConversationShown:
    """
    The beginning of the timeline with one contact, a number however it is written, and of the
    attempts to text them. Raises `NotFound`.
    """
    contact = await find(app, endpoint, contact, organization)
    part = Part(limit)
    return {
        "endpoint": endpoint,
        "contact": contact,
        "conversations": [
            told(one) for one in await app.store.conversations_with(endpoint, contact)
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
    contact = await find(app, endpoint, contact, organization)
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
    contact = await find(app, endpoint, contact, organization)
    return await _attempts(app, endpoint, contact, Part(limit, after))


async def end(
    app: App, *, endpoint: str, contact: str, organization: str | None = None
) -> SessionsEnded:
    """
    Their next text begins a new session, and so does one that the bot is being asked about.
    What waits to be sent still is. Raises `NotFound` if no session is open.
    """
    contact = await find(app, endpoint, contact, organization)
    sessions = await app.store.end(endpoint, contact)
    return {"endpoint": endpoint, "contact": contact, "sessions": sessions}


async def unflag(
    app: App, *, endpoint: str, contact: str, organization: str | None = None
) -> Unflagged:
    """An operator has looked at it. Raises `NotFound` if it was not flagged."""
    contact = await find(app, endpoint, contact, organization)
    flags = await app.store.unflag(endpoint, contact)
    return {"endpoint": endpoint, "contact": contact, "flags": flags}


def canonical(contact: str) -> str:
    """As the store has it: numbers in E.164, whatever else as it is."""
    try:
        return phone.canonical(contact)
    except ValueError:
        return contact


async def find(app: App, endpoint: str, contact: str, organization: str | None) -> str:
    """Who is meant. Raises `NotFound` unless something was said."""
    await endpoints.find(app, endpoint, organization)
    contact = canonical(contact)
    if not await app.store.conversations_with(endpoint, contact):
        raise NotFound(NOTHING.format(endpoint=endpoint, contact=contact))
    return contact


async def _timeline(app: App, endpoint: str, contact: str, part: Part) -> Page[TimelineEntry]:
    conversation, seq = part.place(int, int) or (0, 0)
    found = await app.store.timeline(endpoint, contact, (conversation, seq), part.limit + 1)
    return page(found, part, lambda one: (one["conversation_id"], one["seq"]), entry)


async def _attempts(app: App, endpoint: str, contact: str, part: Part) -> Page[Attempt]:
    (after,) = part.place(int) or (0,)
    found = await app.store.attempts(endpoint, contact, after, part.limit + 1)
    return page(found, part, lambda one: (one["id"],), attempt)


def told(row: Mapping[str, Any]) -> Conversation:
    return {
        "endpoint": row["endpoint"],
        "address": row["address"],
        "contact": row["contact"],
        "waiting": row["waiting"],
        "session": row["session"],
        "session_open": bool(row["session_open"]),
        "flagged": row["flagged"],
        "taken_by": row["taken_by"],
        "created_at": iso(row["created_at"]),
        "updated_at": iso(row["updated_at"]),
    }


def _found(row: Mapping[str, Any]) -> ConversationFound:
    return {
        **told(row),
        "bot": row["bot"],
        "opted_out": row["stopped_at"] is not None,
        "failed": row["failed"],
        "last_author": row["author"],
        "last_at": iso(row["at"]),
        "last_text": _words(row["element"]),
        "matched": _words(row["matched"]) if row["matched"] else None,
    }


def _words(element: Mapping[str, Any]) -> str:
    said = element["text"] if element["type"] == "note" else in_words(element)
    return str(said)[:GLIMPSE]


def entry(row: Mapping[str, Any]) -> TimelineEntry:
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


def attempt(row: Mapping[str, Any]) -> Attempt:
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
