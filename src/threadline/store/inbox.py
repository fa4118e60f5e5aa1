"""Keeps texts from contacts, once each, with what they say about being texted."""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from dataclasses import dataclass

from threadline.model.endpoint import Endpoint
from threadline.model.messages import Inbound
from threadline.model.timeline import Element, Text, to_json
from threadline.store.script import Moment, Row, Run, Script

STOPPED = "The contact opted out of being texted, so the bot was not asked."
STARTED = "The contact wants to be texted again. The provider has confirmed it."
SILENT = "The contact has opted out, so the bot was not asked. START would lift that."
HELPED = "The contact asked for help, which the provider has answered."


@dataclass(frozen=True, slots=True)
class Keep:
    """One text for one endpoint."""

    endpoint: Endpoint
    message: Inbound


@dataclass(slots=True)
class _Place:
    """Where a conversation stands while texts are put into it."""

    id: int
    sender_id: int
    seq: int
    added: int = 0


Key = tuple[int, str, str]
SenderScript = Generator[Run, list[Row], dict[tuple[str, str], int]]
Places = Generator[Run, list[Row], dict[Key, _Place]]
Stopped = Generator[Run, list[Row], set[tuple[int, str]]]
Flag = Generator[Run, list[Row], str]


def keep(moment: Moment, items: Sequence[Keep]) -> Script:
    """True for each text that was new."""
    senders = yield from _senders(items)
    places = yield from _open(moment, items, senders)
    stopped = yield from _stopped(items, places)
    pairs = [(item.endpoint.id, item.message.provider_id) for item in items]
    known = yield Run("find_inbox", {}, sorted(set(pairs)))
    seen = {(row["endpoint_id"], row["provider_id"]) for row in known}
    inbox: list[tuple[object, ...]] = []
    said: list[tuple[object, ...]] = []
    results: list[bool] = []
    for item, pair in zip(items, pairs, strict=True):
        results.append(pair not in seen)
        if pair in seen:
            continue
        seen.add(pair)
        place = places[_key(item)]
        flag = yield from _consent(moment, item, place, stopped)
        place.seq += 1
        place.added += 1
        inbox.append(_inbox_row(item, place, flag))
        elements: list[Element] = [Text(item.message.text)] if item.message.text else []
        for n, element in enumerate([*elements, *item.message.media] or [Text("")]):
            place.seq += 1 if n else 0
            said.append((place.id, place.seq, "contact", json.dumps(to_json(element)), "", 0))
    if inbox:
        yield Run("keep_inbox", {"now": moment.now}, inbox)
        yield Run("say", {"now": moment.now}, said)
        moved = sorted((p.id, p.seq, p.added) for p in places.values() if p.added)
        yield Run("queue_conversations", {"now": moment.now}, moved)
    return results


def _key(item: Keep) -> Key:
    return (item.endpoint.id, item.message.service or item.message.ours, item.message.contact)


def _inbox_row(item: Keep, place: _Place, flag: str) -> tuple[object, ...]:
    m = item.message
    media = json.dumps([to_json(one) for one in m.media])
    params = json.dumps(m.params)
    return (
        *(item.endpoint.id, m.provider_id, place.id, place.seq),
        *(m.ours, m.service, m.text, media, flag, params),
    )


def _senders(items: Sequence[Keep]) -> SenderScript:
    """The id of each sender, making those that are new."""
    found: dict[tuple[str, str], int] = {}
    for pair in sorted({(i.endpoint.organization, i.message.sender) for i in items}):
        names = {"organization": pair[0], "route": pair[1]}
        rows = yield Run("find_sender", names)
        if not rows:
            yield Run("add_sender", names)
            rows = yield Run("find_sender", names)
        found[pair] = rows[0]["id"]
    return found


def _open(moment: Moment, items: Sequence[Keep], senders: dict[tuple[str, str], int]) -> Places:
    wanted = {
        _key(item): senders[item.endpoint.organization, item.message.sender] for item in items
    }
    keys = [(*key, wanted[key]) for key in sorted(wanted)]
    yield Run("lock_known", {}, keys)
    yield Run("carry_suppressions", {}, keys)
    rows = yield Run("open_conversations", {"now": moment.now}, keys)
    places: dict[Key, _Place] = {}
    for row in rows:
        key = (row["endpoint_id"], row["address"], row["contact"])
        places[key] = _Place(row["id"], wanted[key], row["seq"])
    return places


def _stopped(items: Sequence[Keep], places: dict[Key, _Place]) -> Stopped:
    """Which of the contacts have opted out of which senders."""
    asked = {(places[_key(item)].sender_id, item.message.contact) for item in items}
    rows = yield Run("suppressed", {}, sorted(asked))
    return {(row["sender_id"], row["contact"]) for row in rows}


def _consent(moment: Moment, item: Keep, place: _Place, stopped: set[tuple[int, str]]) -> Flag:
    """
    Opt-outs are written with the text itself, so they never wait behind a slow bot. Why the
    bot is not to be asked; "" to ask.
    """
    message = item.message
    who = (place.sender_id, message.contact)
    match message.consent:
        case "stop":
            row = (place.sender_id, message.contact, "keyword", message.text[:160])
            yield Run("suppress", {"now": moment.now}, [row])
            yield Run("drop_waiting", {"conversation_id": place.id})
            stopped.add(who)
            return STOPPED
        case "start":
            ids = {"sender_id": place.sender_id, "contact": message.contact}
            yield Run("release", ids)
            lifted = who in stopped
            stopped.discard(who)
            return STARTED if lifted or message.answered else message.flag
        case "help":
            return HELPED
        case _:
            return SILENT if who in stopped else message.flag
