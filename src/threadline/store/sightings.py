"""When each endpoint's provider was last heard of, and how its endpoints do."""

from __future__ import annotations

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from threadline.errors import StoreDown
from threadline.store.script import Moment, Run, Script
from threadline.store.views import Asking

EVERY = 5.0
"""Seconds in which what was seen may be lost with its server."""


@dataclass(slots=True)
class Sighting:
    """What was seen of an endpoint since it was last written down: the latest of each."""

    endpoint: int
    heard_at: int = 0
    reported_at: int = 0
    refused_at: int = 0
    refused: int = 0


def see(moment: Moment, items: Sequence[Sighting]) -> Script:
    """Keep the latest of each. An endpoint that is there twice was seen by two in a row."""
    whole: dict[int, Sighting] = {}
    for one in items:
        before = whole.get(one.endpoint, Sighting(one.endpoint))
        whole[one.endpoint] = Sighting(
            one.endpoint,
            max(before.heard_at, one.heard_at),
            max(before.reported_at, one.reported_at),
            max(before.refused_at, one.refused_at),
            one.refused if one.heard_at else before.refused + one.refused,
        )
    rows = [
        (one.endpoint, one.heard_at, one.reported_at, one.refused_at, one.refused)
        for _id, one in sorted(whole.items())
    ]
    if rows:
        yield Run("see", {}, rows)
    return [True for _one in items]


class Keeper(Protocol):
    async def record_sightings(self, found: Sequence[Sighting]) -> None: ...


class Lookout:
    """
    Remembers what is seen, and writes it down a little later: a text costs no write of its
    own. `flush` does so at once.
    """

    def __init__(self, store: Keeper, clock: Callable[[], int], every: float = EVERY) -> None:
        self._store = store
        self._clock = clock
        self._every = every
        self._seen: dict[int, Sighting] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Task[None] | None = None

    def heard(self, endpoint: int) -> None:
        """A text of a contact came by webhook."""
        one = self._of(endpoint)
        one.heard_at, one.refused = self._clock(), 0

    def reported(self, endpoint: int) -> None:
        """A status callback came."""
        self._of(endpoint).reported_at = self._clock()

    def refused(self, endpoint: int) -> None:
        """A request came that is not from the provider, or is signed with another token."""
        one = self._of(endpoint)
        one.refused_at = self._clock()
        one.refused += 1

    def with_latest(self, row: Mapping[str, Any]) -> Mapping[str, Any]:
        """A row of `health` with what was seen here and is not written down yet."""
        one = self._seen.get(row["endpoint"])
        if one is None:
            return row
        names = ("heard_at", "reported_at", "refused_at")
        latest = {name: max(row[name], getattr(one, name)) for name in names}
        refused = one.refused if one.heard_at else row["refused"] + one.refused
        return {**row, **latest, "refused": refused}

    def _of(self, endpoint: int) -> Sighting:
        found = self._seen.get(endpoint)
        if found is None:
            found = self._seen[endpoint] = Sighting(endpoint)
            if self._timer is None:
                loop = asyncio.get_running_loop()
                self._timer = loop.call_later(self._every, self._write)
        return found

    def _write(self) -> None:
        self._writing = asyncio.ensure_future(self.flush())

    async def flush(self) -> None:
        """What cannot be kept is forgotten: the next of its kind will be seen."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        seen, self._seen = self._seen, {}
        if seen:
            with contextlib.suppress(StoreDown):
                await self._store.record_sightings([*seen.values()])


class Sightings(ABC):
    """Fulfils `ports.store.Sightings`."""

    _asking: Asking

    @abstractmethod
    async def _do(self, kind: str, items: Sequence[Any]) -> list[Any]: ...

    async def record_sightings(self, found: Sequence[Sighting]) -> None:
        await self._do("see", found)

    async def health(
        self, organization: str, first: str = "", last: str = ""
    ) -> list[Mapping[str, Any]]:
        """
        How its endpoints do, or only those from the address `first` to `last`: `endpoint` is
        its id; its sender (None = it has none), what was seen of its provider, what waits and
        since when, and the last text that failed among the latest ones.
        """
        values = {"organization": organization, "first": first, "last": last}
        rows = await self._asking.ask(Run("view_health", values))
        names = [*rows[0].keys()] if rows else []
        return [dict(zip(names, row, strict=True)) for row in rows]
