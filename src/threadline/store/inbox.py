"""Keeps texts from contacts, once each, with what they say about being texted."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace

from threadline.model.clock import HOUR, SECOND
from threadline.model.endpoint import Endpoint
from threadline.model.guards import Recent
from threadline.model.messages import Inbound
from threadline.model.timeline import Element, Markup, Note, Text, to_json
from threadline.store import consent
from threadline.store.consent import Place
from threadline.store.script import Moment, Part, Ring, Row, Run, Script, Step
from threadline.store.text import element_text, json_text

OLD = (
    "This text came while Threadline was not reachable and is older than {hours:g} hours, so "
    "the bot was not asked. (CatchUpMaxAge)"
)
CONTEXT = "context"
"""The element, among those that came with a text, that has what is to be known."""
BARE = "[]"
"""The parameters of a text that was read from the provider's list."""


@dataclass(slots=True)
class Keep:
    """One text for one endpoint."""

    endpoint: Endpoint
    message: Inbound


Key = tuple[int, str, str]
Senders = Generator[Step, list[Row], dict[tuple[str, str], int]]
Places = Generator[Step, list[Row], dict[Key, Place]]


@dataclass(slots=True)
class _Rows:
    """What is written for all the new texts together."""

    inbox: list[tuple[object, ...]] = field(default_factory=list)
    said: list[tuple[object, ...]] = field(default_factory=list)
    params: list[tuple[object, ...]] = field(default_factory=list)


def keep(moment: Moment, items: Sequence[Keep]) -> Script:
    """True for each text that was new."""
    senders = yield from _senders(items)
    places = yield from _open(moment, items, senders)
    pairs = [(item.endpoint.id, item.message.provider_id) for item in items]
    known = yield Run("find_inbox", {}, sorted(set(pairs)))
    seen = {(row["endpoint_id"], row["provider_id"]): row["bare"] for row in known}
    came = {(row["endpoint_id"], row["provider_id"]): row["received_at"] for row in known}
    rows = _Rows()
    results: list[bool] = []
    for item, pair in zip(items, pairs, strict=True):
        results.append(pair not in seen)
        if pair not in seen:
            seen[pair] = not item.message.params
            yield from _take(moment, item, places[_key(item)], rows)
        elif seen[pair] and item.message.params:
            rows.params.append((*pair, json_text(item.message.params), _media(item.message)))
            if item.message.answered:  # the list does not tell what Twilio took it for
                said = replace(item.message, sent_at=came.get(pair, moment.now))
                yield from consent.take(moment, item.endpoint, said, places[_key(item)])
    if rows.inbox:
        yield Run("keep_inbox", {"now": moment.now}, rows.inbox)
        yield Run("say", {"now": moment.now}, rows.said)
        moved = sorted(_moved(place) for place in places.values() if place.added)
        yield Run("queue_conversations", {"now": moment.now}, moved)
        yield Ring("turns")
    if rows.params:
        yield Run("complete_inbox", {}, rows.params)
    for place in places.values():
        yield from consent.confirm(moment, place)
    return results


def _take(moment: Moment, item: Keep, place: Place, rows: _Rows) -> Part:
    message = item.message
    flag = yield from consent.take(moment, item.endpoint, message, place)
    flag = flag or message.flag or _too_old(moment, item)
    if not flag and not message.alone:
        said = "\n".join([message.text, *(one.url for one in message.media)])
        flag = place.recent.add(said, moment.now, item.endpoint.engagement)
        place.flagged = flag or place.flagged
    elif message.flag:
        place.flagged = message.flag
    place.seq += 1
    place.added += 1
    rows.inbox.append(
        (
            *(item.endpoint.id, message.provider_id, place.id, place.seq),
            *(message.ours, message.service, message.text, _media(message), flag),
            json_text(message.params),
        )
    )
    author = "system" if message.alone else "contact"
    elements: list[Element] = [Text(message.text)] if message.text else []
    if message.event:
        elements = [message.event]
    elif message.alone:
        names = ", ".join(message.context or ())
        elements = [Note(f"The integration set in the context: {names}.", "context_set")]
    for n, element in enumerate([*elements, *message.media] or [Text("")]):
        place.seq += 1 if n else 0
        rows.said.append((place.id, place.seq, author, element_text(element), "", 0))
    for note in place.notes:
        place.seq += 1
        rows.said.append((place.id, place.seq, "system", element_text(note), "", 0))
    place.notes.clear()


def _too_old(moment: Moment, item: Keep) -> str:
    most = item.endpoint.engagement.catch_up_max_age
    sent_at = item.message.sent_at
    if sent_at is None or moment.now - sent_at <= most * SECOND:
        return ""
    return OLD.format(hours=round(most * SECOND / HOUR, 1))


def _key(item: Keep) -> Key:
    return (item.endpoint.id, item.message.service or item.message.ours, item.message.contact)


def _moved(place: Place) -> tuple[object, ...]:
    recent = place.recent
    return (
        *(place.id, place.seq, place.added, recent.count, recent.since),
        *(recent.same, recent.mark, place.flagged),
    )


def _senders(items: Sequence[Keep]) -> Senders:
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
    """Every conversation, locked, and made if it is new."""
    first = {_key(item): item for item in items}
    wanted = {
        key: senders[item.endpoint.organization, item.message.sender]
        for key, item in first.items()
    }
    keys = sorted(wanted)
    yield Run("lock_known", {}, keys)
    known = yield Run("known_conversations", {}, keys)
    places = {key: place for row in known for key, place in [_place(row)]}
    rest = [
        (*key, wanted[key])
        for key in keys
        if key not in places or places[key].sender_id != wanted[key]
    ]
    if rest:
        moved = [row for row in rest if row[:3] in places]
        if moved:
            yield Run("carry_suppressions", {}, moved)
        yield Run("open_conversations", {"now": moment.now}, rest)
        if moved:
            strays = sorted((places[row[:3]].id, row[3]) for row in moved)
            yield Run("move_drafts", {}, strays)
        opened = yield Run("known_conversations", {}, [row[:3] for row in rest])
        places |= (_place(row) for row in opened)
    for key, place in places.items():
        place.endpoint = first[key].endpoint
    return places


def _place(row: Row) -> tuple[Key, Place]:
    recent = Recent(row["recent_since"], row["recent"], row["same"], row["last_text"])
    place = Place(
        id=row["id"],
        sender_id=row["sender_id"],
        contact=row["contact"],
        seq=row["seq"],
        stopped_at=row["stopped_at"],
        recent=recent,
    )
    return (row["endpoint_id"], row["address"], row["contact"]), place


def _media(message: Inbound) -> str:
    """The files that came with it, or else what was done with an element."""
    if not message.media and message.event is None and message.context is None:
        return "[]"
    came: list[Element] = [*message.media, *([message.event] if message.event else [])]
    if message.context is not None:
        came.append(Markup(CONTEXT, {"values": dict(message.context), "alone": message.alone}))
    return json_text([to_json(one) for one in came])
