"""What an operator asks about one conversation, and does in it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from threadline.errors import Busy, NotFound
from threadline.model.clock import MINUTE
from threadline.model.desk import OperatorReply
from threadline.model.rows import LateAnswer
from threadline.store.counter import TURNS
from threadline.store.redact import OPEN, OneText, Whole
from threadline.store.script import Row, Run
from threadline.store.takeover import Turnover
from threadline.store.text import element_of
from threadline.store.texts import AGAIN, GIVEN_UP, TextId
from threadline.store.views import DRAFTS, Asking

SKEW = 10 * MINUTE
"""By how much the clocks of nodes may differ, and by far."""
TRIES = 5
"""How often a conversation is looked at that goes on while it is redacted."""
LAST = 2**62


class Operator(ABC):
    """Fulfils `ports.Operator`."""

    _asking: Asking

    @abstractmethod
    async def _do(self, kind: str, items: Sequence[Any]) -> list[Any]: ...

    async def _look(self, statement: str, /, **values: Any) -> list[Row]:
        return await self._asking.ask(Run(statement, values))

    # Asked

    async def conversation_states(self, endpoint: str, contact: str) -> list[Mapping[str, Any]]:
        """
        All that is known of each conversation between them, the oldest first: `state` and
        `context` read, `asked` whether the bot is being asked, `stopped_at` since when they
        have opted out (None: they have not).
        """
        rows = await self._look("view_states", endpoint=endpoint, contact=contact)
        return [_state(row) for row in rows]

    async def entries_before(
        self, conversation: int, before: int = LAST, limit: int = 100
    ) -> list[Mapping[str, Any]]:
        """
        What stands before a place of one conversation, the latest first, each with its
        `attempts`. `state` is what became of it in a word, `status` in words, and `may` what
        an operator can decide about it.
        """
        values = {"conversation": conversation, "before": before, "limit": limit}
        return await self._told(await self._look("view_entries_before", **values))

    async def entries_after(
        self, conversation: int, after: int = 0, limit: int = 100
    ) -> list[Mapping[str, Any]]:
        """The same of what stands after a place, in its order."""
        values = {"conversation": conversation, "after": after, "limit": limit}
        return await self._told(await self._look("view_entries_after", **values))

    async def _told(self, rows: Sequence[Row]) -> list[Mapping[str, Any]]:
        if not rows:
            return []
        conversation = rows[0]["conversation_id"]
        first, last = sorted((rows[0]["seq"], rows[-1]["seq"]))
        place = {"conversation": conversation, "first": first, "last": last}
        tries: dict[int, list[Row]] = {}
        for one in await self._look("view_tries", **place):
            tries.setdefault(one["seq"], []).append(one)
        turns = await self._look("unsettled_turns", id=conversation)
        waits = {row["seq"]: row["status"] for row in turns}
        return [
            _entry(row, tries.get(row["seq"], []), waits.get(row["seq"], "")) for row in rows
        ]

    async def consents_of(self, sender_id: int, contact: str) -> list[Mapping[str, Any]]:
        """Who took the contact off a sender or put them on, and why, in order."""
        rows = await self._look("view_consents", sender_id=sender_id, contact=contact)
        return [{name: row[name] for name in ("what", "source", "said", "at")} for row in rows]

    async def way_to(self, conversation: int, address: str) -> tuple[str, str]:
        """
        Our number, and the messaging service, by which the contact was texted last, or else
        texted us; `address` is what the conversation is kept under.
        """
        rows = await self._look("way_out", conversation=conversation)
        if not rows:
            heard = await self._look("last_heard", conversation=conversation)
            rows = await self._inbox(conversation, heard[0]["at"], heard[0]["at"])
        return (rows[-1]["ours"], rows[-1]["service"]) if rows else (address, "")

    # Done

    async def take_over(self, endpoint: str, contact: str, by: str) -> list[str]:
        [found] = await self._do("take_over", [Turnover(endpoint, contact, by)])
        return list(found)

    async def hand_back(self, endpoint: str, contact: str, by: str) -> list[str]:
        [found] = await self._do("hand_back", [Turnover(endpoint, contact, by)])
        return list(found)

    async def answer_later(self, answer: LateAnswer) -> bool:
        """What a bot elsewhere answered later has a turn. False = we had it already."""
        [found] = await self._do("answer_later", [answer])
        return bool(found)

    async def reply_by_hand(self, reply: OperatorReply) -> Mapping[str, Any]:
        [found] = await self._do("reply_by_hand", [reply])
        return dict(found)

    async def redact_text(
        self, organization: str, conversation: int, seq: int, by: str
    ) -> list[str]:
        """The names of what is redacted now. Raises `NotFound`, `Invalid`."""
        id = TextId(organization, conversation, seq)
        inbox: list[Row] = []
        for entry in await self._look("entry_at", **id.values):
            if entry["author"] == "contact":
                inbox = await self._inbox(conversation, entry["at"], entry["at"])
        rows = tuple(row["id"] for row in inbox)
        [found] = await self._do("redact_text", [OneText(id, by, rows)])
        return list(found)

    async def redact_conversation(self, endpoint: str, contact: str, by: str) -> int:
        """How many conversations are redacted now. Raises `NotFound`, `Invalid`, `Busy`."""
        states = await self._look("view_states", endpoint=endpoint, contact=contact)
        if not states:
            raise NotFound(f"Nothing was said between {endpoint!r} and {contact}.")
        for _try in range(TRIES):
            wholes = [
                Whole(row["id"], by, row["seq"], await self._all_inbox(row)) for row in states
            ]
            done = await self._do("redact_conversation", wholes)
            if all(done):
                return len(done)
            states = await self._look("view_states", endpoint=endpoint, contact=contact)
        raise Busy("They are texting right now. Redact it once the conversation rests.")

    async def _all_inbox(self, row: Row) -> tuple[int, ...]:
        found = await self._inbox(row["id"], row["created_at"], row["updated_at"])
        return tuple(one["id"] for one in found)

    async def _inbox(self, conversation: int, since: int, until: int) -> list[Row]:
        """
        What the contact texted in that time. Nobody but an operator asks that, so there is
        no index for it: rows are looked up by their numbers, which grow with time.
        """
        [ends] = await self._look("inbox_ends")
        if ends["first"] is None:
            return []
        values = {
            "first": await self._inbox_at(since - SKEW, ends),
            "last": await self._inbox_at(until + SKEW, ends),
        }
        return await self._look("inbox_between", conversation=conversation, **values)

    async def _inbox_at(self, at: int, ends: Row) -> int:
        """The number from which on rows are of that time, or later."""
        low, high = int(ends["first"]), int(ends["last"]) + 1
        while low < high:
            middle = (low + high) // 2
            [row] = await self._look("inbox_from", id=middle)
            if row["received_at"] >= at:
                high = middle
            else:
                low = row["id"] + 1
        return low


def _state(row: Row) -> Mapping[str, Any]:
    names = (
        "id address contact sender_id seq waiting session session_open session_bot "
        "session_since session_seen attempts asked due_at flagged taken_by created_at "
        "updated_at stopped_at"
    )
    documents = {name: element_of(row[name]) for name in ("state", "context")}
    return {**{name: row[name] for name in names.split()}, **documents}


def _entry(row: Row, tries: Sequence[Row], turn: str) -> Mapping[str, Any]:
    names = ("conversation_id", "seq", "at", "author", "discarded", "session", "provider_id")
    state = turn or row["status"] or ""
    if state == "sent":
        state = row["provider_status"] or "sent"
    element = element_of(row["element"])
    return {
        **{name: row[name] for name in names},
        "element": element,
        "state": state,
        "status": TURNS[turn] if turn else DRAFTS.get(state, state),
        "why": (row["note"] or "") if row["status"] != "sent" else "",
        "segments": row["segments"] or 0,
        "may": _may(row["status"] or "", element["type"], turn),
        "attempts": tries,
    }


def _may(draft: str, kind: str, turn: str) -> list[str]:
    """What an operator can do with an entry. Pure."""
    if kind == "redacted":
        return []
    found = ["retry"] if draft in AGAIN or turn == "parked" else []
    found += ["discard"] if draft in GIVEN_UP or turn else []
    settled = draft not in OPEN and not turn
    return found + (["redact"] if settled and kind != "note" else [])
