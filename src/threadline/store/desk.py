"""What an operator does by hand to opt-outs, senders, sessions, flags: each with a trace."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any

from threadline.errors import NotFound
from threadline.model.timeline import Note
from threadline.store import consent
from threadline.store.outbox import lock, write_notes
from threadline.store.script import Moment, Ring, Row, Run, Script, Step

OPERATOR = "operator"
"""The source of what is done by hand, the code of a pause by hand, and of its notes."""
FOREVER = 253_402_300_799_000_000
"""The end of the year 9999: paused until somebody resumes it."""

ADDED = "An operator took the contact off: {reason}"
REMOVED = "An operator let the contact be texted again: {reason}"
ENDED = "An operator ended the session. The next text begins a new one."
UNFLAGGED = "An operator looked at this conversation and took its flag off: {flag}"


@dataclass(frozen=True, slots=True)
class ByHand:
    """
    Something that an operator wants of the sender that the endpoint at this address has, for
    one contact if it is about one.
    """

    endpoint: str
    contact: str = ""
    reason: str = ""


@dataclass(slots=True)
class _Place:
    """The sender that is meant, and its conversations with the contact."""

    sender: Row
    conversations: list[int]


Found = Generator[Step, list[Row], _Place]
Known = Generator[Step, list[Row], Row]


def take_off(moment: Moment, items: Sequence[ByHand]) -> Script:
    """
    Each contact is texted no more. A mapping for each: `new`, `since`, `source` and `said` of
    the opt-out that holds now, and how many waiting texts were `dropped`. Raises `NotFound`.
    """
    results: list[dict[str, Any]] = []
    for item in items:
        place = yield from _place(item)
        pair = {"sender_id": place.sender["id"], "contact": item.contact}
        before = yield Run("opt_out", pair)
        row = (*pair.values(), OPERATOR, item.reason)
        yield Run("suppress", {"now": moment.now}, [row])
        if not before:
            yield from consent.log(moment.now, [(*row[:2], "added", *row[2:])])
            note = Note(ADDED.format(reason=item.reason), OPERATOR)
            yield from write_notes(moment, [(id, note) for id in place.conversations])
        waiting = yield Run("waiting_drafts", {}, [(id,) for id in place.conversations])
        ids = sorted(row["id"] for row in waiting)
        yield from lock([], ids)
        dropped = (yield Run("drop_drafts", {}, [(id,) for id in ids])) if ids else []
        [now] = before or (yield Run("opt_out", pair))
        held = {"since": now["at"], "source": now["source"], "said": now["said"]}
        results.append({"new": not before, **held, "dropped": len(dropped)})
    return results


def put_back(moment: Moment, items: Sequence[ByHand]) -> Script:
    """The opt-out that was lifted for each. Raises `NotFound` if there was none."""
    results: list[dict[str, Any]] = []
    for item in items:
        place = yield from _place(item)
        pair = {"sender_id": place.sender["id"], "contact": item.contact}
        before = yield Run("opt_out", pair)
        if not (yield Run("release", pair)):
            raise NotFound(
                f"{item.contact} has not opted out of the sender of {item.endpoint!r}. "
                "`threadline optout list` tells who has."
            )
        row = (*pair.values(), "removed", OPERATOR, item.reason)
        yield from consent.log(moment.now, [row])
        note = Note(REMOVED.format(reason=item.reason), OPERATOR)
        yield from write_notes(moment, [(id, note) for id in place.conversations])
        was = before[0]
        results.append({"since": was["at"], "source": was["source"], "said": was["said"]})
    return results


def pause(moment: Moment, items: Sequence[ByHand]) -> Script:
    """Each sender sends nothing until it is resumed. Raises `NotFound`."""
    for item in items:
        sender = yield from _sender(item.endpoint)
        yield Run("lock_senders", {}, [(sender["id"],)])
        values = {"until": FOREVER, "why": item.reason, "code": OPERATOR}
        yield Run("pause_by_hand", {"id": sender["id"], **values})
    return [True for _item in items]


def resume(moment: Moment, items: Sequence[ByHand]) -> Script:
    """
    Whatever a sender was paused for is forgotten, and what waits goes out. A mapping for each:
    whether it `was_paused`, and `why`. Raises `NotFound`.
    """
    results: list[dict[str, Any]] = []
    for item in items:
        sender = yield from _sender(item.endpoint)
        names = {"organization": sender["organization"], "now": moment.now}
        yield Run("resume_conversations", names)
        [was] = yield Run("lock_senders", {}, [(sender["id"],)])
        paused = was["paused_until"] > moment.now
        results.append({"was_paused": paused, "why": was["paused_why"] if paused else ""})
        yield Run("resume_by_hand", {"id": sender["id"]})
        yield Ring("outbox")
        yield Ring("turns")
    return results


def unflag(moment: Moment, items: Sequence[ByHand]) -> Script:
    """Why each was flagged, which it is no longer. Raises `NotFound` if it was not."""
    results: list[list[str]] = []
    for item in items:
        names = {"endpoint": item.endpoint, "contact": item.contact}
        yield from lock([row["id"] for row in (yield Run("flagged", names))], [])
        found = yield Run("flagged", names)
        if not found:
            raise NotFound(
                f"The conversation of {item.endpoint!r} with {item.contact} has no flag. "
                "`threadline conversation list --flagged` tells which have."
            )
        yield Run("unflag", {}, [(row["id"],) for row in found])
        notes = [
            (row["id"], Note(UNFLAGGED.format(flag=row["flagged"]), OPERATOR)) for row in found
        ]
        yield from write_notes(moment, notes)
        results.append([row["flagged"] for row in found])
    return results


def end(moment: Moment, items: Sequence[ByHand]) -> Script:
    """
    The names of each one's sessions, which end, so that the next text begins a new one. What
    waits to be sent still is. Raises `NotFound` if none was open.
    """
    results: list[list[str]] = []
    for item in items:
        names = {"endpoint": item.endpoint, "contact": item.contact}
        yield from lock([row["id"] for row in (yield Run("sessions_with", names))], [])
        found = [row for row in (yield Run("sessions_with", names)) if row["session_open"]]
        if not found:
            raise NotFound(
                f"The conversation of {item.endpoint!r} with {item.contact} has no open "
                "session: the next text begins one."
            )
        yield Run("end_sessions", {"now": moment.now}, [(row["id"],) for row in found])
        yield from write_notes(moment, [(row["id"], Note(ENDED, OPERATOR)) for row in found])
        yield Ring("turns")
        results.append([f"{row['id']}-{row['session']}" for row in found])
    return results


def _place(item: ByHand) -> Found:
    """The sender, made if it is new, and the conversations, locked."""
    sender = yield from _sender(item.endpoint)
    address = sender["route"].partition("/")[2]
    names = {"organization": sender["organization"], "address": address}
    rows = yield Run("conversations_with", {**names, "contact": item.contact})
    conversations = [row["id"] for row in rows]
    yield from lock(conversations, [])
    return _Place(sender, conversations)


def _sender(endpoint: str) -> Known:
    rows = yield Run("sender_of", {"endpoint": endpoint})
    if not rows or not rows[0]["route"]:
        raise NotFound(f"The endpoint {endpoint!r} has no number, so it has no sender.")
    if rows[0]["id"] is None:
        names = {name: rows[0][name] for name in ("organization", "route")}
        yield Run("add_sender", names)
        rows = yield Run("sender_of", {"endpoint": endpoint})
    return rows[0]
