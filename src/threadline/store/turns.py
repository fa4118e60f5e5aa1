"""Hands out the first waiting text of conversations, and writes what the bots answered."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence

from threadline.model.rows import Claimed, Finished, Postponed, Session
from threadline.model.timeline import Element, Media, from_json, to_json
from threadline.store.script import Moment, Row, Run, Script


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
    return results


def _claimed(row: Row, head: Row, token: int) -> Claimed:
    media = [from_json(one) for one in json.loads(head["media"])] if head["media"] else []
    return Claimed(
        conversation=row["id"],
        endpoint_id=row["endpoint_id"],
        contact=row["contact"],
        ours=head["ours"],
        service=head["service"],
        seq=head["seq"],
        text=head["text"],
        media=tuple(one for one in media if isinstance(one, Media)),
        flag=head["flag"],
        received_at=head["received_at"],
        state=json.loads(row["state"]),
        context=json.loads(row["context"]),
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
    )


def renew(moment: Moment, items: Sequence[Claimed]) -> Script:
    """Hold on for another lease. False for each claim that is no longer ours."""
    held = sorted((one.conversation, one.token) for one in items)
    yield Run("lock_conversations", {}, [(id,) for id, _token in held])
    rows = yield Run("renew_conversations", {"until": moment.now + moment.lease}, held)
    ours = {row["id"] for row in rows}
    return [one.conversation in ours for one in items]


def finish(moment: Moment, items: Sequence[Finished]) -> Script:
    """True for each turn that was still ours; of the others nothing is written."""
    rows = sorted(_finish_row(one) for one in items)
    yield Run("lock_conversations", {}, [(row[0],) for row in rows])
    found = yield Run("finish_conversations", {"now": moment.now}, rows)
    ours = {row["id"]: row for row in found}
    inbox: list[tuple[object, ...]] = []
    said: list[tuple[object, ...]] = []
    drafts: list[tuple[object, ...]] = []
    for one in items:
        row = ours.get(one.claimed.conversation)
        if row is None:
            continue
        claimed = one.claimed
        inbox.append((row["id"], claimed.seq, "parked" if one.parked else "done"))
        for seq, what in enumerate(one.said, row["seq"] - len(one.said) + 1):
            text = _json(what.element)
            number = one.session.number
            said.append((row["id"], seq, what.author, text, what.discarded, number))
            if what.draft is not None:
                owner = (row["endpoint_id"], row["sender_id"], row["contact"])
                way = (claimed.ours, claimed.service, what.draft.text, one.expires_at)
                drafts.append((row["id"], seq, *owner, *way))
    yield Run("finish_inbox", {}, inbox)
    if said:
        yield Run("say", {"now": moment.now}, said)
    if drafts:
        yield Run("enqueue", {"now": moment.now}, drafts)
    return [one.claimed.conversation in ours for one in items]


def _finish_row(one: Finished) -> tuple[object, ...]:
    session = one.session
    return (
        *(one.claimed.conversation, one.claimed.token, len(one.said)),
        *(json.dumps(one.state), json.dumps(one.context)),
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
        (row["id"], row["seq"], "system", _json(one.note), "", row["session"])
        for one in items
        if (row := ours.get(one.claimed.conversation)) is not None
    ]
    if said:
        yield Run("say", {"now": moment.now}, said)
    return [one.claimed.conversation in ours for one in items]


def _json(element: Element) -> str:
    return json.dumps(to_json(element))
