"""
Beside the stages: what is older than its organization keeps it is taken away for good.

How far it came is written with what was taken away, so it goes on there, whatever dies when.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import structlog

from threadline.errors import StoreDown
from threadline.model.clock import SECOND
from threadline.model.feed import Which
from threadline.model.retention import Overdue, old
from threadline.ports import Clock
from threadline.ports.retention import Retention
from threadline.ports.store import Doorbell

log = structlog.get_logger("threadline.pipeline")

AT_ONCE = 250
"""Entries, and rows of the inbox, in one transaction, so that no text waits long behind it."""
EVERY = 3600.0
"""Seconds between two looks, unless somebody changes for how long something is kept."""
TROUBLE = 60.0
"""Seconds after which it is tried again when it failed."""
SHORTEST_PAUSE = 0.02
SHARE = 4
"""While there is more: how many times as long as a portion took it pauses, for the texts."""
FIRST = Overdue(0, 0)


@dataclass(frozen=True, slots=True)
class Step:
    """
    How many texts are gone now, whether there is more already, for how many seconds another
    node goes on with it, and behind which overdue text to go on.
    """

    texts: int = 0
    more: bool = False
    held: float = 0.0
    after: Overdue = FIRST


async def run(store: Retention, doorbell: Doorbell, clock: Clock) -> None:
    """Until it is cancelled."""
    holder = secrets.token_hex(8)
    news = asyncio.Event()
    doorbell.listen("catalog", news.set)
    loop = asyncio.get_running_loop()
    days: dict[str, int] = {}
    due = loop.time()
    while True:
        news.clear()
        try:
            wanted = await kept_days(store)
            if wanted != days or loop.time() >= due:
                held = await take_all(store, clock, holder, wanted)
                days, due = wanted, loop.time() + (held or EVERY)
        except Exception as why:  # whatever it is, the next look may go well
            if not isinstance(why, StoreDown):
                log.exception("retention_broke")
            due = loop.time() + TROUBLE
        with suppress(TimeoutError):
            async with asyncio.timeout_at(due):
                await news.wait()


async def kept_days(store: Retention) -> dict[str, int]:
    """Those organizations that do not keep everything for good. Raises `StoreDown`."""
    found = await store.organizations()
    return {one.name: one.retention_days for one in found if one.retention_days is not None}


async def take_all(
    store: Retention, clock: Clock, holder: str, organizations: Iterable[str]
) -> float:
    """
    All that is too old, a portion of each organization in turn. For how many seconds another
    node goes on with some of it, at most. Raises `StoreDown`.
    """
    loop = asyncio.get_running_loop()
    waiting = deque((name, FIRST) for name in organizations)
    texts: dict[str, int] = {}
    held = 0.0
    try:
        while waiting:
            name, after = waiting.popleft()
            began = loop.time()
            step = await take_on(store, clock, holder, name, after)
            held = max(held, step.held)
            if step.texts:
                texts[name] = texts.get(name, 0) + step.texts
            if step.more:
                waiting.append((name, step.after))
            await asyncio.sleep(max(SHORTEST_PAUSE, SHARE * (loop.time() - began)))
    finally:
        if texts:
            log.info("retention", texts=sum(texts.values()), organizations=len(texts))
    return held


async def take_on(
    store: Retention,
    clock: Clock,
    holder: str,
    organization: str,
    after: Overdue = FIRST,
    limit: int = AT_ONCE,
) -> Step:
    """
    The next portion, unless another node is at it. May be called twice for the same one.
    Raises `StoreDown`.
    """
    aging = await store.aging(organization)
    now = clock()
    if aging.days is None:
        return Step()
    left = aging.until - now
    if aging.holder not in ("", holder) and left > 0:
        return Step(held=left / SECOND)
    said = await store.feed(Which(organization), aging.place, limit)
    came = await store.arrivals(organization, aging.inbox, limit, now)
    overdue = await store.overdue(organization, after, limit)
    found, more = old(aging, said, came, overdue, now, holder)
    more = more or len(overdue) == limit
    texts = await store.take_away(found) if found.is_news else 0
    if texts is None:
        return Step(more=True, after=after)
    return Step(texts, more, after=overdue[-1] if overdue else after)
