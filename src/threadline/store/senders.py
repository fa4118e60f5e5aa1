"""What is given to senders, and what the outcomes of their texts mean for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from threadline.model import pacing
from threadline.model.pacing import Sender
from threadline.model.rows import Outcome
from threadline.store.script import Moment, Part, Ring, Row, Run

RESTING = "resting"


def sender(row: Row) -> Sender:
    """The state in a sender's row."""
    names = ("id", "pace", "next_at", "paused_until", "trouble")
    return Sender(*(row[name] for name in names))


def save(senders: Iterable[Sender]) -> Part:
    """Write what was given to these senders, which are locked."""
    rows = [(one.id, one.next_at, one.paused_until) for one in senders]
    if rows:
        yield Run("given_senders", {}, sorted(rows))


def follow(moment: Moment, outcomes: Sequence[Outcome]) -> Part:
    """A pause, a rest after failures in a row, or the end of troubles."""
    pauses = {o.sending.sender_id: o for o in outcomes if o.kind == "paused"}
    failing = [o for o in outcomes if o.trouble]
    troubles = Counter(o.sending.sender_id for o in failing)
    probes = Counter(
        o.sending.sender_id for o in failing if o.sending.trouble >= pacing.PATIENCE
    )
    why = {o.sending.sender_id: o.note for o in failing}
    well = {
        o.sending.sender_id
        for o in outcomes
        if o.sending.trouble and not o.trouble and o.kind != "paused"
    }
    touched = sorted(pauses.keys() | troubles.keys() | well)
    if not touched:
        return
    rows = yield Run("lock_senders", {}, [(id,) for id in touched])
    writes: list[tuple[object, ...]] = []
    for row in rows:
        id = row["id"]
        count = pacing.in_a_row(row["trouble"], troubles[id], probes[id])
        rest = pacing.rest(count)
        if id in pauses:
            one = pauses[id]
            writes.append((id, one.due_at, one.note, one.code, max(count, pacing.PATIENCE)))
        elif count == row["trouble"]:
            continue  # nothing failed, or it rests already
        elif rest and row["paused_code"] in ("", RESTING):
            writes.append((id, moment.now + rest, why[id], RESTING, count))
        else:
            kept = (row["paused_until"], row["paused_why"], row["paused_code"])
            writes.append((id, *kept, count))
    if writes:
        yield Run("pause_senders", {}, writes)
    recovered = sorted((id,) for id in well - pauses.keys() - troubles.keys())
    if recovered:
        yield Run("recover_senders", {}, recovered)
        yield Ring("outbox")
