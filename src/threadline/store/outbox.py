"""Hands out drafts to send, and writes what came of each attempt."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Sequence
from typing import Any

from threadline.model.rows import Outcome, Sending, Settled, Unknown
from threadline.model.timeline import Note, to_json
from threadline.store.script import Moment, Row, Run, Script

Nothing = Generator[Run, list[Row], None]

OUTCOMES = {
    "sent": ("accepted", "sent", 0),
    "waiting": ("refused", "waiting", 1),
    "failed": ("refused", "failed", 0),
    "suppressed": ("refused", "suppressed", 0),
    "paused": ("refused", "waiting", 1),
    "unknown": ("unknown", "unknown", 1),
}
"""What an outcome makes of the attempt and of its draft, and whether that one stays open."""

SETTLED = {
    "adopted": ("accepted", "sent", 0),
    "failed": ("accepted", "failed", 0),
    "again": ("unknown", "unknown", 1),
    "resend": ("lost", "waiting", 1),
    "parked": ("unsettled", "parked", 0),
}

DIED = "Threadline stopped while this text was being sent. Whether it left is being looked up."


def claim(moment: Moment, items: Sequence[int]) -> Script:
    """Each item is how many to claim at most; each result a list of `Sending`."""
    results: list[list[Sending]] = []
    for limit in items:
        rows = yield Run("claim_outbox", {"now": moment.now, "limit": limit})
        late = [row for row in rows if row["expires_at"] <= moment.now]
        stopped = [row for row in rows if row["suppressed"] and row not in late]
        for kind, found in (("expired", late), ("suppressed", stopped)):
            if found:
                yield Run("settle_outbox", {}, sorted((row["id"], kind, 0, 0) for row in found))
        going = {row["id"]: row for row in rows if row not in late and row not in stopped}
        opened: list[Row] = []
        if going:
            values = {"now": moment.now, "until": moment.now + moment.lease}
            rows_in = [(id, row["attempts"]) for id, row in sorted(going.items())]
            opened = yield Run("open_attempts", values, rows_in)
        results.append([_sending(going[row["outbox_id"]], row["id"]) for row in opened])
    return results


def _sending(row: Row, attempt: int) -> Sending:
    return Sending(
        draft_id=row["id"],
        attempt=attempt,
        attempts=row["attempts"],
        endpoint_id=row["endpoint_id"],
        conversation=row["conversation_id"],
        sender_id=row["sender_id"],
        contact=row["contact"],
        ours=row["ours"],
        service=row["service"],
        text=row["text"],
        expires_at=row["expires_at"],
    )


def record(moment: Moment, items: Sequence[Outcome]) -> Script:
    """True for each attempt whose end was not known before. Only those are written."""
    noted = [one.sending.conversation for one in items if one.note]
    yield from lock(noted, [one.sending.draft_id for one in items])
    rows = [
        (
            *(one.sending.attempt, OUTCOMES[one.kind][0], one.due_at, 0),
            *(one.provider_id, one.status, one.provider_code, one.note),
        )
        for one in items
    ]
    fresh = yield from _settle(moment, rows)
    ours = [one for one in items if one.sending.attempt in fresh]
    states = [(o.sending.draft_id, *OUTCOMES[o.kind][1:], _due_at(moment, o)) for o in ours]
    if states:
        yield Run("settle_outbox", {}, sorted(states))
    pauses = [(o.sending.sender_id, o.due_at, o.note) for o in ours if o.kind == "paused"]
    if pauses:
        yield Run("pause_sender", {}, sorted({row[0]: row for row in pauses}.values()))
    stops = [
        (one.sending.sender_id, one.sending.contact, one.provider_code or "provider", one.note)
        for one in ours
        if one.kind == "suppressed"
    ]
    if stops:
        yield Run("suppress", {"now": moment.now}, sorted(set(stops)))
    notes = [(one.sending.conversation, Note(one.note, one.code)) for one in ours if one.note]
    yield from write_notes(moment, notes)
    return [one.sending.attempt in fresh for one in items]


def _due_at(moment: Moment, outcome: Outcome) -> int:
    """A paused sender holds its drafts itself: once it resumes, none of them waits longer."""
    return moment.now if outcome.kind == "paused" else outcome.due_at


def claim_unknown(moment: Moment, items: Sequence[int]) -> Script:
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
        sending=_sending(draft, row["id"]),
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
    fresh = yield from _settle(moment, rows)
    ours = [one for one in items if one.unknown.sending.attempt in fresh]
    states = [(o.unknown.sending.draft_id, *SETTLED[o.kind][1:], o.due_at) for o in ours]
    if states:
        yield Run("settle_outbox", {}, sorted(states))
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
        fresh = yield from _settle(moment, ended)
        ours = [row for row in rows if row["id"] in fresh]
        if ours:
            states = sorted((row["outbox_id"], "unknown", 1, due) for row in ours)
            yield Run("settle_outbox", {}, states)
        notes = [(row["conversation_id"], Note(DIED, "uncertain")) for row in ours]
        yield from write_notes(moment, notes)
    return [len(rows) for _item in items]


def _settle(moment: Moment, rows: Sequence[tuple[Any, ...]]) -> Settlement:
    ended = yield Run("settle_attempts", {"now": moment.now}, sorted(rows, key=by_id))
    return {row["id"] for row in ended}


def by_id(row: Sequence[Any]) -> int:
    """Rows are written in the order of their key, so that no two nodes wait in a circle."""
    return int(row[0])


def lock(conversations: Iterable[int], drafts: Iterable[int]) -> Nothing:
    """Conversations before drafts, each in the order of their key: the order of the inbox."""
    for name, ids in (("lock_conversations", conversations), ("lock_outbox", drafts)):
        wanted = [(id,) for id in sorted(set(ids))]
        if wanted:
            yield Run(name, {}, wanted)


Settlement = Generator[Run, list[Row], set[int]]


def write_notes(moment: Moment, notes: Iterable[tuple[int, Note]]) -> Nothing:
    """Write each note at the end of its conversation's timeline, one after the other."""
    for conversation, note in sorted(notes, key=lambda pair: pair[0]):
        rows = yield Run("next_seq", {}, [(conversation,)])
        said = [
            (row["id"], row["seq"], "system", json.dumps(to_json(note)), "", row["session"])
            for row in rows
        ]
        yield Run("say", {"now": moment.now}, said)
