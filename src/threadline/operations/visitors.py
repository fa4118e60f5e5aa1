"""
What a visitor of a messenger is told: their own conversation, from any point on, as it goes on.

They see what they said and what was said to them; never what was discarded, noted or reached.
Only who builds the bot may look at `everything`: what was discarded with its reason, too.
"""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from threadline.app import App
from threadline.errors import Invalid, NotFound, Problem, UnknownAddress
from threadline.model.clock import iso
from threadline.model.endpoint import Endpoint
from threadline.model.feed import Happened, Which
from threadline.model.resources.visitors import Standing, VisitorEntry
from threadline.model.timeline import KINDS
from threadline.operations import default_endpoints

AT_ONCE = 200
RECENT = 300
"""Entries that somebody who comes back sees at once."""
QUIET = 15.0
"""Seconds after which something is told if nothing was said."""
BUSY = 1.0
"""The same while the bot is asked: it may have nothing to say."""
RECORDS = ("goal", "note")
PASSING = "hostNotification"
"""Told only as it happens: the page around the messenger is to hear it once."""
AUTHORS = {"contact": "visitor", "operator": "person"}
NAMED = ("by",)
"""Who of the organization it was is not for visitors."""

_NUMBER = re.compile("[0-9]{1,18}")

Place = tuple[int, int]
START: Place = (0, 0)


@dataclass(frozen=True, slots=True)
class Told:
    """Entries in their order, or how things stand; neither = all is quiet."""

    entries: list[VisitorEntry] = field(default_factory=list)
    standing: Standing | None = None


async def messenger(app: App, address: str) -> Endpoint:
    """The endpoint. Raises `NotFound` where no page talks."""
    try:
        found = await app.endpoint_at(address)
    except UnknownAddress:
        found = None
    if found is None or found.engagement_type != default_endpoints.TYPE:
        raise NotFound(f"There is no messenger at the address {address!r}.")
    return found


def place(id: str) -> Place:
    """
    Of an entry, by its `id`; "start" is before the first. Pure. Raises `Invalid`.
    """
    if id == "start":
        return START
    conversation, dash, seq = id.partition("-")
    if dash and all(
        part.isascii() and part.isdigit() and len(part) < 19 for part in (conversation, seq)
    ):
        return int(conversation), int(seq)
    mend = 'Give the `id` of an entry as it is, or "start", or leave it out.'
    raise Invalid([Problem("event_unknown", "Last-Event-ID", "This is no entry.", mend)])


async def follow(
    app: App,
    endpoint: Endpoint,
    visitor: str,
    after: Place | None = None,
    *,
    everything: bool = False,
) -> AsyncGenerator[Told]:
    """
    What was said after a place, or else lately; then how things stand, once all of that is
    told; then whatever happens, until the server stops. Nothing is skipped, and nothing told
    twice. Raises `Limited`, `StoreDown`.
    """
    address = endpoint.address
    followers = app.followers
    with followers.following():
        which = Which(endpoint.organization, address, visitor)
        feed = await app.store.feed_end()  # whatever is not in the store yet comes after it
        seen = await _recent(app, address, visitor) if after is None else after
        more = True
        while more:
            rows = await app.store.timeline(address, visitor, seen, AT_ONCE)
            more = len(rows) == AT_ONCE
            if rows:
                seen = rows[-1]["conversation_id"], rows[-1]["seq"]
                yield Told(entries([_row(one) for one in rows], everything, live=False))
        standing: Standing | None = None
        while not followers.stopped:
            now = await _standing(app, address, visitor)
            if now != standing:
                standing = now
                yield Told(standing=now)
            portion = await followers.next(which, feed, BUSY if now["waiting"] else QUIET)
            feed = portion.place
            new = [one for one in portion.found if one.place[1:] > seen]
            if new:
                seen = new[-1].place[1:]
            yield Told(entries(new, everything, live=True))


async def _recent(app: App, address: str, visitor: str) -> Place:
    """Before the last that were said."""
    rows = await app.store.conversations_with(address, visitor)
    if not rows:
        return START
    last = await app.store.entries_before(rows[-1]["id"], limit=RECENT)
    return (last[-1]["conversation_id"], last[-1]["seq"] - 1) if last else START


async def _standing(app: App, address: str, visitor: str) -> Standing:
    """Raises `NotFound` once the messenger is gone."""
    endpoint = await messenger(app, address)
    rows = await app.store.conversations_with(address, visitor)
    person = any(row["taken_by"] for row in rows)
    return {
        "waiting": not person and any(row["waiting"] for row in rows),
        "person": person,
        "answers": endpoint.online and await app.running(endpoint, endpoint.inbound_bot),
    }


def _row(row: Mapping[str, Any]) -> Happened:
    place = (0, row["conversation_id"], row["seq"])
    said = {name: row[name] for name in ("at", "author", "element", "discarded", "session")}
    return Happened(place, organization="", endpoint="", contact="", **said)


def entries(found: Iterable[Happened], everything: bool, *, live: bool) -> list[VisitorEntry]:
    """What of it is told, and how; what is not `live` has happened before. Pure."""
    told = (_entry(one, everything) for one in found)
    return [one for one in told if one and (live or one["element"]["type"] != PASSING)]


def _entry(one: Happened, everything: bool) -> VisitorEntry | None:
    """As a visitor is told of it; None = not at all. Pure."""
    kind = one.element["type"]
    if kind in RECORDS:
        return None
    by_visitor = one.author == "contact"
    hidden = not by_visitor and (one.discarded or kind not in KINDS)
    if hidden and not everything:
        return None
    _feed, conversation, seq = one.place
    element = {name: value for name, value in one.element.items() if name not in NAMED}
    entry: VisitorEntry = {
        "id": f"{conversation}-{seq}",
        "at": iso(one.at),
        "author": AUTHORS.get(one.author, "bot"),
        "element": element,
    }
    return {**entry, "discarded": one.discarded} if hidden else entry
