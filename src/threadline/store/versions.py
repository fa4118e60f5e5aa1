"""What bots were, and the drafts of what they are to be."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from threadline.errors import Outdated
from threadline.model.versions import BotDraft, BotVersion, Made
from threadline.store.script import Moment, Row, Run, Script
from threadline.store.views import Asking

SAVED = "Somebody saved or published the draft in the meantime. Look at it, then save yours."


def save_draft(moment: Moment, items: Sequence[BotDraft]) -> Script:
    """Each over the revision that it has; the new revisions. Raises `Outdated`."""
    revisions = []
    for one in items:
        names = "organization name source base_version revision saved_by".split()
        values = {name: getattr(one, name) for name in names}
        rows = yield Run("save_draft", {**values, "now": moment.now})
        if not rows:
            raise Outdated(SAVED)
        revisions.append(rows[0]["revision"])
    return revisions


def drop_draft(moment: Moment, items: Sequence[BotDraft]) -> Script:
    """Each of that revision. Raises `Outdated`."""
    for one in items:
        rows = yield dropping(one)
        if not rows:
            raise Outdated(SAVED)
    return [True for _item in items]


def dropping(one: BotDraft) -> Run:
    """Gives a row back if it was there, at that revision."""
    names = "organization name revision".split()
    return Run("drop_draft", {name: getattr(one, name) for name in names})


class Versions(ABC):
    """Fulfils `ports.Versions`."""

    _asking: Asking

    @abstractmethod
    async def _do(self, kind: str, items: Sequence[Any]) -> list[Any]: ...

    async def bot_versions(
        self, organization: str, name: str, limit: int, before: int = 2**62
    ) -> list[BotVersion]:
        values = {"organization": organization, "name": name, "limit": limit}
        rows = await self._asking.ask(Run("bot_versions", {**values, "before": before}))
        return [_version(row) for row in rows]

    async def bot_version(
        self, organization: str, name: str, version: int
    ) -> BotVersion | None:
        rows = await self.bot_versions(organization, name, 1, before=version + 1)
        return rows[0] if rows and rows[0].version == version else None

    async def bot_draft(self, organization: str, name: str) -> BotDraft | None:
        values = {"organization": organization, "name": name}
        rows = await self._asking.ask(Run("bot_draft", values))
        if not rows:
            return None
        return BotDraft(**{field: rows[0][field] for field in BotDraft.__slots__})

    async def drafted_bots(self, organization: str) -> set[str]:
        rows = await self._asking.ask(Run("drafted_bots", {"organization": organization}))
        return {row["name"] for row in rows}

    async def save_bot_draft(self, draft: BotDraft) -> int:
        [revision] = await self._do("save_draft", [draft])
        return int(revision)

    async def drop_bot_draft(self, draft: BotDraft) -> None:
        await self._do("drop_draft", [draft])


def _version(row: Row) -> BotVersion:
    made = Made(row["made_by"], row["note"], row["source"])
    return BotVersion(row["version"], row["made_at"], made, json.loads(row["document"]))
