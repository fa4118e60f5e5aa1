"""What the store remembers of bots beside what they are now."""

from __future__ import annotations

from typing import Protocol

from threadline.model.versions import BotDraft, BotVersion


class Versions(Protocol):
    """What bots were, and the drafts of what they are to be."""

    async def bot_versions(
        self, organization: str, name: str, limit: int, before: int = ...
    ) -> list[BotVersion]:
        """The latest first."""
        ...

    async def bot_version(
        self, organization: str, name: str, version: int
    ) -> BotVersion | None: ...
    async def bot_draft(self, organization: str, name: str) -> BotDraft | None: ...
    async def drafted_bots(self, organization: str) -> set[str]: ...
    async def save_bot_draft(self, draft: BotDraft) -> int:
        """Over the revision that it has; the new one. Raises `Outdated`."""
        ...

    async def drop_bot_draft(self, draft: BotDraft) -> None:
        """Of that revision. Raises `Outdated`."""
        ...
