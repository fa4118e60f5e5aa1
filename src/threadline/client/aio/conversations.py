"""Conversations: what was said between an endpoint and a contact."""

from __future__ import annotations

from threadline.client.aio.connection import AsyncNoun
from threadline.model.paging import Page
from threadline.model.resources.conversations import (
    Attempt,
    Conversation,
    ConversationShown,
    SessionsEnded,
    TimelineEntry,
    Unflagged,
)


class AsyncConversations(AsyncNoun):
    async def list(
        self,
        *,
        flagged: bool = False,
        endpoint: str | None = None,
        limit: int = 100,
        after: str | None = None,
    ) -> Page[Conversation]:
        """The latest first; only those that are flagged, only of one endpoint, or all."""
        found: Page[Conversation] = await self._get(
            "conversations", flagged=flagged, endpoint=endpoint, limit=limit, after=after
        )
        return found

    async def show(self, endpoint: str, contact: str) -> ConversationShown:
        """The beginning of what was said and tried. Raises `NotFound` if nothing was said."""
        found: ConversationShown = await self._get("conversations", endpoint, contact)
        return found

    async def timeline(
        self, endpoint: str, contact: str, *, limit: int = 100, after: str | None = None
    ) -> Page[TimelineEntry]:
        """Everything that was said, in its order."""
        found: Page[TimelineEntry] = await self._get(
            "conversations", endpoint, contact, "timeline", limit=limit, after=after
        )
        return found

    async def attempts(
        self, endpoint: str, contact: str, *, limit: int = 100, after: str | None = None
    ) -> Page[Attempt]:
        """Every try to text them, the oldest first."""
        found: Page[Attempt] = await self._get(
            "conversations", endpoint, contact, "attempts", limit=limit, after=after
        )
        return found

    async def end(
        self, endpoint: str, contact: str, *, once: str | None = None
    ) -> SessionsEnded:
        """
        Let the next text begin a new session. Raises `NotFound` if none is open. `once` is an
        Idempotency-Key.
        """
        found: SessionsEnded = await self._post(
            "conversations", endpoint, contact, "end", once=once
        )
        return found

    async def unflag(
        self, endpoint: str, contact: str, *, once: str | None = None
    ) -> Unflagged:
        """
        Take the flag off. Raises `NotFound` if there is none. `once` is an Idempotency-Key.
        """
        found: Unflagged = await self._post(
            "conversations", endpoint, contact, "unflag", once=once
        )
        return found
