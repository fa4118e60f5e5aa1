"""
Group commit: what several callers want at the same time goes to disk in one transaction.

An idle store writes at once; while a commit runs, the next batch gathers. A batch that fails
is retried in halves down to single items, so that only the caller of the faulty one gets the
error. Nothing is resolved before it is committed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from threadline.errors import StoreDown


@dataclass(slots=True)
class Job:
    """Items of one kind from one caller, and where the caller waits."""

    kind: str
    items: Sequence[Any]
    done: asyncio.Future[list[Any]] = field(repr=False)


Work = tuple[str, Sequence[Any]]
"""A kind of operation and all its items."""
Commit = Callable[[Sequence[Work]], Awaitable[list[list[Any]]]]
"""Does all the work in one transaction: a list of results for each, one result per item."""


class Batcher:
    """`put` from many tasks; one commit at a time, of at most `most` items."""

    def __init__(self, commit: Commit, most: int = 1000) -> None:
        self._commit = commit
        self._most = most
        self._jobs: list[Job] = []
        self._running: asyncio.Task[None] | None = None
        self._closed = False

    async def put(self, kind: str, items: Sequence[Any]) -> list[Any]:
        """One result per item, once committed. Raises what the item raised, or `StoreDown`."""
        if not items:
            return []
        if self._closed:
            raise StoreDown("the store is closed")
        done = asyncio.get_running_loop().create_future()
        self._jobs.append(Job(kind, items, done))
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        results: list[Any] = await done
        return results

    async def close(self) -> None:
        """Finish what waits; refuse what comes later."""
        self._closed = True
        if self._running is not None:
            await self._running

    async def _run(self) -> None:
        try:
            while self._jobs:
                await self._flush(self._take())
        finally:
            self._running = None

    def _take(self) -> list[Job]:
        count, end = 0, 0
        for job in self._jobs:
            count += len(job.items)
            if end and count > self._most:
                break
            end += 1
        taken, self._jobs = self._jobs[:end], self._jobs[end:]
        return taken

    async def _flush(self, jobs: Sequence[Job]) -> None:
        try:
            results = await self._commit(_merge(jobs))
        except StoreDown as why:
            for job in jobs:
                _fail(job, StoreDown(str(why)))
        except Exception as why:
            await self._narrow(jobs, why)
        else:
            _resolve(jobs, results)

    async def _narrow(self, jobs: Sequence[Job], why: Exception) -> None:
        """Someone in there is at fault: find out who, and let the others through."""
        if len(jobs) > 1:
            middle = len(jobs) // 2
            await self._flush(jobs[:middle])
            await self._flush(jobs[middle:])
            return
        _fail(jobs[0], why)


def _merge(jobs: Sequence[Job]) -> list[Work]:
    kinds: dict[str, list[Any]] = {}
    for job in jobs:
        kinds.setdefault(job.kind, []).extend(job.items)
    return list(kinds.items())


def _resolve(jobs: Sequence[Job], results: list[list[Any]]) -> None:
    order = list(dict.fromkeys(job.kind for job in jobs))
    queues = {kind: iter(found) for kind, found in zip(order, results, strict=True)}
    for job in jobs:
        mine = list(islice(queues[job.kind], len(job.items)))
        if not job.done.done():
            job.done.set_result(mine)


def _fail(job: Job, why: Exception) -> None:
    if not job.done.done():
        job.done.set_exception(why)
        job.done.exception()  # a caller that was cancelled in the meantime does not listen
