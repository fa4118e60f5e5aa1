"""Hands out attempts of which the end is not known, and writes what was decided."""

from __future__ import annotations

from collections.abc import Sequence

from threadline.model.rows import Settled, Unknown
from threadline.model.timeline import Note
from threadline.store.outbox import lock, release, sending, settle_attempts, write_notes
from threadline.store.script import Moment, Ring, Row, Run, Script

SETTLED = {
    "adopted": ("accepted", "sent", 0),
    "failed": ("accepted", "failed", 0),
    "again": ("unknown", "unknown", 1),
    "resend": ("lost", "waiting", 1),
    "parked": ("unsettled", "parked", 0),
}
"""What a decision makes of the attempt and of its draft, and whether that stays open."""

DIED = "Threadline stopped while this text was being sent. Whether it left is being looked up."


def claim(moment: Moment, items: Sequence[int]) -> Script:
    """Each item is how many to look up at most; each result a list of `Unknown`."""
    results: list[list[Unknown]] = []
    for limit in items:
        values = {"now": moment.now, "until": moment.now + moment.lease, "limit": limit}
        rows = yield Run("claim_unknown", values)
        ids = sorted({row["outbox_id"] for row in rows})
        drafts = (yield Run("outbox_rows", {}, [(id,) for id in ids])) if ids else []
        draft_of = {row["id"]: row for row in drafts}
        results.append([_unknown(row, draft_of[row["outbox_id"]]) for row in rows])
    return results


def _unknown(row: Row, draft: Row) -> Unknown:
    return Unknown(
        sending=sending(draft, row["id"]),
        started_at=row["started_at"],
        passes=row["passes"],
        lost=draft["lost"],
    )


def settle(moment: Moment, items: Sequence[Settled]) -> Script:
    """True for each decision that still mattered: nobody else settled the attempt before."""
    sendings = [one.unknown.sending for one in items]
    yield from lock([s.conversation for s in sendings], [s.draft_id for s in sendings])
    rows = [
        (
            *(one.unknown.sending.attempt, SETTLED[one.kind][0], one.due_at, one.passes),
            *(one.provider_id, one.status, None, one.note),
        )
        for one in items
    ]
    fresh = yield from settle_attempts(moment, rows)
    ours = [one for one in items if one.unknown.sending.attempt in fresh]
    states = [(o.unknown.sending.draft_id, *SETTLED[o.kind][1:], o.due_at) for o in ours]
    if states:
        yield Run("settle_outbox", {}, sorted(states))
    closed = [o.unknown.sending.conversation for o in ours if SETTLED[o.kind][2] == 0]
    yield from release(moment, closed)
    if any(o.kind == "resend" for o in ours):
        yield Ring("outbox")
    notes = [
        (one.unknown.sending.conversation, Note(one.note, one.code))
        for one in ours
        if one.note and one.kind != "again"
    ]
    yield from write_notes(moment, notes)
    return [one.unknown.sending.attempt in fresh for one in items]


def expire(moment: Moment, items: Sequence[int]) -> Script:
    """Attempts whose worker is gone become unknown. `items` are when to look each up."""
    rows = yield Run("expired_attempts", {"now": moment.now})
    if rows:
        yield from lock([r["conversation_id"] for r in rows], [r["outbox_id"] for r in rows])
        held = {row["id"] for row in rows}  # others may have settled some before the lock
        rows = yield Run("expired_attempts", {"now": moment.now})
        rows = [row for row in rows if row["id"] in held]
        due = moment.now + items[0]
        ended = [(r["id"], "unknown", due, 0, None, None, None, DIED) for r in rows]
        fresh = yield from settle_attempts(moment, ended)
        ours = [row for row in rows if row["id"] in fresh]
        if ours:
            states = sorted((row["outbox_id"], "unknown", 1, due) for row in ours)
            yield Run("settle_outbox", {}, states)
            yield Ring("unknown")
        notes = [(row["conversation_id"], Note(DIED, "uncertain")) for row in ours]
        yield from write_notes(moment, notes)
    return [len(rows) for _item in items]
