"""Work that goes on after a request was answered, and who waits for whom in it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Hashable
from types import TracebackType
from typing import Any

_log = logging.getLogger(__name__)


class Tasks:
    """What goes on in the background. Nothing is lost in silence."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    async def settle(self) -> None:
        """Returns when nothing goes on any more."""
        while self._running:
            await asyncio.wait(set(self._running))

    async def stop(self) -> None:
        """Drops what goes on. May be called twice."""
        for task in set(self._running):
            task.cancel()
        await self.settle()

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (why := task.exception()):
            _log.error("a background delivery broke", exc_info=why)


class Lines:
    """
    Queues, one per key: `async with lines.join(key)` lets those of one key through one by
    one, in the order in which they joined. Who joined must also enter.
    """

    def __init__(self) -> None:
        self._last: dict[Hashable, asyncio.Event] = {}

    def join(self, key: Hashable) -> Place:
        before, done = self._last.get(key), asyncio.Event()
        self._last[key] = done
        return Place(self, key, before, done)

    def leave(self, key: Hashable, done: asyncio.Event) -> None:
        done.set()
        if self._last.get(key) is done:
            del self._last[key]


class Place:
    """One place in a line."""

    def __init__(
        self, lines: Lines, key: Hashable, before: asyncio.Event | None, done: asyncio.Event
    ) -> None:
        self._lines, self._key, self._before, self._done = lines, key, before, done

    async def __aenter__(self) -> None:
        if self._before is not None:
            await self._before.wait()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        why: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lines.leave(self._key, self._done)
