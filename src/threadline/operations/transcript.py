"""One conversation: where it stands, what was said last, and all of it in one file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

import orjson

from threadline.app import App
from threadline.errors import NotFound
from threadline.model import dialogue, recording, writing
from threadline.model.clock import iso
from threadline.model.engagement import IDLE_MINUTES
from threadline.model.paging import Page, Part, cursor
from threadline.model.resources.desk import ConversationState, SpokenEntry
from threadline.operations import conversations, endpoints

AT_ONCE = 500
"""Entries that an export reads at a time."""
COLUMNS = (
    *("message", "at", "author", "type", "text", "status", "why", "discarded", "session"),
    *("segments", "provider_id", "attempts"),
)
KINDS = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "yaml": "application/yaml; charset=utf-8",
}
"""What an export is, by its form."""
TELLING = ("FirstMessage", "Fallback", "Policy")
"""What a test of a bot has to know of the endpoint."""
NAMELESS = re.compile(r"[^A-Za-z0-9._-]+")
HARMFUL = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


async def states(
    app: App, *, endpoint: str, contact: str, organization: str | None = None
) -> list[ConversationState]:
    """
    Where each conversation between them stands, one for each of our numbers that they texted,
    the oldest first. Raises `NotFound`.
    """
    return [
        await _state(app, endpoint, row)
        for row in await _rows(app, endpoint, contact, organization)
    ]


async def latest(
    app: App,
    *,
    endpoint: str,
    contact: str,
    limit: int = 100,
    after: str | None = None,
    organization: str | None = None,
) -> Page[SpokenEntry]:
    """
    What was said, the latest first, each with every try to send it; `next` leads to what was
    said before. Raises `NotFound`, `Invalid`.
    """
    rows = await _rows(app, endpoint, contact, organization)
    part = Part(limit, after)
    where, before = part.place(int, int) or (rows[-1]["id"] + 1, 0)
    found: list[Mapping[str, Any]] = []
    for row in reversed(rows):
        if row["id"] > where or len(found) > limit:
            continue
        end = {"before": before} if row["id"] == where else {}
        room = limit + 1 - len(found)
        found += await app.store.entries_before(row["id"], limit=room, **end)
    shown = found[:limit]
    more = len(found) > limit
    return {
        "data": [_spoken(one) for one in shown],
        "next": cursor(shown[-1]["conversation_id"], shown[-1]["seq"]) if more else None,
    }


async def export(
    app: App, *, endpoint: str, contact: str, form: str, organization: str | None = None
) -> AsyncIterator[str]:
    """
    The whole conversation, piece by piece: as one JSON document, as CSV with one line for
    each entry, or as YAML, with which its bot can be tested. Raises `NotFound` before the
    first piece.
    """
    found = await _rows(app, endpoint, contact, organization)
    return {"json": _json, "csv": _csv, "yaml": _yaml}[form](app, endpoint, found)


def name(contact: str, form: str) -> str:
    """Of the file that an export becomes. Pure."""
    return f"conversation-{NAMELESS.sub('-', contact).strip('-')[:60]}.{form}"


async def _rows(
    app: App, endpoint: str, contact: str, organization: str | None
) -> list[Mapping[str, Any]]:
    """Its conversations. Raises `NotFound` unless something was said."""
    catalog = await app.catalog()
    endpoints.among(catalog.endpoints.values(), endpoint, organization)
    contact = conversations.canonical(contact)
    found = await app.store.conversation_states(endpoint, contact)
    if not found:
        raise NotFound(conversations.NOTHING.format(endpoint=endpoint, contact=contact))
    return found


async def _entries(app: App, conversation: int) -> AsyncIterator[SpokenEntry]:
    async for row in _told(app, conversation):
        yield _spoken(row)


async def _told(app: App, conversation: int) -> AsyncIterator[Mapping[str, Any]]:
    """All of one conversation, in its order."""
    after = 0
    while True:
        rows = await app.store.entries_after(conversation, after, AT_ONCE)
        for row in rows:
            yield row
        if len(rows) < AT_ONCE:
            return
        after = rows[-1]["seq"]


async def _json(app: App, endpoint: str, rows: list[Mapping[str, Any]]) -> AsyncIterator[str]:
    states = [await _state(app, endpoint, row) for row in rows]
    head = orjson.dumps(
        {
            "endpoint": endpoint,
            "contact": rows[0]["contact"],
            "exported_at": iso(app.clock()),
            "conversations": states,
        }
    ).decode()
    yield head[:-1] + ',"timeline":['
    between = "\n"
    for row in rows:
        async for one in _entries(app, row["id"]):
            yield between + orjson.dumps(one).decode()
            between = ",\n"
    yield "\n]}\n"


async def _csv(app: App, _endpoint: str, rows: list[Mapping[str, Any]]) -> AsyncIterator[str]:
    yield line(COLUMNS)
    for row in rows:
        async for one in _entries(app, row["id"]):
            yield line(_cells(one))


async def _yaml(app: App, endpoint: str, rows: list[Mapping[str, Any]]) -> AsyncIterator[str]:
    """A document for each conversation in which the bot was asked."""
    where = await app.endpoint_at(endpoint)
    config = where.document.get("EngagementConfig") or {}
    told = {name: config[name] for name in TELLING if config.get(name) is not None}
    idle, between = where.engagement.policy.session_minutes or IDLE_MINUTES, ""
    for row in rows:
        entries = [one async for one in _told(app, row["id"])]
        exchanges = recording.recorded(entries, idle, not row["session_open"])
        if not exchanges:
            continue
        yield between + writing.one(
            {
                "Name": f"{row['contact']} at {endpoint}, {iso(entries[0]['at'])[:10]}",
                "Contact": row["contact"],
                "At": iso(entries[0]["at"]),
                **({"EngagementConfig": told} if told else {}),
                "Dialogue": dialogue.write(exchanges),
            }
        )
        between = "---\n"


def _cells(one: SpokenEntry) -> list[Any]:
    element = one["element"]
    kind = element["type"]
    tries = (
        f"{each['started_at']} {each['provider_status'] or each['status']} "
        f"{each['provider_code'] or ''} {each['note']}".strip()
        for each in one["attempts"]
    )
    rest = {name: value for name, value in element.items() if name != "type"}
    words = element.get("message") or element.get("text") or element.get("url")
    text = words if isinstance(words, str) else orjson.dumps(rest).decode()
    return [
        *(one["message"], one["at"], one["author"], kind, text, one["status"], one["why"]),
        *(one["discarded"], one["session"], one["segments"], one["provider_id"] or ""),
        "; ".join(tries),
    ]


def line(cells: Any) -> str:
    """One line of CSV, in which no spreadsheet finds a formula. Pure."""
    written = io.StringIO()
    csv.writer(written).writerow([_harmless(str(one)) for one in cells])
    return written.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(HARMFUL) else cell


async def _state(app: App, endpoint: str, row: Mapping[str, Any]) -> ConversationState:
    consents = await app.store.consents_of(row["sender_id"], row["contact"])
    again = row["waiting"] and row["attempts"] and not row["asked"]
    return {
        **conversations.told({**row, "endpoint": endpoint}),
        "id": row["id"],
        "bot": row["session_bot"],
        "session_began_at": iso(row["session_since"]) if row["session"] else None,
        "last_text_at": iso(row["session_seen"]) if row["session"] else None,
        "state": dict(row["state"]),
        "context": dict(row["context"]),
        "asked": bool(row["asked"]),
        "asked_again_at": iso(row["due_at"]) if again else None,
        "opted_out_since": None if row["stopped_at"] is None else iso(row["stopped_at"]),
        "consents": [
            {
                "what": one["what"],
                "source": one["source"],
                "said": one["said"],
                "at": iso(one["at"]),
            }
            for one in consents
        ],
    }


def _spoken(row: Mapping[str, Any]) -> SpokenEntry:
    return {
        **conversations.entry(row),
        "state": row["state"],
        "segments": row["segments"],
        "may": row["may"],
        "attempts": [conversations.attempt(one) for one in row["attempts"]],
    }
