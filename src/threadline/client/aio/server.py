"""The server itself."""

from __future__ import annotations

from threadline.client import wire
from threadline.client.aio.connection import AsyncNoun
from threadline.client.wire import Request
from threadline.model.resources.server import About, DatabaseCheck, VaultRotated

LONG = 3600.0
"""Seconds that a check of a database may take."""


class AsyncServer(AsyncNoun):
    async def about(self) -> About:
        """Its version, and which database it works on. For its owner only."""
        found: About = await self._get("server")
        return found

    async def database(self) -> DatabaseCheck:
        """Whether its database is sound; takes minutes for a large one. For its owner only."""
        request = Request("GET", wire.path("server", "database"), patience=LONG)
        found: DatabaseCheck = await self._connection.ask(request)
        return found

    async def rotate_vault(
        self, *, add_key: bool = True, once: str | None = None
    ) -> VaultRotated:
        """Seal every secret with the newest key. For its owner only."""
        found: VaultRotated = await self._post(
            "server", "vault", "rotate", add_key=add_key, once=once
        )
        return found
