"""Conversations: what was said between an endpoint and a contact."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Literal, Unpack

from threadline.client import wire
from threadline.client.aio.connection import AsyncNoun
from threadline.client.wire import Request
from threadline.model.paging import Page
from threadline.model.resources.conversations import (
    Attempt,
    ConversationFilters,
    ConversationFound,
    ConversationShown,
    SessionsEnded,
    TimelineEntry,
    Unflagged,
)
from threadline.model.resources.desk import (
    ConversationRedacted,
    ConversationStates,
    HandedBack,
    Replied,
    SpokenEntry,
    TakenOver,
)


class AsyncConversations(AsyncNoun):
    async def list(
        self,
        *,
        limit: int = 100,
        after: str | None = None,
        **filters: Unpack[ConversationFilters],
    ) -> Page[ConversationFound]:
        """The latest first: all, or those for which everything holds that is given."""
        found: Page[ConversationFound] = await self._get(
            "conversations", limit=limit, after=after, **filters
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

    async def latest(
        self, endpoint: str, contact: str, *, limit: int = 100, after: str | None = None
    ) -> Page[SpokenEntry]:
        """What was said, the latest first, each with every try to send it."""
        found: Page[SpokenEntry] = await self._get(
            "conversations", endpoint, contact, "latest", limit=limit, after=after
        )
        return found

    async def state(self, endpoint: str, contact: str) -> ConversationStates:
        """Where the bot stands with them, who answers, and whether they may be texted."""
        found: ConversationStates = await self._get("conversations", endpoint, contact, "state")
        return found

    async def export(
        self, endpoint: str, contact: str, *, format: Literal["json", "csv", "yaml"] = "json"
    ) -> AsyncGenerator[str]:
        """All that was said as one file, in pieces that end anywhere."""
        place = wire.path("conversations", endpoint, contact, "export")
        request = Request("GET", place, {"format": format})
        async with aclosing(self._connection.lines(request, cut=False)) as pieces:
            async for piece in pieces:
                yield piece

    async def take_over(
        self, endpoint: str, contact: str, *, once: str | None = None
    ) -> TakenOver:
        """
        Answer in the bot's place, which is not asked until it is handed back. `once` is an
        Idempotency-Key.
        """
        found: TakenOver = await self._post(
            "conversations", endpoint, contact, "take-over", once=once
        )
        return found

    async def hand_back(
        self, endpoint: str, contact: str, *, once: str | None = None
    ) -> HandedBack:
        """
        Let the next text go to the bot again. Raises `NotFound` if nobody had taken it over.
        `once` is an Idempotency-Key.
        """
        found: HandedBack = await self._post(
            "conversations", endpoint, contact, "hand-back", once=once
        )
        return found

    async def reply(
        self,
        endpoint: str,
        contact: str,
        text: str,
        *,
        take_over: bool = False,
        once: str | None = None,
    ) -> Replied:
        """
        Say something in the bot's place; with `take_over` the bot is not asked from then on.
        Raises `Invalid` if it cannot be said to them. `once` is an Idempotency-Key.
        """
        body = {"text": text, "take_over": take_over}
        found: Replied = await self._post(
            "conversations", endpoint, contact, "reply", body=body, once=once
        )
        return found

    async def redact(
        self, endpoint: str, contact: str, *, once: str | None = None
    ) -> ConversationRedacted:
        """
        Take all that was said away for good. Raises `Invalid` while some of it may still be
        sent or asked about. `once` is an Idempotency-Key.
        """
        found: ConversationRedacted = await self._post(
            "conversations", endpoint, contact, "redact", once=once
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
