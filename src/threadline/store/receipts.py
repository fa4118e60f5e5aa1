"""Moves attempts forward by what the provider reports, in whatever order it does."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from threadline.model.clock import clock_time
from threadline.model.endpoint import Endpoint
from threadline.model.messages import Receipt, Status
from threadline.model.pacing import PATIENCE
from threadline.model.timeline import Note
from threadline.store import senders
from threadline.store.outbox import by_id, lock, release, suppress, write_notes
from threadline.store.script import Moment, Part, Ring, Row, Run, Script, Step

NOT_DELIVERED = (Status.FAILED, Status.UNDELIVERED, Status.CANCELED)
NO_REASON = "The text was not delivered, and the provider gave no reason."
AGAIN = "It is tried again at {at}."
CONFIG_TRIES = 3
GIVEN_UP = ("discarded", "suppressed", "expired")
"""Drafts that nobody wants to be sent any more."""

Overtaken = Generator[Step, list[Row], set[int]]


@dataclass(frozen=True, slots=True)
class Report:
    """
    One status callback for one endpoint; a sender it pauses does so until `until`, and an
    ordered text that it shows to be sent holds back the next one until `delivery` at most.
    """

    endpoint: Endpoint
    receipt: Receipt
    until: int
    delivery: int


@dataclass(slots=True)
class _News:
    """What the reports change, gathered over all of them."""

    moved: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    closed: dict[int, tuple[Row, str, int, int]] = field(default_factory=dict)
    stops: list[tuple[int, str, str, str]] = field(default_factory=list)
    pauses: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    notes: list[tuple[int, Note]] = field(default_factory=list)
    heard: set[int] = field(default_factory=set)


def apply(moment: Moment, items: Sequence[Report]) -> Script:
    """
    True for each report that fits an attempt of its endpoint: the attempt's id is empty or
    equal. The first report also settles whether the text was sent at all.
    """
    wanted = [(one.receipt.attempt, one.receipt.provider_id) for one in items]
    found = yield Run("find_attempts", {}, wanted)
    yield from lock([r["conversation_id"] for r in found], [r["outbox_id"] for r in found])
    if found:  # what was read before the lock may have moved on
        found = yield Run("find_attempts", {}, wanted)
    failed = [row for row in found if items[row["place"] - 1].receipt.then != "fail"]
    overtaken = yield from _overtaken(failed)
    by_place = {row["place"]: row for row in found}
    results: list[bool] = []
    news = _News()
    for place, item in enumerate(items, 1):
        row = by_place.get(place)
        fits = row is not None and _fits(row, item, news.moved)
        results.append(fits)
        if row is not None and fits:
            _take(moment, item, row, news, overtaken)
    yield from _write(moment, news)
    return results


def _overtaken(rows: Sequence[Row]) -> Overtaken:
    ids = sorted({(row["conversation_id"],) for row in rows})
    if ids:
        yield Run("lock_open", {}, ids)
    asked = sorted({(row["outbox_id"], row["conversation_id"], row["seq"]) for row in rows})
    found = (yield Run("overtaken", {}, asked)) if asked else []
    return {row["id"] for row in found}


def _take(moment: Moment, item: Report, row: Row, news: _News, overtaken: set[int]) -> None:
    """What one report means, given those before it."""
    receipt = item.receipt
    earlier = news.moved.get(row["id"])
    before = earlier[2] if earlier else row["provider_status"]
    status = Status(before).advance(receipt.status) if before else receipt.status
    fresh = status != before
    failed = status in NOT_DELIVERED
    reason = (receipt.reason or NO_REASON) if failed and fresh else ""
    code, said = receipt.provider_code, reason
    if earlier and not fresh:  # what was reported before says more
        code, said = earlier[3], earlier[4]
    news.moved[row["id"]] = (row["id"], receipt.provider_id, status.value, code, said)
    if row["status"] in (
        "sending",
        "unknown",
    ):  # the answer to its request comes later, or never
        news.heard.add(row["sender_id"])
    id = row["outbox_id"]
    if failed:
        if fresh and row["id"] == row["latest"]:  # else it was told, or the text sent again
            _not_delivered(moment, item, row, news, reason, overtaken=id in overtaken)
    elif row["open"] and row["draft_status"] == "sent":
        if status.final:
            news.closed.setdefault(id, (row, "sent", 0, 0))
    elif row["status"] != "accepted" or row["draft_status"] not in ("sent", "failed"):
        held = item.endpoint.engagement.ordered and row["open"] and not status.final
        news.closed.setdefault(id, (row, "sent", int(held), item.delivery if held else 0))
    if failed and fresh and receipt.then == "stop":
        source = receipt.provider_code or "provider"
        news.stops.append((row["sender_id"], row["contact"], source, reason))
    if failed and fresh and receipt.then == "config":
        pause = (row["sender_id"], item.until, reason, "misconfigured", PATIENCE)
        news.pauses[row["sender_id"]] = pause


def _not_delivered(
    moment: Moment, item: Report, row: Row, news: _News, reason: str, *, overtaken: bool
) -> None:
    """Again later, or never; unless it did arrive another time, or nobody wants it any more."""
    id = row["outbox_id"]
    done = row["arrived"] or row["draft_status"] in GIVEN_UP
    again_at = None if done or overtaken else _again_at(moment, item.receipt, row)
    follows = "" if again_at is None else f" {AGAIN.format(at=clock_time(again_at))}"
    news.notes.append((row["conversation_id"], Note(reason + follows, "undelivered")))
    if row["arrived"]:
        news.closed.setdefault(id, (row, "sent", 0, 0))
    elif again_at is not None:
        news.closed[id] = (row, "waiting", 1, again_at)
    elif not done:
        news.closed[id] = (row, "failed", 0, 0)


def _again_at(moment: Moment, receipt: Receipt, row: Row) -> int | None:
    """When a text that was not delivered is tried once more; None = not at all. Pure."""
    if receipt.then == "config":
        return moment.now if row["taken"] < CONFIG_TRIES else None
    if receipt.then != "retry" or row["taken"] >= receipt.tries:
        return None
    again_at = moment.now + receipt.wait
    return again_at if again_at < row["expires_at"] else None


def _write(moment: Moment, news: _News) -> Part:
    yield from senders.end_troubles(sorted(news.heard), ())
    if news.moved:
        rows = sorted(news.moved.values(), key=by_id)
        yield Run("advance_attempts", {"now": moment.now}, rows)
    if news.closed:
        closed = [(id, *state) for id, (_row, *state) in sorted(news.closed.items())]
        yield Run("close_outbox", {}, closed)
        again = [row for row, status, _open, _at in news.closed.values() if status == "waiting"]
        if again:  # what came after them waits for them again
            behind = sorted({(row["conversation_id"], row["seq"]) for row in again})
            yield Run("hold_back", {}, behind)
            yield Ring("outbox")
        gone = [row for row, _status, stays_open, _at in news.closed.values() if not stays_open]
        yield from release(moment, [row["conversation_id"] for row in gone])
    if news.pauses:
        yield Run("pause_senders", {}, sorted(news.pauses.values()))
    yield from suppress(moment, news.stops)
    yield from write_notes(moment, news.notes)


def _fits(row: Row, item: Report, moved: Mapping[int, tuple[Any, ...]]) -> bool:
    known = moved[row["id"]][1] if row["id"] in moved else row["provider_id"]
    ours = row["endpoint_id"] == item.endpoint.id and row["holder"] in (None, row["id"])
    return bool(ours and known in (None, item.receipt.provider_id))
