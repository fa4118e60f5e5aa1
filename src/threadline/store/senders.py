"""What is given to senders, and what the outcomes of their texts mean for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

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
    heard = {
        o.sending.sender_id
        for o in outcomes
        if o.kind == "sent" or (o.provider_code and not o.trouble and o.kind != "paused")
    }
    failed = [o for o in outcomes if o.trouble and o.sending.sender_id not in heard]
    troubles = Counter(o.sending.sender_id for o in failed)
    why = {o.sending.sender_id: o.note for o in failed}
    probes = {
        o.sending.sender_id for o in outcomes if o.sending.trouble >= pacing.PATIENCE
    } & heard
    yield from end_troubles(sorted(heard - pauses.keys()), probes - pauses.keys())
    probed = {o.sending.sender_id for o in failed if o.sending.trouble >= pacing.PATIENCE}
    touched = sorted(pauses.keys() | troubles.keys())
    if not touched:
        return
    rows = yield Run("lock_senders", {}, [(id,) for id in touched])
    writes: list[tuple[object, ...]] = []
    for row in rows:
        id = row["id"]
        count = pacing.worse(row["trouble"], troubles[id], probed=id in probed)
        rest = pacing.rest(count)
        if id in pauses:
            one = pauses[id]
            writes.append((id, one.due_at, one.note, one.code, max(count, pacing.PATIENCE)))
        elif rest and row["paused_code"] in ("", RESTING):
            until = moment.now + rest
            if id not in probed:  # one may be trying, and the others wait for it
                until = max(until, row["paused_until"])
            writes.append((id, until, why[id], RESTING, count))
        else:
            kept = (row["paused_until"], row["paused_why"], row["paused_code"])
            writes.append((id, *kept, count))
    yield Run("pause_senders", {}, writes)


def end_troubles(heard: Sequence[int], probes: Collection[int]) -> Part:
    """The provider answered for these: failures are in a row no longer."""
    calmed = (yield Run("calm_senders", {}, [(id,) for id in heard])) if heard else []
    if probes:  # what paused them is mended
        yield Run("recover_senders", {}, sorted((id,) for id in probes))
    if calmed or probes:
        yield Ring("outbox")
