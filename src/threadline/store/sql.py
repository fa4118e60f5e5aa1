"""The Store over any driver: which transaction does what."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from threadline.errors import StoreDown
from threadline.model.endpoint import Endpoint
from threadline.model.messages import Inbound, Receipt
from threadline.model.rows import (
    Claimed,
    Done,
    Finished,
    Outcome,
    Postponed,
    Sending,
    Settled,
    Taken,
    Unknown,
)
from threadline.ports import Clock
from threadline.store import (
    answers,
    catalog,
    catchup,
    desk,
    doors,
    inbox,
    outbox,
    people,
    receipts,
    redact,
    retention,
    sightings,
    takeover,
    texts,
    turns,
    unknown,
    versions,
    waits,
    words,
)
from threadline.store.batch import Batcher, Work
from threadline.store.catalog import Catalog
from threadline.store.catchup import CatchUps
from threadline.store.counter import Counter
from threadline.store.doorbell import Doorbell
from threadline.store.doors import Doors
from threadline.store.feed import Feed
from threadline.store.operator import Operator
from threadline.store.overview import Overviews
from threadline.store.people import People
from threadline.store.retention import Retention
from threadline.store.script import Moment, Row, Run, Transaction
from threadline.store.search import Search
from threadline.store.sightings import Sightings
from threadline.store.versions import Versions

TRANSACTIONS: Mapping[str, Transaction] = {
    "keep": inbox.keep,
    "claim_turns": turns.claim,
    "renew_turns": turns.renew,
    "finish_turns": turns.finish,
    "postpone_turns": turns.postpone,
    "wake": waits.wake,
    "answer_later": answers.keep,
    "claim_drafts": outbox.claim,
    "drop": outbox.drop,
    "record": outbox.record,
    "release_late": outbox.release_late,
    "claim_unknown": unknown.claim,
    "settle": unknown.settle,
    "expire": unknown.expire,
    "receipts": receipts.apply,
    "gate_senders": catchup.gate,
    "claim_catch_up": catchup.claim,
    "record_caught_up": catchup.record,
    "change": catalog.change,
    "ping": catalog.ping,
    "reseal": catalog.reseal,
    "take_off": desk.take_off,
    "put_back": desk.put_back,
    "pause_by_hand": desk.pause,
    "resume_by_hand": desk.resume,
    "unflag": desk.unflag,
    "end": desk.end,
    "retry_text": texts.retry,
    "discard_text": texts.discard,
    "take_over": takeover.take_over,
    "hand_back": takeover.hand_back,
    "reply_by_hand": takeover.reply,
    "redact_text": redact.one,
    "redact_conversation": redact.whole,
    "save_draft": versions.save_draft,
    "drop_draft": versions.drop_draft,
    "save_key": doors.save_key,
    "begin_request": doors.begin_request,
    "end_request": doors.end_request,
    "save_people": people.save_people,
    "use_link": people.use_link,
    "write_audit": people.write_audit,
    "end_audit": people.end_audit,
    "digest": words.digest,
    "forget_words": words.forget_words,
    "see": sightings.see,
    "take_away": retention.take_away,
}
"""Kind of operation: what it does."""

BRINGS_TURNS = ("keep", "finish_turns", "wake", "answer_later")


class Driver(Protocol):
    """How an engine runs transactions. `shared_lane`: one at a time, whatever the kind."""

    shared_lane: bool

    async def open(self) -> None: ...
    async def connect(self) -> None:
        """Instead of opening it: only to ask. Nothing is held, and no table is made."""
        ...

    async def commit(
        self,
        work: Sequence[tuple[Transaction, Sequence[Any]]],
        moment: Moment,
    ) -> list[list[Any]]: ...

    async def ask(self, run: Run) -> list[Row]: ...
    async def close(self) -> None: ...


@dataclass(slots=True)
class Standing:
    """Who waits for turns would take so many, with the next transaction that brings some."""

    limit: int
    found: asyncio.Future[list[Claimed]] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class SqlStore(
    Catalog,
    CatchUps,
    Counter,
    Doors,
    Feed,
    Operator,
    Overviews,
    People,
    Retention,
    Search,
    Versions,
    Sightings,
):
    """Fulfils `ports.Store`. `lease` is how long a claim is held, in microseconds."""

    def __init__(self, driver: Driver, clock: Clock, lease: int, doorbell: Doorbell) -> None:
        super().__init__(driver)
        self.doorbell = doorbell
        self._driver = driver
        self._clock = clock
        self._lease = lease
        self._lanes: dict[str, Batcher] = {}
        self._standing: Standing | None = None
        self._caught_all = False

    async def _do(self, kind: str, items: Sequence[Any]) -> list[Any]:
        lane = "" if self._driver.shared_lane else kind
        if lane not in self._lanes:
            self._lanes[lane] = Batcher(self._commit)
        return await self._lanes[lane].put(kind, items)

    async def _commit(self, work: Sequence[Work]) -> list[list[Any]]:
        found = await self._run(work)
        self.doorbell.ring(("timeline",))
        return found

    async def _run(self, work: Sequence[Work]) -> list[list[Any]]:
        moment = Moment(self._clock(), self._lease)
        todo = [(TRANSACTIONS[kind], items) for kind, items in work]
        standing = self._standing
        if standing is None or not any(kind in BRINGS_TURNS for kind, _items in work):
            return await self._driver.commit(todo, moment)
        self._standing = None
        claimed: list[Claimed] = []
        try:
            *found, [claimed] = await self._driver.commit(
                [*todo, (turns.claim, [standing.limit])], moment
            )
        finally:
            standing.found.set_result(claimed)
        return found

    # Inbox and receipts

    async def keep(self, endpoint: Endpoint, messages: Sequence[Inbound]) -> list[bool]:
        return await self._do("keep", [inbox.Keep(endpoint, one) for one in messages])

    async def apply_receipts(
        self, endpoint: Endpoint, found: Sequence[Receipt], pause: int, delivery: int = 0
    ) -> list[bool]:
        now = self._clock()
        reports = [receipts.Report(endpoint, one, now + pause, now + delivery) for one in found]
        return await self._do("receipts", reports)

    # Turns

    async def claim_turns(self, limit: int) -> list[Claimed]:
        [found] = await self._do("claim_turns", [limit])
        return list(found)

    async def next_turns(self, limit: int, patience: float) -> list[Claimed]:
        """
        Claimed in the very transaction that brings them, which saves one. Nothing, when
        somebody rings or after so many seconds: then they have to be looked for.
        """
        if not self._caught_all:
            found = await self.claim_turns(limit)
            self._caught_all = len(found) < limit
            if found:
                return found
        standing = self._standing = Standing(limit)
        bell = asyncio.ensure_future(self.doorbell.wait("turns", patience))
        try:
            await asyncio.wait((standing.found, bell), return_when=asyncio.FIRST_COMPLETED)
        finally:
            if self._standing is standing:
                self._standing = None
                standing.found.set_result([])
            bell.cancel()
        found = await standing.found
        self._caught_all = 0 < len(found) < limit and not bell.done()
        return found

    async def renew_turns(self, claimed: Sequence[Claimed]) -> list[bool]:
        return await self._do("renew_turns", claimed)

    async def finish_turns(self, finished: Sequence[Finished]) -> list[Done]:
        return await self._do("finish_turns", finished)

    async def postpone_turns(self, postponed: Sequence[Postponed]) -> list[bool]:
        return await self._do("postpone_turns", postponed)

    async def wake(self, limit: int) -> int | None:
        [found] = await self._do("wake", [limit])
        return None if found is None else int(found)

    # Outbox

    async def claim_drafts(self, limit: int) -> Taken:
        [found] = await self._do("claim_drafts", [limit])
        taken: Taken = found
        if taken.dropped:
            with contextlib.suppress(StoreDown):  # the next claim finds them again
                await self._do("drop", taken.dropped)
        return taken

    async def opted_out(self, sending: Sending) -> bool:
        asked = [(sending.sender_id, sending.contact)]
        return bool(await self._driver.ask(Run("suppressed", {}, asked)))

    async def record_outcomes(self, outcomes: Sequence[Outcome]) -> list[bool]:
        return await self._do("record", outcomes)

    async def claim_unknown(self, limit: int) -> list[Unknown]:
        [found] = await self._do("claim_unknown", [limit])
        return list(found)

    async def bound(self, provider_ids: Sequence[str]) -> set[str]:
        rows = await self._driver.ask(Run("bound", {}, [(id,) for id in provider_ids]))
        return {row["provider_id"] for row in rows}

    async def record_settled(self, settled: Sequence[Settled]) -> list[bool]:
        return await self._do("settle", settled)

    async def release_late(self) -> int:
        [found] = await self._do("release_late", [1])
        return int(found)

    async def expire(self, look_up_after: int) -> int:
        [found] = await self._do("expire", [look_up_after])
        return int(found)

    # The whole

    async def ping(self) -> None:
        await self._do("ping", [1])

    async def close(self) -> None:
        for lane in self._lanes.values():
            await lane.close()
        await self._driver.close()
