"""The audit log: who changed what."""

from __future__ import annotations

from threadline.client.aio.connection import AsyncNoun
from threadline.model.paging import Page
from threadline.model.resources.users import Audited


class AsyncAudit(AsyncNoun):
    async def list(self, *, limit: int = 100, after: str | None = None) -> Page[Audited]:
        """The latest first."""
        found: Page[Audited] = await self._get("audit", limit=limit, after=after)
        return found
