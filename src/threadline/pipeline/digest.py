"""
Beside the stages: timeline -> words to find it by, and tallies, behind everything that is said.

How far it came is written with what it wrote, so each entry counts once, whatever dies when.
"""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress
from dataclasses import dataclass

import structlog

from threadline.errors import StoreDown
from threadline.model.clock import SECOND
from threadline.model.digest import digest
from threadline.model.feed import Which
from threadline.ports import Clock
from threadline.ports.search import Words
from threadline.ports.store import Doorbell

log = structlog.get_logger("threadline.pipeline")

AT_ONCE = 250
"""Entries in one transaction, so that no text waits long behind them."""
GATHER = 0.25
"""Seconds in which entries gather while few are said."""
POLL = 5.0
"""Seconds between two looks when nobody rings."""
SHORTEST_PAUSE = 0.02
SHARE = 4
"""While there is more: how many times as long as a portion took it pauses, for the texts."""
ALL = Which()


@dataclass(frozen=True, slots=True)
class Step:
    """Whether there is more already, and for how many seconds another node goes on with it."""

    more: bool = False
    held: float = 0.0


async def run(store: Words, doorbell: Doorbell, clock: Clock) -> None:
    """Until it is cancelled."""
    holder = secrets.token_hex(8)
    news = asyncio.Event()
    doorbell.listen("timeline", news.set)
    loop = asyncio.get_running_loop()
    while True:
        news.clear()
        began = loop.time()
        try:
            step = await read_on(store, clock, holder)
        except Exception as why:  # whatever it is, the next look may go well
            if not isinstance(why, StoreDown):
                log.exception("digest_broke")
            step = Step(held=POLL)
        if step.more:
            await asyncio.sleep(max(SHORTEST_PAUSE, SHARE * (loop.time() - began)))
            continue
        await asyncio.sleep(max(GATHER, step.held))
        with suppress(TimeoutError):
            async with asyncio.timeout(POLL):
                await news.wait()


async def read_on(store: Words, clock: Clock, holder: str, limit: int = AT_ONCE) -> Step:
    """
    The next portion, unless another node is at it. May be called twice for the same one.
    Raises `StoreDown`.
    """
    reading = await store.reading()
    left = reading.until - clock()
    if reading.holder not in ("", holder) and left > 0:
        return Step(held=left / SECOND)
    portion = await store.feed(ALL, reading.place, limit)
    if not portion.found:
        return Step(more=portion.more)
    done = await store.digest(digest(reading, portion.found, portion.place, holder))
    return Step(more=portion.more or not done)
