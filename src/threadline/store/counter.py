"""The operator's side of the store: what they ask about the pipeline, and what they change."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson

from threadline.store.desk import ByHand
from threadline.store.script import Row, Run
from threadline.store.texts import TextId
from threadline.store.views import DRAFTS, Views

TURNS = {"parked": "put aside unanswered", "waiting": "waiting for the bot"}
"""The states of a text from a contact in words."""


class Counter(Views, ABC):
    """Fulfils `ports.Counter`."""

    @abstractmethod
    async def _do(self, kind: str, items: Sequence[Any]) -> list[Any]: ...

    # Opt-outs

    async def take_off(self, endpoint: str, contact: str, reason: str) -> Mapping[str, Any]:
        [found] = await self._do("take_off", [ByHand(endpoint, contact, reason)])
        return dict(found)

    async def put_back(self, endpoint: str, contact: str, reason: str) -> Mapping[str, Any]:
        [found] = await self._do("put_back", [ByHand(endpoint, contact, reason)])
        return dict(found)

    async def opt_outs(
        self, organization: str, route: str, limit: int
    ) -> list[Mapping[str, Any]]:
        """Who opted out, the latest first: route, contact, source, said, at."""
        values = {"organization": organization, "route": route, "limit": limit}
        return _mappings(
            await self._ask("view_optouts", **values), "route contact source said at"
        )

    async def consents(self, endpoint: str, contact: str) -> list[Mapping[str, Any]]:
        """
        Who took the contact off the endpoint's sender or put them on, and why, in order. An
        opt-out from before this was written down is the only one.
        """
        pair = await self._pair(endpoint, contact)
        found = _mappings(await self._ask("view_consents", **pair), "what source said at")
        if found:
            return found
        held = _mappings(await self._ask("opt_out", **pair), "source said at")
        return [{"what": "stop", **one} for one in held]

    async def opted_out_since(self, endpoint: str, contact: str) -> int | None:
        """None: they may be texted."""
        rows = await self._ask("opt_out", **await self._pair(endpoint, contact))
        return int(rows[0]["at"]) if rows else None

    async def _pair(self, endpoint: str, contact: str) -> dict[str, Any]:
        rows = await self._ask("sender_of", endpoint=endpoint)
        return {"sender_id": rows[0]["id"] if rows else None, "contact": contact}

    # Senders

    async def pause_sender(self, endpoint: str, reason: str) -> None:
        await self._do("pause_by_hand", [ByHand(endpoint, reason=reason)])

    async def resume_sender(self, endpoint: str) -> Mapping[str, Any]:
        [found] = await self._do("resume_by_hand", [ByHand(endpoint)])
        return dict(found)

    async def senders(self, organization: str) -> list[Mapping[str, Any]]:
        """Each with its pace, its pause and its troubles, how much waits and since when."""
        names = "route pace paused_until paused_why paused_code trouble drafts oldest"
        return _mappings(await self._ask("view_senders", organization=organization), names)

    # Texts and flags

    async def retry_text(
        self, organization: str, conversation: int, seq: int
    ) -> Mapping[str, Any]:
        [found] = await self._do("retry_text", [TextId(organization, conversation, seq)])
        return dict(found)

    async def discard_text(
        self, organization: str, conversation: int, seq: int
    ) -> Mapping[str, Any]:
        [found] = await self._do("discard_text", [TextId(organization, conversation, seq)])
        return dict(found)

    async def texts(self, organization: str, state: str, limit: int) -> list[Mapping[str, Any]]:
        """
        Texts that are parked, failed, unknown or waiting, from contacts and to them, the
        latest first: id, author, endpoint, contact, at, text, what it is (`status`) and `why`.
        """
        values = {"organization": organization, "state": state, "limit": limit}
        drafts = await self._ask("view_drafts", **values)
        turns = await self._ask("view_turns", **values)
        held = sorted({(row["conversation_id"],) for row in turns})
        notes = await self._asking.ask(Run("view_notes", {}, held)) if held else []
        reasons = why_turns(turns, notes)
        found = [
            *(_text(row, "bot", DRAFTS[row["status"]], row["note"] or "") for row in drafts),
            *(_text(row, "contact", TURNS[row["status"]], reasons[_key(row)]) for row in turns),
        ]
        return sorted(found, key=lambda one: (-one["at"], one["id"]))[:limit]

    async def unflag(self, endpoint: str, contact: str) -> list[str]:
        [found] = await self._do("unflag", [ByHand(endpoint, contact)])
        return list(found)


def why_turns(turns: Iterable[Row], notes: Iterable[Row]) -> dict[tuple[int, int], str]:
    """
    Why each text from a contact was put aside, or waits: by conversation and place. Pure.

    Texts of a conversation are put aside in their order, each with a note; one that was taken
    up again has left its note behind. So the last text has the last note, and so on.
    """
    said: dict[int, list[tuple[int, Mapping[str, Any]]]] = {}
    for row in notes:
        entry = (row["seq"], orjson.loads(row["element"]))
        said.setdefault(row["conversation_id"], []).append(entry)
    found: dict[tuple[int, int], str] = {}
    for row in sorted(turns, key=_key, reverse=True):
        later = said.get(row["conversation_id"], [])
        parked = row["status"] == "parked"
        fitting = [
            place
            for place, (seq, element) in enumerate(later)
            if seq > row["seq"] and element["type"] == "note"
            if not parked or element["code"] == "parked"
        ]
        found[_key(row)] = str(later[fitting[-1]][1]["text"]) if fitting else ""
        if fitting and parked:
            del later[fitting[-1] :]
    return found


def _key(row: Row) -> tuple[int, int]:
    return row["conversation_id"], row["seq"]


def _text(row: Row, author: str, status: str, why: str) -> Mapping[str, Any]:
    names = ("endpoint", "contact", "at", "text")
    id = f"{row['conversation_id']}-{row['seq']}"
    told = {"author": author, "status": status, "why": why}
    return {"id": id, **{name: row[name] for name in names}, **told}


def _mappings(rows: Iterable[Row], names: str) -> list[Mapping[str, Any]]:
    return [{name: row[name] for name in names.split()} for row in rows]
