"""The server itself."""

from __future__ import annotations

from threadline.client import wire
from threadline.client.sync.connection import Noun
from threadline.client.wire import Request
from threadline.model.resources.server import About, DatabaseCheck, VaultRotated

LONG = 3600.0
"""Seconds that a check of a database may take."""


class Server(Noun):
    def about(self) -> About:
        """Its version, and which database it works on. For its owner only."""
        found: About = self._get("server")
        return found

    def database(self) -> DatabaseCheck:
        """Whether its database is sound; takes minutes for a large one. For its owner only."""
        request = Request("GET", wire.path("server", "database"), patience=LONG)
        found: DatabaseCheck = self._connection.ask(request)
        return found

    def rotate_vault(self, *, add_key: bool = True, once: str | None = None) -> VaultRotated:
        """Seal every secret with the newest key. For its owner only."""
        found: VaultRotated = self._post(
            "server", "vault", "rotate", add_key=add_key, once=once
        )
        return found
