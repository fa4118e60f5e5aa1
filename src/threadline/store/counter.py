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
BEGINNING = (2**62, 0, 0)
"""Before the latest text."""


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
        self,
        organization: str,
        route: str,
        limit: int,
        after: tuple[int, str, int] = (0, "", 0),
    ) -> list[Mapping[str, Any]]:
        """
        Who opted out, the latest first: id and route of the sender, contact, source, said, at.
        `after` is at, the contact and the id of the last one that is known.
        """
        place = dict(zip(("at", "contact", "past"), after, strict=True))
        values = {"organization": organization, "route": route, "limit": limit, **place}
        return _mappings(
            await self._ask("view_optouts", **values), "id route contact source said at"
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
        """
        Each with its pace, its pause and its troubles, how much waits and since when, how many
        opted out of it, and when a text last came for it.
        """
        names = (
            "id route pace paused_until paused_why paused_code trouble drafts oldest "
            "opted_out heard_at"
        )
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

    async def texts(
        self,
        organization: str,
        state: str,
        limit: int,
        after: tuple[int, int, int] | None = None,
    ) -> list[Mapping[str, Any]]:
        """
        Texts that are parked, failed, unknown or waiting, from contacts and to them, the
        latest first: conversation, seq, author, endpoint, contact, at, text, what it is
        (`status`) and `why`. `after` is at, conversation and seq of the last that is known.
        """
        place = dict(zip(("at", "conversation", "seq"), after or BEGINNING, strict=True))
        values = {"organization": organization, "state": state, "limit": limit, **place}
        drafts = await self._ask("view_drafts", **values)
        turns = await self._ask("view_turns", **values)
        found = [(row, "bot", DRAFTS[row["status"]]) for row in drafts]
        found += [(row, "contact", TURNS[row["status"]]) for row in turns]
        # Each of the two is in this order and long enough; what is cut off comes after.
        shown = sorted(found, key=lambda one: _latest(one[0]), reverse=True)[:limit]
        reasons = await self._reasons([row for row, who, _is in shown if who == "contact"])
        return [
            _text(
                row,
                who,
                status,
                reasons.get(_key(row), "") if who == "contact" else row["note"],
            )
            for row, who, status in shown
        ]

    async def _reasons(self, turns: Sequence[Row]) -> dict[tuple[int, int], str]:
        """Why each is where it is: that depends on what else is parked beside it."""
        held = sorted({(row["conversation_id"],) for row in turns})
        if not held:
            return {}
        parked = await self._asking.ask(Run("view_parked", {}, held))
        notes = await self._asking.ask(Run("view_notes", {}, held))
        waiting = [row for row in turns if row["status"] != "parked"]
        return why_turns([*parked, *waiting], notes)

    async def end(self, endpoint: str, contact: str) -> list[str]:
        [found] = await self._do("end", [ByHand(endpoint, contact)])
        return list(found)

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


def _latest(row: Row) -> tuple[int, int, int]:
    """No two texts are at one place of a conversation, so that this is an order of all."""
    return row["at"], row["conversation_id"], row["seq"]


def _text(row: Row, author: str, status: str, why: str | None) -> Mapping[str, Any]:
    names = ("seq", "endpoint", "contact", "at", "text")
    told = {"author": author, "status": status, "why": why or ""}
    return {"conversation": row["conversation_id"], **{n: row[n] for n in names}, **told}


def _mappings(rows: Iterable[Row], names: str) -> list[Mapping[str, Any]]:
    return [{name: row[name] for name in names.split()} for row in rows]
