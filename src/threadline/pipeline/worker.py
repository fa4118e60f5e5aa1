"""Runs the stages that nobody calls, until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from typing import Any

import structlog

from threadline.errors import StoreDown
from threadline.model.catchup import CatchUp
from threadline.model.clock import SECOND
from threadline.model.phone import masked
from threadline.model.rows import Claimed, Outcome, Sending, Settled, Unknown
from threadline.pipeline import catchup, digest, outbox, retention, turns, unknown
from threadline.pipeline.pacing import Accounts
from threadline.pipeline.retry import Waits
from threadline.ports import Clock, Plugs
from threadline.ports.store import Store

log = structlog.get_logger("threadline.pipeline")

Claim = Callable[[int], Awaitable[tuple[list[Any], int | None]]]
"""At most so many; and when there may be more without anybody ringing (0: it waits itself)."""
Take = Callable[[Any], Coroutine[Any, Any, None]]
REQUESTS = 100
LISTS = 16
"""Read at the same time."""


@dataclass(slots=True)
class Worker:
    """
    One process's share of the work: at most `most` turns and as many texts at the same time,
    of which at most `requests` are with the provider for one account. `run` until `stop` is
    set; then nothing new is taken and what is in hand is finished.
    """

    store: Store
    plugs: Plugs
    clock: Clock
    waits: Waits
    most: int = 256
    requests: int = REQUESTS
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    _turns: dict[asyncio.Task[None], Claimed] = field(default_factory=dict)
    _in_hand: set[asyncio.Task[None]] = field(default_factory=set)
    _idle: set[asyncio.Task[None]] = field(default_factory=set)
    _accounts: Accounts = field(init=False)

    def __post_init__(self) -> None:
        self._accounts = Accounts(self.requests)

    async def run(self, grace: float = 25) -> None:
        """Returns once stopped, and what is in hand done or `grace` seconds over."""
        await self._gate()
        claiming = [
            asyncio.create_task(self._loop("turns", self._claim_turns, self._turn)),
            asyncio.create_task(self._loop("outbox", self._claim_drafts, self._send)),
            asyncio.create_task(self._loop("unknown", self._claim_unknown, self._settle)),
            asyncio.create_task(
                self._loop("catch_up", self._claim_catch_up, self._catch_up, LISTS)
            ),
            asyncio.create_task(self._loop("waits", self._wake, self._turn)),
        ]
        keeping = [
            asyncio.create_task(self._every(self.waits.lease // 3, self._renew)),
            asyncio.create_task(self._every(self.waits.poll, self._expire)),
            asyncio.create_task(self._every(self.waits.poll, self._release_late)),
            asyncio.create_task(digest.run(self.store, self.store.doorbell, self.clock)),
            asyncio.create_task(retention.run(self.store, self.store.doorbell, self.clock)),
        ]
        await self.stop.wait()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._finish(claiming, grace - self.waits.request / SECOND)
        left = (*claiming, *keeping, *self._in_hand, *self._idle)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _finish(self, claiming: Iterable[asyncio.Task[None]], begin: float) -> None:
        """
        What is in hand, a claim under way included, and what it leaves to be sent; after the
        first look that is begun for `begin` seconds, so that no request has to be cut off.
        """
        ends = time.monotonic() + begin
        for task in self._idle:
            task.cancel()
        self.store.doorbell.ring(["turns"])
        await asyncio.gather(*claiming)
        looked = False
        while self._in_hand:
            await asyncio.wait(set(self._in_hand))
            if looked and time.monotonic() > ends:
                continue
            looked = True
            try:
                for sending in (await self.store.claim_drafts(self.most)).sendings:
                    self._begin(self._send(sending))
            except Exception as why:
                _log_trouble(why, "outbox")

    async def _claim_turns(self, room: int) -> tuple[list[Claimed], int | None]:
        found = await self.store.next_turns(room, self.waits.poll / SECOND)
        return found, 0  # it has waited already

    async def _claim_drafts(self, room: int) -> tuple[list[Sending], int | None]:
        taken = await self.store.claim_drafts(room)
        return taken.sendings, taken.again_at

    async def _claim_unknown(self, room: int) -> tuple[list[Unknown], int | None]:
        return await self.store.claim_unknown(room), None

    async def _claim_catch_up(self, room: int) -> tuple[list[CatchUp], int | None]:
        if not self.waits.catch_up:
            return [], None
        return await self.store.claim_catch_up(room), None

    async def _wake(self, room: int) -> tuple[list[Any], int | None]:
        """Whose time is over gets a turn, which is then claimed like any other."""
        return [], await self.store.wake(room)

    async def _loop(self, topic: str, claim: Claim, take: Take, most: int = 0) -> None:
        """Claim as much as there is room for, and take each at the same time."""
        active: set[asyncio.Task[None]] = set()
        while not self.stop.is_set():
            room = (most or self.most) - len(active)
            try:
                claimed, again_at = await claim(room) if room > 0 else ([], None)
            except Exception as why:  # whatever it is, the next look may go well
                _log_trouble(why, topic)
                await asyncio.sleep(self.waits.poll / SECOND)
                continue
            for one in claimed:
                task = self._begin(take(one))
                active.add(task)
                task.add_done_callback(active.discard)
                if isinstance(one, Claimed):
                    self._turns[task] = one
                    task.add_done_callback(lambda done: self._turns.pop(done, None) and None)
            if self.stop.is_set():
                return
            if room <= 0:
                await asyncio.wait(active, return_when=asyncio.FIRST_COMPLETED)
            elif len(claimed) < room and again_at != 0:
                await self._wait(topic, again_at)

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._in_hand.add(task)
        task.add_done_callback(self._in_hand.discard)
        return task

    async def _wait(self, topic: str, again_at: int | None) -> None:
        """Until there may be work on the topic, or we are stopped."""
        wait = self.waits.poll
        if again_at is not None:
            wait = max(0, min(wait, again_at - self.clock()))
        idle = asyncio.create_task(self.store.doorbell.wait(topic, wait / SECOND))
        self._idle.add(idle)
        idle.add_done_callback(self._idle.discard)
        await asyncio.wait({idle})

    async def _every(self, wait: int, what: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await what()
            except Exception as why:
                _log_trouble(why, what.__name__)
            await asyncio.sleep(wait / SECOND)

    async def _renew(self) -> None:
        """Hold on to turns whose bot takes its time; let go of those that are lost."""
        held = list(self._turns.items())
        kept = await self.store.renew_turns([claimed for _task, claimed in held])
        for (task, claimed), ours in zip(held, kept, strict=True):
            if not ours and not task.done():
                log.warning("turn_lost", conversation=claimed.conversation)

    async def _expire(self) -> None:
        expired = await self.store.expire(self.waits.unknown)
        if expired:
            log.warning("attempts_unknown", count=expired)

    async def _gate(self) -> None:
        """Before anything is sent, see whom we may have missed."""
        while not self.stop.is_set():
            try:
                await catchup.gate(self.store, self.clock, self.waits)
            except Exception as why:
                _log_trouble(why, "catchup")
                await asyncio.sleep(self.waits.poll / SECOND)
            else:
                return

    async def _release_late(self) -> None:
        await self.store.release_late()

    async def _turn(self, claimed: Claimed) -> None:
        """A turn, and the first text of its answer if that can go at once."""
        started = time.perf_counter()
        try:
            done = await turns.take(self.store, self.plugs, self.clock, self.waits, claimed)
        except StoreDown as why:
            log.error("turn_not_kept", conversation=claimed.conversation, why=str(why))
        except Exception:
            log.exception("turn_broke", conversation=claimed.conversation)
        else:
            took = round((time.perf_counter() - started) * 1000, 1)
            tell = log.debug if done.ours else log.warning
            tell("turn", conversation=claimed.conversation, kept=done.ours, ms=took)
            if done.sending is not None:
                if (task := asyncio.current_task()) is not None:
                    self._turns.pop(task, None)  # nothing of the turn is left to renew
                await self._send(done.sending)

    async def _send(self, sending: Sending) -> None:
        try:
            outcome = await outbox.send(
                self.store, self.plugs, self._accounts, self.clock, self.waits, sending
            )
        except StoreDown as why:
            log.error("outcome_not_kept", attempt=sending.attempt, why=str(why))
        except Exception:
            log.exception("send_broke", attempt=sending.attempt)
        else:
            _log_outcome(outcome)

    async def _catch_up(self, due: CatchUp) -> None:
        try:
            await catchup.catch_up(self.store, self.plugs, self.clock, self.waits, due)
        except StoreDown as why:
            log.error("catch_up_not_kept", endpoint=due.address, why=str(why))
        except Exception:
            log.exception("catch_up_broke", endpoint=due.address)

    async def _settle(self, found: Unknown) -> None:
        try:
            decision = await unknown.settle(
                self.store, self.plugs, self.clock, self.waits, found
            )
        except StoreDown as why:
            log.error("decision_not_kept", attempt=found.sending.attempt, why=str(why))
        except Exception:
            log.exception("settle_broke", attempt=found.sending.attempt)
        else:
            _log_decision(decision)


def _log_trouble(why: Exception, where: str) -> None:
    if isinstance(why, StoreDown):
        log.error("store_down", where=where, why=str(why))
    else:
        log.exception("worker_broke", where=where)


def _log_outcome(outcome: Outcome) -> None:
    sending = outcome.sending
    tell = log.info if outcome.kind == "sent" else log.warning
    tell(
        "send",
        outcome=outcome.kind,
        attempt=sending.attempt,
        to=masked(sending.contact),
        provider_id=outcome.provider_id,
        code=outcome.provider_code or outcome.code or None,
    )


def _log_decision(decision: Settled) -> None:
    log.warning(
        "unknown_settled",
        decision=decision.kind,
        attempt=decision.unknown.sending.attempt,
        passes=decision.passes,
    )
