"""Puts what bots answered into the outbox, and hands out at once what can go at once."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass

from threadline.model.clock import DAY
from threadline.model.messages import Draft
from threadline.model.pacing import gaps
from threadline.model.rows import Finished, Sending
from threadline.store import senders
from threadline.store.script import Moment, Ring, Row, Run, Step

OVER = (
    "The endpoint has sent its {most:,} segments of today, so this was not. (MaxSegmentsPerDay)"
)

Why = Generator[Step, list[Row], dict[int, str]]
Ready = Generator[Step, list[Row], dict[int, Sending]]
Going = Generator[Step, list[Row], dict[int, int]]


@dataclass(slots=True)
class New:
    """A draft on its way into the outbox; `goes` if this worker would send it right now."""

    row: Row
    seq: int
    ours: str
    service: str
    draft: Draft
    expires_at: int
    status: str
    gap: int
    goes: bool

    @property
    def conversation(self) -> int:
        found: int = self.row["id"]
        return found

    def owner(self) -> tuple[object, ...]:
        """What every draft begins with: whose it is, and what it says."""
        row = self.row
        return (
            *(row["id"], self.seq, row["endpoint_id"], row["sender_id"], row["contact"]),
            *(self.ours, self.service, self.draft.text, self.draft.segments),
        )


def new(one: Finished, row: Row, first: int, spent: Mapping[int, str]) -> list[New]:
    """
    The drafts of a finished turn, of which the first thing said has the place `first` on the
    timeline. The first is `waiting` unless an earlier one is open, the others are `held`.
    """
    drafts = [
        (seq, what.draft)
        for seq, what in enumerate(one.said, first)
        if what.draft is not None and id(what) not in spent
    ]
    if not drafts:
        return []
    claimed, made = one.claimed, []
    free, pause = not row["busy"], 0
    for (seq, draft), rest in zip(drafts, gaps(row["burst"], len(drafts)), strict=True):
        gap, pause = max(rest, pause), draft.pause
        goes = free and one.sends and not gap and not row["stopped"]
        status = "waiting" if free else "held"
        way = (claimed.ours, claimed.service)
        made.append(New(row, seq, *way, draft, one.expires_at, status, gap, goes))
        free = False
    return made


def over_budget(moment: Moment, finished: Sequence[Finished]) -> Why:
    """
    Which of the things said (by their identity) the endpoint may not send any more today, and
    why. Counts what it may. An answer ends where it is too much, so that it has no hole.
    """
    wanted: dict[int, list[tuple[int, int, int]]] = {}
    most: dict[int, int] = {}
    for n, one in enumerate(finished):
        for what in one.said:
            if what.draft is not None:
                entry = (n, id(what), what.draft.segments)
                wanted.setdefault(one.claimed.endpoint_id, []).append(entry)
        if one.most is not None:
            most[one.claimed.endpoint_id] = one.most
    day = moment.now // DAY
    used: dict[int, int] = {}
    capped = sorted(most.keys() & wanted.keys())
    if capped:
        rows = yield Run("usage_of", {}, [(endpoint, day) for endpoint in capped])
        used = {row["endpoint_id"]: row["segments"] for row in rows}
    over: dict[int, str] = {}
    ended: set[int] = set()
    sums: list[tuple[int, int, int]] = []
    for endpoint, entries in sorted(wanted.items()):
        total = 0
        for turn, said, segments in entries:
            limit, spent = most.get(endpoint), used.get(endpoint, 0) + total
            if limit is not None and (turn in ended or spent + segments > limit):
                over[said] = OVER.format(most=limit)
                ended.add(turn)
            else:
                total += segments
        sums.append((endpoint, day, total))
    if sums:
        yield Run("add_usage", {}, sums)
    return over


def enqueue(moment: Moment, made: Sequence[New]) -> Ready:
    """
    Write them all; the first of a conversation is handed out at once, with its attempt, if
    its sender is free. Those by their conversation.
    """
    going = yield from _give(moment, [one for one in made if one.goes])
    sent = {one.conversation: one for one in made if one.goes and id(one) in going}
    rest = [one for one in made if id(one) not in going]
    if rest:
        yield Run("enqueue", {"now": moment.now}, [_row(one) for one in rest])
        if any(one.status == "waiting" for one in rest):
            yield Ring("outbox")
    if not sent:
        return {}
    rows = [(*one.owner(), one.expires_at) for one in sent.values()]
    drafts = yield Run("enqueue_sending", {"now": moment.now}, rows)
    conversation_of = {row["id"]: row["conversation_id"] for row in drafts}
    until = moment.now + moment.lease
    values = {"now": moment.now, "until": until}
    opened = yield Run("open_attempts", values, [(id, 1) for id in sorted(conversation_of)])
    found: dict[int, Sending] = {}
    for row in opened:
        conversation = conversation_of[row["outbox_id"]]
        one = sent[conversation]
        found[conversation] = _sending(one, row, until, going[id(one)])
    return found


def _row(one: New) -> tuple[object, ...]:
    wait = one.gap if one.status == "waiting" else 0
    return (*one.owner(), one.status, 0, one.gap, wait, one.expires_at)


def _sending(one: New, attempt: Row, until: int, trouble: int) -> Sending:
    return Sending(
        draft_id=attempt["outbox_id"],
        attempt=attempt["id"],
        attempts=1,
        endpoint_id=one.row["endpoint_id"],
        conversation=one.conversation,
        sender_id=one.row["sender_id"],
        contact=one.row["contact"],
        ours=one.ours,
        service=one.service,
        text=one.draft.text,
        expires_at=one.expires_at,
        until=until,
        trouble=trouble,
    )


def _give(moment: Moment, candidates: Sequence[New]) -> Going:
    """
    Which of the drafts (by their identity) their senders take right now, each with how often
    its sender has failed.
    """
    ids = sorted({(one.row["sender_id"],) for one in candidates})
    if not ids:
        return {}
    states = yield Run("sender_states", {"now": moment.now}, ids)
    queued = {row["id"] for row in states if row["pace"] and row["queued"]}
    known = {row["id"]: senders.sender(row) for row in states}
    paced = [(id,) for id, one in sorted(known.items()) if one.pace]
    if paced:
        rows = yield Run("lock_senders", {}, paced)
        known |= {row["id"]: senders.sender(row) for row in rows}
    going: dict[int, int] = {}
    for one in candidates:
        state = known[one.row["sender_id"]]
        ready = state.id not in queued and not state.tries
        if ready and state.give(one.draft.segments, moment.now):
            going[id(one)] = state.trouble
    yield from senders.save(known[id] for (id,) in paced)
    return going
