"""Hands out drafts to send, and writes what came of each attempt."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from typing import Any

from threadline.model.pacing import Sender
from threadline.model.plain import clean
from threadline.model.rows import Dropped, Outcome, Sending, Taken
from threadline.model.timeline import Note
from threadline.store import consent, senders
from threadline.store.script import Moment, Part, Ring, Row, Run, Script, Step
from threadline.store.text import element_text

Claiming = Generator[Step, list[Row], list[Sending]]
Settlement = Generator[Step, list[Row], set[int]]

OUTCOMES = {
    "sent": ("accepted", "sent", 0),
    "waiting": ("refused", "waiting", 1),
    "failed": ("refused", "failed", 0),
    "suppressed": ("refused", "suppressed", 0),
    "paused": ("refused", "waiting", 1),
    "unknown": ("unknown", "unknown", 1),
    "returned": ("returned", "waiting", 1),
}
"""What an outcome makes of the attempt and of its draft, and whether that one stays open."""


def claim(moment: Moment, items: Sequence[int]) -> Script:
    """Each item is how many to claim at most; each result is `Taken`."""
    results: list[Taken] = []
    for limit in items:
        busy = yield Run("busy_senders", {})
        known = {row["id"]: senders.sender(row) for row in busy}
        first_due = {row["id"]: row["first_due"] for row in busy}
        ready = _ready(known.values(), first_due, moment.now)
        strict = sorted((one.id,) for one in ready if one.pace or one.tries)
        if strict:  # others may give them something, too: look again under the lock
            rows = yield Run("lock_senders", {}, strict)
            known |= {row["id"]: senders.sender(row) for row in rows}
            ready = _ready((known[one.id] for one in ready), first_due, moment.now)
        taken: list[Sending] = []
        dropped: list[Dropped] = []
        share = max(1, limit // max(1, len(ready)))
        more = False
        for state in ready:
            room = min(limit - len(taken), share)
            found = (yield from _claim_of(moment, state, room, dropped)) if room > 0 else []
            taken += found
            more = more or len(found) == room
        if strict:
            yield from senders.save(known[id] for (id,) in strict)
        waits = [max(one.free_at, first_due[one.id]) for one in known.values()]
        later = min((at for at in waits if at > moment.now), default=None)
        results.append(Taken(taken, moment.now if more else later, dropped))
    return results


def _ready(known: Iterable[Sender], first_due: Mapping[int, int], now: int) -> list[Sender]:
    """Those that may send something now; who waited longest comes first."""
    free = [one for one in known if max(one.free_at, first_due[one.id]) <= now]
    return sorted(free, key=lambda one: first_due[one.id])


def _claim_of(moment: Moment, state: Sender, room: int, dropped: list[Dropped]) -> Claiming:
    """
    Up to `room` drafts of one sender, as many as its pace allows. What comes too late, or for
    somebody who has opted out, is put with the `dropped`.
    """
    asked = {"sender_id": state.id, "now": moment.now, "limit": room}
    trouble = state.trouble
    ids = []
    for row in (yield Run("due_drafts", asked)):
        if row["expires_at"] <= moment.now or row["suppressed"]:
            why = "expired" if row["expires_at"] <= moment.now else "suppressed"
            dropped.append((row["id"], row["conversation_id"], why))
        elif state.give(row["segments"], moment.now):
            ids.append((row["id"],))
        else:
            break
    rows = (yield Run("claim_outbox", {}, sorted(ids))) if ids else []
    going = {row["id"]: row for row in rows}
    if not going:
        return []
    until = moment.now + moment.lease
    values = {"now": moment.now, "until": until}
    attempts = [(id, row["attempts"]) for id, row in sorted(going.items())]
    opened = yield Run("open_attempts", values, attempts)
    return [sending(going[row["outbox_id"]], row["id"], until, trouble) for row in opened]


def drop(moment: Moment, items: Sequence[Dropped]) -> Script:
    """Drafts that a claim found to be too late, or for somebody who has opted out."""
    yield from lock([row[1] for row in items], [row[0] for row in items])
    yield Run("close_unsent", {}, sorted(items))
    yield from release(moment, [conversation for _id, conversation, _why in items])
    return [True for _item in items]


def sending(row: Row, attempt: int, until: int = 0, trouble: int = 0) -> Sending:
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
        until=until,
        trouble=trouble,
        exempt=bool(row["exempt"]),
    )


def record(moment: Moment, items: Sequence[Outcome]) -> Script:
    """True for each attempt whose end was not known before. Only those are written."""
    held = [one.sending.conversation for one in items]
    yield from lock(held, [one.sending.draft_id for one in items])
    rows = [
        (
            *(one.sending.attempt, OUTCOMES[one.kind][0], one.due_at, 0),
            *(one.provider_id, one.status, one.provider_code, one.note),
        )
        for one in items
    ]
    fresh = yield from settle_attempts(moment, rows)
    ours = [one for one in items if one.sending.attempt in fresh]
    states = [(one.sending.draft_id, *_after(moment, one)) for one in ours]
    if states:
        yield Run("settle_outbox", {}, sorted(states))
    closed = [o.sending.conversation for o in ours if OUTCOMES[o.kind][2] == 0 and not _held(o)]
    yield from release(moment, closed)
    untried = sorted((one.sending.draft_id,) for one in ours if one.kind == "returned")
    if untried:
        yield Run("uncount", {}, untried)
    if any(one.kind in ("waiting", "paused", "returned") for one in ours):
        yield Ring("outbox")  # who waits is to learn how long
    late = [o for o in items if o.kind == "sent" and o.sending.attempt not in fresh]
    yield from senders.follow(moment, [*ours, *late])
    stops = [
        (one.sending.sender_id, one.sending.contact, one.provider_code, one.note)
        for one in ours
        if one.kind == "suppressed" and one.provider_code  # else we knew it already
    ]
    yield from suppress(moment, stops)
    notes = [(one.sending.conversation, Note(one.note, one.code)) for one in ours if one.note]
    yield from write_notes(moment, notes)
    return [one.sending.attempt in fresh for one in items]


def _after(moment: Moment, one: Outcome) -> tuple[str, int, int]:
    """What becomes of the draft: its status, whether it stays open, when it is due."""
    _attempt, status, stays_open = OUTCOMES[one.kind]
    if _held(one):
        return status, 1, one.due_at
    # A paused sender holds its drafts itself: once it resumes, none of them waits longer.
    return status, stays_open, moment.now if one.kind == "paused" else one.due_at


def _held(one: Outcome) -> bool:
    """What follows waits until this text is delivered."""
    return one.kind == "sent" and one.due_at > 0


def suppress(moment: Moment, stops: Iterable[tuple[int, str, str, str]]) -> Part:
    """The provider says that they opted out: (sender, contact, source, why)."""
    rows = sorted(set(stops))
    if rows:
        yield Run("suppress", {"now": moment.now}, rows)
        yield from consent.log(moment.now, [(*row[:2], "stop", *row[2:]) for row in rows])


def release(moment: Moment, conversations: Iterable[int]) -> Part:
    """What was held back by a draft that is closed now may go."""
    rows = [(id,) for id in sorted(set(conversations))]
    if rows and (yield Run("release_next", {"now": moment.now}, rows)):
        yield Ring("outbox")


def release_late(moment: Moment, items: Sequence[object]) -> Script:
    """Texts whose delivery nobody reports hold back the next ones only for so long."""
    found = yield Run("late_deliveries", {"now": moment.now})
    if found:
        yield from lock([r["conversation_id"] for r in found], [row["id"] for row in found])
        held = {row["id"] for row in found}  # a report may have come before the lock
        found = yield Run("late_deliveries", {"now": moment.now})
        found = [row for row in found if row["id"] in held]
        yield Run("settle_outbox", {}, sorted((row["id"], "sent", 0, 0) for row in found))
        yield from release(moment, [row["conversation_id"] for row in found])
    return [len(found) for _item in items]


def settle_attempts(moment: Moment, rows: Sequence[tuple[Any, ...]]) -> Settlement:
    """Which of the attempts (id, status, due_at, passes, …, note) had not ended before."""
    rows = [(*row[:-1], clean(row[-1])) for row in rows]
    ended = yield Run("settle_attempts", {"now": moment.now}, sorted(rows, key=by_id))
    return {row["id"] for row in ended}


def by_id(row: Sequence[Any]) -> int:
    """Rows are written in the order of their key, so that no two nodes wait in a circle."""
    return int(row[0])


def lock(conversations: Iterable[int], drafts: Iterable[int]) -> Part:
    """
    Conversations before drafts, each in the order of their key: the order of the inbox. Who
    opens or closes a draft holds its conversation, or one that is held would be forgotten.
    """
    for name, ids in (("lock_conversations", conversations), ("lock_outbox", drafts)):
        wanted = [(id,) for id in sorted(set(ids))]
        if wanted:
            yield Run(name, {}, wanted)


def write_notes(moment: Moment, notes: Iterable[tuple[int, Note]]) -> Part:
    """Write each note at the end of its conversation's timeline, one after the other."""
    for conversation, note in sorted(notes, key=lambda pair: pair[0]):
        rows = yield Run("next_seq", {}, [(conversation,)])
        said = [
            (row["id"], row["seq"], "system", element_text(note), "", row["session"])
            for row in rows
        ]
        yield Run("say", {"now": moment.now}, said)
