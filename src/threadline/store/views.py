"""Read-only questions, answered beside the writer: what was said, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from threadline.model.turn import Line
from threadline.model.wording import told
from threadline.store.script import Row, Run
from threadline.store.text import element_of

DRAFTS = {
    "waiting": "waiting to be sent",
    "held": "waiting for an earlier text",
    "sending": "being sent",
    "unknown": "not known whether it was sent; being looked up",
    "failed": "failed",
    "parked": "parked: not known whether it was sent",
    "expired": "too late, dropped",
    "suppressed": "not sent: opted out",
    "discarded": "not sent: discarded by an operator",
}
"""The states of a draft in words. One that was sent shows what the provider says."""


class Asking(Protocol):
    """The part of a driver that answers questions."""

    async def ask(self, run: Run) -> list[Row]: ...


class Views:
    """Fulfils `ports.Views`."""

    def __init__(self, driver: Asking) -> None:
        self._asking = driver

    async def _ask(self, statement: str, /, **values: Any) -> list[Row]:
        return await self._asking.ask(Run(statement, values))

    async def conversations_with(self, endpoint: str, contact: str) -> list[Mapping[str, Any]]:
        """One for each of our addresses that they texted, the oldest first."""
        values = {"endpoint": endpoint, "contact": contact}
        rows = await self._ask("view_conversations_with", **values)
        return [_conversation(row) for row in rows]

    async def said_before(self, conversation: int, seq: int, most: int) -> list[Line]:
        """What was said before a place of a conversation, oldest first; records left out."""
        values = {"conversation": conversation, "seq": seq, "limit": most}
        rows = await self._ask("said_before", **values)
        lines = [Line(row["author"], told(element_of(row["element"]))) for row in rows[::-1]]
        return [line for line in lines if line.text]

    async def timeline(
        self,
        endpoint: str,
        contact: str,
        after: tuple[int, int] = (0, 0),
        limit: int = 1000,
    ) -> list[Mapping[str, Any]]:
        """
        Everything said between an endpoint and a contact, in order, after that conversation
        and place. `status` is what became of a text in words, empty for what was never to be
        sent.
        """
        values = {"endpoint": endpoint, "contact": contact, "limit": limit}
        place = {"conversation": after[0], "after": after[1]}
        return [_entry(row) for row in await self._ask("view_timeline", **values, **place)]

    async def attempts(
        self, endpoint: str, contact: str, after: int = 0, limit: int = 1000
    ) -> list[Mapping[str, Any]]:
        """Every try to send a text to the contact, with what came of it, after that id."""
        names = ("id", "n", "status", "started_at", "ended_at", "provider_id")
        more = ("provider_status", "provider_code", "note", "text", "draft_status")
        values = {"endpoint": endpoint, "contact": contact, "after": after, "limit": limit}
        rows = await self._ask("view_attempts", **values)
        place = ("conversation_id", "seq")
        return [{name: row[name] for name in (*names, *more, *place)} for row in rows]

    async def latest(self) -> int:
        """The time of the last text that came, was made or was tried; 0 if there is none."""
        [row] = await self._ask("view_latest")
        return row["at"] or 0

    async def database_clock(self) -> int | None:
        """What time it is where the database is; None if that is this machine."""
        rows = await self._ask("view_clock")
        return int(rows[0]["at"]) if rows else None


def _conversation(row: Row) -> Mapping[str, Any]:
    names = "id endpoint address contact waiting session session_open flagged taken_by"
    return {name: row[name] for name in (*names.split(), "created_at", "updated_at")}


def _entry(row: Row) -> Mapping[str, Any]:
    names = ("conversation_id", "seq", "at", "author", "discarded", "session", "provider_id")
    status = row["status"] or ""
    if status == "sent":
        status = row["provider_status"] or "sent"
    return {
        **{name: row[name] for name in names},
        "element": element_of(row["element"]),
        "status": DRAFTS.get(status, status),
        "why": (row["note"] or "") if row["status"] != "sent" else "",
    }
