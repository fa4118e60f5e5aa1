"""Hands out the first waiting text of conversations, and writes what the bots answered."""

from __future__ import annotations

import json
import secrets
from collections.abc import Generator, Sequence

import orjson

from threadline.model.desk import WANTED
from threadline.model.pacing import REPLY_GAP
from threadline.model.rows import Claimed, Done, Finished, Postponed, Session
from threadline.model.timeline import Element, Markup, MarkupInteraction, Media, from_json
from threadline.model.turn import State
from threadline.store import answers, drafts, waits
from threadline.store.drafts import New
from threadline.store.inbox import CONTEXT
from threadline.store.script import Hush, Moment, Ring, Row, Run, Script, Step
from threadline.store.text import element_text, json_text

Siblings = Generator[Step, list[Row], dict[int, list[int]]]


def claim(moment: Moment, items: Sequence[int]) -> Script:
    """Each item is how many to claim at most; each result a list of `Claimed`."""
    results: list[list[Claimed]] = []
    for limit in items:
        token = secrets.randbits(62) + 1
        until = moment.now + moment.lease
        values = {"token": token, "until": until, "now": moment.now, "limit": limit}
        rows = yield Run("claim_conversations", values)
        ids = sorted(row["id"] for row in rows)
        heads = (yield Run("heads", {}, [(id,) for id in ids])) if ids else []
        head_of = {head["conversation_id"]: head for head in heads}
        empty = [(id,) for id in ids if id not in head_of]
        if empty:
            yield Run("unqueue", {"token": token}, empty)
        claimed = [_claimed(r, head_of[r["id"]], token) for r in rows if r["id"] in head_of]
        results.append(sorted(claimed, key=lambda one: one.received_at))
        if len(rows) < limit:
            yield Hush("turns")
    return results


def _claimed(row: Row, head: Row, token: int) -> Claimed:
    written = head["media"]
    media = [from_json(one) for one in orjson.loads(written)] if written != "[]" else []
    later = answers.CAME in media
    brought = next((one for one in media if _is_context(one)), None)
    context, alone = _known(_state(row["context"]), brought)
    return Claimed(
        conversation=row["id"],
        endpoint_id=row["endpoint_id"],
        contact=row["contact"],
        ours=head["ours"],
        service=head["service"],
        seq=head["seq"],
        text="" if later else head["text"],
        media=tuple(one for one in media if isinstance(one, Media)),
        flag=head["flag"],
        received_at=head["received_at"],
        state=_state(row["state"]),
        context=context,
        session=Session(
            number=row["session"],
            open=bool(row["session_open"]),
            bot=row["session_bot"],
            since=row["session_since"],
            seen=row["session_seen"],
            away_said=bool(row["away_said"]),
        ),
        token=token,
        attempts=row["attempts"],
        taken_by=row["taken_by"],
        event=next((one for one in media if isinstance(one, MarkupInteraction)), None),
        woken=waits.OVER in media,
        learned=brought is not None,
        alone=alone,
        answer=answers.read(head["text"]) if later else None,
    )


def _is_context(one: Element) -> bool:
    return isinstance(one, Markup) and one.name == CONTEXT


def _known(context: State, brought: Element | None) -> tuple[State, bool]:
    """With what came beside the text, and whether there was no text at all."""
    if not isinstance(brought, Markup):
        return context, False
    merged = {**context, **brought.fields["values"]}
    known = {name: value for name, value in merged.items() if value is not None}
    return known, bool(brought.fields["alone"])


def _state(written: str) -> State:
    if written == "{}":
        return {}
    found: State = json.loads(written)
    return found


def renew(moment: Moment, items: Sequence[Claimed]) -> Script:
    """Hold on for another lease. False for each claim that is no longer ours."""
    held = sorted((one.conversation, one.token) for one in items)
    yield Run("lock_conversations", {}, [(id,) for id, _token in held])
    rows = yield Run("renew_conversations", {"until": moment.now + moment.lease}, held)
    ours = {row["id"] for row in rows}
    return [one.conversation in ours for one in items]


def finish(moment: Moment, items: Sequence[Finished]) -> Script:
    """`Done` for each turn; of those that were no longer ours nothing is written."""
    rows = sorted(_finish_row(one) for one in items)
    siblings = yield from _siblings(items)
    locked = {one.claimed.conversation for one in items}.union(*siblings.values())
    yield Run("lock_conversations", {}, [(id,) for id in sorted(locked)])
    found = yield Run("finish_conversations", {"now": moment.now, "gap": REPLY_GAP}, rows)
    ours = {row["id"]: row for row in found}
    mine = [one for one in items if one.claimed.conversation in ours]
    inbox = [
        (one.claimed.conversation, one.claimed.seq, "parked" if one.parked else "done")
        for one in mine
    ]
    yield Run("finish_inbox", {}, inbox)
    shared = [
        (id, json_text(one.context))
        for one in mine
        for id in siblings.get(one.claimed.conversation, ())
    ]
    if shared:
        yield Run("share_context", {}, sorted(shared))
    spent = yield from drafts.over_budget(moment, mine)
    said: list[tuple[object, ...]] = []
    made: list[New] = []
    for one in mine:
        row = ours[one.claimed.conversation]
        first = row["seq"] - len(one.said) + 1
        made += drafts.new(one, row, first, spent)
        for seq, what in enumerate(one.said, first):
            why = what.discarded or (spent.get(id(what), "") if what.draft else "")
            entry = (row["id"], seq, what.author, element_text(what.element))
            said.append((*entry, why, one.session.number))
    if said:
        yield Run("say", {"now": moment.now}, said)
    yield from waits.keep(mine, ours)
    wanted = [(one.claimed.conversation, one.wanted) for one in mine if one.wanted is not None]
    if wanted:
        yield Run("want_person", {"by": WANTED}, wanted)
    sending = yield from drafts.enqueue(moment, made)
    if any(row["waiting"] for row in found):
        yield Ring("turns")
    return [
        Done(one.claimed.conversation in ours, sending.get(one.claimed.conversation))
        for one in items
    ]


def _siblings(items: Sequence[Finished]) -> Siblings:
    """
    Of each conversation whose turn has changed what is known about the contact: the others
    that it is known in, too.
    """
    asked = sorted((one.claimed.conversation,) for one in items if _learned(one))
    found: dict[int, list[int]] = {}
    for row in (yield Run("siblings", {}, asked)) if asked else ():
        found.setdefault(row["conversation_id"], []).append(row["id"])
    return found


def _learned(one: Finished) -> bool:
    return one.claimed.learned or one.context != one.claimed.context


def _finish_row(one: Finished) -> tuple[object, ...]:
    session = one.session
    count = sum(what.draft is not None for what in one.said)
    return (
        *(one.claimed.conversation, one.claimed.token, len(one.said), count),
        *(json_text(one.state), json_text(one.context) if _learned(one) else None),
        *(session.number, int(session.open), session.bot, session.since, session.seen),
        int(session.away_said),
    )


def postpone(moment: Moment, items: Sequence[Postponed]) -> Script:
    """Give a turn back, to be asked again later; its note goes to the timeline."""
    rows = sorted(
        (one.claimed.conversation, one.claimed.token, one.again_at, one.attempts)
        for one in items
    )
    yield Run("lock_conversations", {}, [(row[0],) for row in rows])
    found = yield Run("postpone_conversations", {}, rows)
    ours = {row["id"]: row for row in found}
    said = [
        (row["id"], row["seq"], "system", element_text(one.note), "", row["session"])
        for one in items
        if (row := ours.get(one.claimed.conversation)) is not None
    ]
    if said:
        yield Run("say", {"now": moment.now}, said)
    return [one.claimed.conversation in ours for one in items]
