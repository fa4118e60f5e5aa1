"""
Those on this node who follow what is said, and the one reader that reads it for all of them.

Who is at the end takes it from what the reader has in hand; who is behind reads from the store
until they are there. So a slow follower costs nobody anything, and many cost one query.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import structlog

from threadline.errors import Limited
from threadline.model.feed import Happened, Place, Portion, Which
from threadline.ports.store import Doorbell
from threadline.store.feed import Feed

log = structlog.get_logger("threadline.followers")

MOST = 1000
"""Followers of a node, at most."""
MOST_EACH = 100
"""Of them with one key, so that there is room for others."""
IN_HAND = 1000
"""Entries that the reader keeps, at most."""
POLL = 0.5
"""Seconds between two looks at what other nodes may have written."""
GATHER = 0.05
"""Seconds in which entries gather, so that a busy node is not asked for each one."""
ALL = Which()


class Followers:
    """`following` while somebody follows, and `next` for what they are to get next."""

    def __init__(self, store: Feed, doorbell: Doorbell) -> None:
        self._store = store
        self._doorbell = doorbell
        self._count: Counter[str] = Counter()
        self._reader: asyncio.Task[None] | None = None
        self._in_hand: list[Happened] = []
        self._since: Place | None = None
        self._until: Place = (0, 0, 0)
        self._wave = asyncio.Event()
        self.stopped = False
        self.revoked = 0  # how often keys were: who follows with one looks whether it is theirs
        doorbell.listen("keys", self._look_at_keys)
        doorbell.listen("redacted", self._forget)

    @contextmanager
    def following(self, who: str = "") -> Iterator[None]:
        """Somebody does, inside the block; "" = the owner. Raises `Limited`."""
        if self._count.total() >= MOST:
            raise Limited(f"{MOST} follow on this node already. Come again later.", 60)
        if who and self._count[who] >= MOST_EACH:
            message = f"{MOST_EACH} follow with this key already. Share what one of them gets."
            raise Limited(message, 60)
        self._count[who] += 1
        if self._reader is None:
            self._reader = asyncio.create_task(self._read())
        try:
            yield
        finally:
            self._count[who] -= 1
            self._count += Counter()  # without those at nought
            if not self._count:
                self._rest()

    async def next(self, which: Which, after: Place, patience: float) -> Portion:
        """
        What comes after a place, as soon as there is some: nothing if there was none in so
        many seconds, or nobody may follow any longer. Raises `StoreDown`.
        """
        deadline = asyncio.get_running_loop().time() + patience
        while True:
            wave = self._wave
            portion = self._shared(which, after) or await self._from_store(which, after)
            late = asyncio.get_running_loop().time() >= deadline
            if portion.found or late or self.stopped:
                return portion
            after = portion.place
            if not portion.more:
                await _wait(wave, deadline)

    def stop(self) -> None:
        """Nobody may follow any longer."""
        self.stopped = True
        self._rest()
        self._tell()

    async def _from_store(self, which: Which, after: Place) -> Portion:
        """Who finds nothing has looked at all that the reader had seen before, at least."""
        seen = self._until if self._since is not None else after
        portion = await self._store.feed(which, after)
        if portion.found or portion.more:
            return portion
        return replace(portion, place=max(portion.place, seen))

    def _shared(self, which: Which, after: Place) -> Portion | None:
        """Of what is in hand; None if that begins later."""
        if self._since is None or after < self._since:
            return None
        first = bisect_right(self._in_hand, after, key=lambda one: one.place)
        found = [one for one in self._in_hand[first:] if which.fits(one)]
        return Portion(found, max(after, self._until))

    async def _read(self) -> None:
        while True:
            try:
                more = await self._read_on()
            except Exception as why:  # whatever it is, the next look may go well
                log.error("feed_not_read", why=str(why))
                more = False
            if not more:
                await asyncio.sleep(GATHER)
                await self._doorbell.wait("timeline", POLL)

    async def _read_on(self) -> bool:
        """Whether there may be more."""
        if self._since is None:
            self._in_hand = []
            self._since = self._until = await self._store.feed_end()
            self._tell()  # who looked before that looks again
            return True
        portion = await self._store.feed(ALL, self._until)
        if self._since is None:  # it may be what was taken away meanwhile
            return True
        self._until = portion.place
        if portion.found:
            self._in_hand += portion.found
            if gone := self._in_hand[:-IN_HAND]:
                self._since = gone[-1].place
                del self._in_hand[: len(gone)]
            self._tell()
        return portion.more

    def _tell(self) -> None:
        told, self._wave = self._wave, asyncio.Event()
        told.set()

    def _look_at_keys(self) -> None:
        self.revoked += 1

    def _forget(self) -> None:
        """Some of what is in hand is not to be seen any longer."""
        self._since = None

    def _rest(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
        self._reader, self._since, self._in_hand = None, None, []


async def _wait(wave: asyncio.Event, deadline: float) -> None:
    try:
        async with asyncio.timeout_at(deadline):
            await wave.wait()
    except TimeoutError:
        return
