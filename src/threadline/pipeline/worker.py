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
from threadline.model.clock import SECOND
from threadline.model.phone import masked
from threadline.model.rows import Claimed, Outcome, Sending, Settled, Unknown
from threadline.pipeline import outbox, turns, unknown
from threadline.pipeline.retry import Waits
from threadline.ports import Clock, Plugs, Store

log = structlog.get_logger("threadline.pipeline")

Claim = Callable[[int], Awaitable[list[Any]]]
Take = Callable[[Any], Coroutine[Any, Any, None]]


@dataclass(slots=True)
class Worker:
    """
    One process's share of the work: at most `most` turns and as many texts at the same time.
    `run` until `stop` is set; then nothing new is taken and what is in hand is finished.
    """

    store: Store
    plugs: Plugs
    clock: Clock
    waits: Waits
    most: int = 256
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    _turns: dict[asyncio.Task[None], Claimed] = field(default_factory=dict)
    _in_hand: set[asyncio.Task[None]] = field(default_factory=set)
    _idle: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self, grace: float = 25) -> None:
        """Returns once stopped, and what is in hand done or `grace` seconds over."""
        claiming = [
            asyncio.create_task(self._loop("turns", self.store.claim_turns, self._turn)),
            asyncio.create_task(self._loop("outbox", self.store.claim_drafts, self._send)),
            asyncio.create_task(self._loop("unknown", self.store.claim_unknown, self._settle)),
        ]
        keeping = [
            asyncio.create_task(self._every(self.waits.lease // 3, self._renew)),
            asyncio.create_task(self._every(self.waits.poll, self._expire)),
        ]
        await self.stop.wait()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._finish(claiming)
        left = (*claiming, *keeping, *self._in_hand, *self._idle)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _finish(self, claiming: Iterable[asyncio.Task[None]]) -> None:
        """What is in hand, a claim under way included, and what it leaves to be sent."""
        for task in self._idle:
            task.cancel()
        await asyncio.gather(*claiming)
        while self._in_hand:
            await asyncio.wait(set(self._in_hand))
            try:
                for sending in await self.store.claim_drafts(self.most):
                    self._begin(self._send(sending))
            except Exception as why:
                _log_trouble(why, "outbox")

    async def _loop(self, topic: str, claim: Claim, take: Take) -> None:
        """Claim as much as there is room for, and take each at the same time."""
        active: set[asyncio.Task[None]] = set()
        while not self.stop.is_set():
            room = self.most - len(active)
            try:
                claimed = await claim(room) if room > 0 else []
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
            elif len(claimed) < room:
                await self._wait(topic)

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._in_hand.add(task)
        task.add_done_callback(self._in_hand.discard)
        return task

    async def _wait(self, topic: str) -> None:
        """Until there may be work on the topic, or we are stopped."""
        idle = asyncio.create_task(self.store.doorbell.wait(topic, self.waits.poll / SECOND))
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

    async def _turn(self, claimed: Claimed) -> None:
        started = time.perf_counter()
        try:
            ours = await turns.take(self.store, self.plugs, self.clock, self.waits, claimed)
        except StoreDown as why:
            log.error("turn_not_kept", conversation=claimed.conversation, why=str(why))
        except Exception:
            log.exception("turn_broke", conversation=claimed.conversation)
        else:
            took = round((time.perf_counter() - started) * 1000, 1)
            log.info("turn", conversation=claimed.conversation, kept=ours, ms=took)

    async def _send(self, sending: Sending) -> None:
        try:
            outcome = await outbox.send(self.store, self.plugs, self.clock, self.waits, sending)
        except StoreDown as why:
            log.error("outcome_not_kept", attempt=sending.attempt, why=str(why))
        except Exception:
            log.exception("send_broke", attempt=sending.attempt)
        else:
            _log_outcome(outcome)

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
