"""The overview: how it all goes."""

from __future__ import annotations

from threadline.client.aio.connection import AsyncNoun
from threadline.model.resources.overview import Overview


class AsyncOverviews(AsyncNoun):
    async def show(self, *, hours: int = 24) -> Overview:
        """Texts by the hour, why some failed in the last day, and what stands still."""
        found: Overview = await self._get("overview", hours=hours)
        return found
