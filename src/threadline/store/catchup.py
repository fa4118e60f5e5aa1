"""Which senders' lists are due to be read, and which drafts wait until they were."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from threadline.model.catchup import CatchUp, CaughtUp, Gate
from threadline.model.endpoint import Endpoint
from threadline.store.script import Moment, Ring, Row, Run, Script
from threadline.store.views import Views


def gate(moment: Moment, items: Sequence[Gate]) -> Script:
    """
    How many senders each holds back. Every sender that an endpoint is online with is looked
    at; the list of each that nobody has watched is due at once.
    """
    results = []
    for item in items:
        yield Run("watch_senders", {"now": moment.now})
        online = yield Run("online_senders")
        rows = [(row["id"],) for row in online]
        yield Run("lock_senders", {}, rows)
        watched = yield Run("watched_senders", {"watched": item.watched})
        rows = sorted(set(rows) - {(row["id"],) for row in watched})
        yield Run("hurry_catch_up", {"soon": moment.now + moment.lease}, rows)
        held = yield Run("gate_senders", {"until": item.opens_at, "why": item.why}, rows)
        results.append(len(held))
    return results


def claim(moment: Moment, items: Sequence[int]) -> Script:
    """Each item is how many senders at most; a list of `CatchUp` for each."""
    results = []
    for limit in items:
        values = {"now": moment.now, "until": moment.now + moment.lease, "limit": limit}
        rows = yield Run("claim_catch_up", values)
        ids = sorted((row["id"],) for row in rows)
        late = yield Run("late_senders", {"now": moment.now}, ids)
        over = {row["id"] for row in late}
        results.append([_catch_up(row, moment, late=row["id"] in over) for row in rows])
    return results


def _catch_up(row: Row, moment: Moment, *, late: bool) -> CatchUp:
    held = row["paused_code"] == "catch_up" and row["paused_until"] > moment.now
    return CatchUp(
        sender_id=row["id"],
        endpoint_id=row["endpoint_id"],
        address=row["address"],
        known_since=row["known_since"],
        caught_up_at=row["caught_up_at"],
        opens_at=row["paused_until"] if held else 0,
        late=late,
    )


def record(moment: Moment, items: Sequence[CaughtUp]) -> Script:
    """True for each whose drafts waited for it and need not wait any longer."""
    ordered = sorted(items, key=lambda item: item.catch_up.sender_id)
    rows = [(item.catch_up.sender_id, item.until, item.due_at) for item in ordered]
    yield Run("record_caught_up", {}, rows)
    opens = [(item.catch_up.sender_id,) for item in ordered if item.opens]
    opened = yield Run("open_senders", {}, opens)
    if opened:
        yield Ring("outbox")
    ids = {row["id"] for row in opened}
    return [item.opens and item.catch_up.sender_id in ids for item in items]


class CatchUps(Views, ABC):
    """Fulfils `ports.CatchUps`, apart from `keep`."""

    @abstractmethod
    async def _do(self, kind: str, items: Sequence[Any]) -> list[Any]: ...

    async def gate_senders(self, gate: Gate) -> int:
        [held] = await self._do("gate_senders", [gate])
        return int(held)

    async def claim_catch_up(self, limit: int) -> list[CatchUp]:
        [found] = await self._do("claim_catch_up", [limit])
        return list(found)

    async def known_texts(self, endpoint: Endpoint, provider_ids: Sequence[str]) -> set[str]:
        sender = (endpoint.route or "").rpartition("/")[2]
        values = {"organization": endpoint.organization, "address": sender}
        asked = [(endpoint.id, id) for id in provider_ids]
        rows = await self._asking.ask(Run("known_texts", values, asked))
        return {row["provider_id"] for row in rows}

    async def record_caught_up(self, caught_up: Sequence[CaughtUp]) -> list[bool]:
        return await self._do("record_caught_up", caught_up)
