"""Moves attempts forward by what the provider reports, in whatever order it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from threadline.model.endpoint import Endpoint
from threadline.model.messages import Receipt, Status
from threadline.model.timeline import Note
from threadline.store.outbox import by_id, lock, write_notes
from threadline.store.script import Moment, Row, Run, Script

NOT_DELIVERED = (Status.FAILED, Status.UNDELIVERED, Status.CANCELED)
NO_REASON = "The text was not delivered, and the provider gave no reason."


@dataclass(frozen=True, slots=True)
class Report:
    """One status callback for one endpoint."""

    endpoint: Endpoint
    receipt: Receipt


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
    by_place = {row["place"]: row for row in found}
    results: list[bool] = []
    moved: dict[int, tuple[Any, ...]] = {}
    closed: dict[int, str] = {}
    stops: list[tuple[Any, ...]] = []
    notes: list[tuple[int, Note]] = []
    for place, item in enumerate(items, 1):
        row, receipt = by_place.get(place), item.receipt
        fits = row is not None and _fits(row, item, moved)
        results.append(fits)
        if row is None or not fits:
            continue
        earlier = moved.get(row["id"])
        before = earlier[2] if earlier else row["provider_status"]
        status = Status(before).advance(receipt.status) if before else receipt.status
        news = status != before
        failed = status in NOT_DELIVERED
        reason = (receipt.reason or NO_REASON) if failed and news else ""
        code, said = receipt.provider_code, reason
        if earlier and not news:  # what was reported before says more
            code, said = earlier[3], earlier[4]
        moved[row["id"]] = (row["id"], receipt.provider_id, status.value, code, said)
        if failed and row["id"] != row["latest"]:
            pass  # the text was sent again since; what became of that counts
        elif failed and news:
            closed[row["outbox_id"]] = "failed"
            notes.append((row["conversation_id"], Note(reason, "undelivered")))
        elif row["status"] != "accepted" or row["draft_status"] not in ("sent", "failed"):
            closed.setdefault(row["outbox_id"], "sent")
        if receipt.opted_out and news:
            source = receipt.provider_code or ""
            stops.append((row["sender_id"], row["contact"], source, reason))
    if moved:
        yield Run("advance_attempts", {"now": moment.now}, sorted(moved.values(), key=by_id))
    if closed:
        yield Run("close_outbox", {}, sorted(closed.items()))
    if stops:
        yield Run("suppress", {"now": moment.now}, sorted(set(stops)))
    yield from write_notes(moment, notes)
    return results


def _fits(row: Row, item: Report, moved: Mapping[int, tuple[Any, ...]]) -> bool:
    known = moved[row["id"]][1] if row["id"] in moved else row["provider_id"]
    ours = row["endpoint_id"] == item.endpoint.id and row["holder"] in (None, row["id"])
    return bool(ours and known in (None, item.receipt.provider_id))
