"""How an organization does, in few questions: what failed, what stands still, what waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from threadline.store.script import Run
from threadline.store.views import Asking

MOST = 2000
"""The latest texts that failed, of which the reasons are told."""


class Overviews:
    """Fulfils `ports.Overviews`."""

    _asking: Asking

    async def failures(self, organization: str, since: int) -> list[Mapping[str, Any]]:
        """
        Of the texts made since then that have failed: the provider's `code` ("" = none), the
        `note` of the last try, and `at`, when it was made. The latest first.
        """
        values = {"organization": organization, "since": since, "most": MOST}
        rows = await self._asking.ask(Run("latest_failures", values))
        names = ("code", "note", "at")
        return [{name: row[name] or "" for name in names} for row in rows]

    async def standing(self, organization: str) -> Mapping[str, int]:
        """How many: `parked`, `unknown`, `flagged` and `taken`."""
        rows = await self._asking.ask(Run("standing", {"organization": organization}))
        return {row["what"]: row["count"] for row in rows}

    async def queues(self, organization: str) -> list[Mapping[str, Any]]:
        """By endpoint how many texts wait, and since when; the longest wait first."""
        rows = await self._asking.ask(Run("queues", {"organization": organization}))
        names = ("endpoint", "texts", "oldest")
        return [{name: row[name] for name in names} for row in rows]
