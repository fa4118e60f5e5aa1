"""The socket of those who take away what is too old to be kept."""

from __future__ import annotations

from typing import Protocol

from threadline.model.feed import Place, Portion, Which
from threadline.model.organization import Organization
from threadline.model.retention import Aging, Arrivals, Old, Overdue


class Retention(Protocol):
    """See `store.retention`."""

    async def organizations(self) -> list[Organization]: ...
    async def feed(self, which: Which, after: Place, limit: int | None = None) -> Portion: ...
    async def aging(self, organization: str) -> Aging: ...
    async def arrivals(
        self, organization: str, after: int, limit: int, now: int
    ) -> Arrivals: ...
    async def overdue(self, organization: str, after: Overdue, limit: int) -> list[Overdue]: ...
    async def take_away(self, old: Old) -> int | None:
        """How many texts are gone now. None: another was faster, so look again."""
        ...

    async def texts_between(self, organization: str, since: int, until: int) -> int: ...
