"""
Finds conversations, the latest first, in few steps however many there are.

What stands out (a number, a word, what failed) leads to its conversations by an index; all
else is found by walking back through what was said, where the newest are soon enough: an entry
is the last of its conversation if it has the number that the conversation counts to. Only when
neither finds enough, the organization's conversations are looked through, all of them.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from threadline.model.feed import Place
from threadline.model.wanted import Wanted
from threadline.model.words import fit
from threadline.store.script import Row, Run
from threadline.store.text import element_of
from threadline.store.words import Words, entry_id, entry_of

MANY = 1000
"""Conversations, or entries with a word, that are looked at one by one; more are walked to."""
STEPS = (500, 2500, 5000)
"""Entries in each part of a walk. They are at most so many in all."""
ALL = 2**61
LATEST: Place = (2**62, 0, 0)
FLAGS = ("open", "waiting", "taken", "stopped", "flagged", "failed")
LEADS = ("endpoint", "failed", "flagged", "taken", "waiting", "stopped")
"""What may be so of few, each with an index that leads to them."""


class Search(Words):
    """Fulfils `ports.Search`."""

    @abstractmethod
    async def _do(self, kind: str, items: Sequence[Any]) -> list[Any]: ...

    async def find_conversations(
        self, organization: str, wanted: Wanted, limit: int, after: Place | None = None
    ) -> list[Mapping[str, Any]]:
        """
        Those that are wanted, by their last entry, the latest first; `after` is the place of
        the last that is known. Each as `conversations` tells it, with `place`, the `bot` of
        its session, since when they have opted out (`stopped_at`), whether a text of it
        `failed`, its last entry (`author`, `element`, `at`) and, if words are wanted, the
        last text that has them, `matched`.
        """
        values = _values(organization, wanted)
        before = after or LATEST
        known = False
        led = await self._led(values, wanted)
        if led is None and wanted.words:
            hits = await self._hits(organization, wanted.words, MANY)
            if len(hits) <= MANY:
                led, known = {id for id, _seq in hits}, True
        if led is None:
            places = await self._unled(values, wanted, before, limit)
        else:
            places = await self._chosen(values, led, before)
            places = await self._saying(wanted, places, limit, known=known)
        return await self._shown(wanted, places)

    async def search_choices(self, organization: str) -> Mapping[str, list[str]]:
        """The names of its bots (`bot`) and endpoints (`endpoint`), the first of very many."""
        values = {"organization": organization, "limit": MANY}
        rows = await self._asking.ask(Run("search_choices", values))
        found: dict[str, list[str]] = {"bot": [], "endpoint": []}
        for row in rows:
            found[row["what"]].append(row["name"])
        return found

    async def _led(
        self, values: Mapping[str, Any], wanted: Wanted, *, all: bool = False
    ) -> set[int] | None:
        """
        Those of which some are wanted, by the first index that leads to few; at last `all`.
        None: none does.
        """
        leads = ["led_by_ending"] if wanted.ending else []
        leads += ["led_by_number"] if wanted.contact or wanted.beginning else []
        leads += [f"led_by_{one}" for one in LEADS if getattr(wanted, one)]
        for lead in ["led_by_all"] if all else leads:
            rows = await self._asking.ask(Run(lead, {**values, "limit": MANY + 1}))
            if len(rows) <= MANY:
                return {row["id"] for row in rows}
        return None

    async def _unled(
        self, values: Mapping[str, Any], wanted: Wanted, before: Place, limit: int
    ) -> list[Place]:
        """By walking back, and where that does not find enough by looking at all there are."""
        found, whole = await self._walk(values, wanted, before, limit)
        if len(found) >= limit or whole:
            return found
        organization = values["organization"]
        if wanted.words:
            hits = await self._hits(organization, wanted.words, ALL)
            return (await self._chosen(values, {id for id, _seq in hits}, before))[:limit]
        led = await self._led(values, wanted, all=True)
        if led is not None:
            return (await self._chosen(values, led, before))[:limit]
        asked = {**values, **_before(before), "limit": limit}
        return [_place(row) for row in await self._asking.ask(Run("through", asked))]

    async def _chosen(
        self, values: Mapping[str, Any], ids: Iterable[int], before: Place
    ) -> list[Place]:
        """Of these the ones that are wanted, the latest first."""
        rows = [(id,) for id in ids]
        if not rows:
            return []
        found = await self._asking.ask(Run("chosen", {**values, **_before(before)}, rows))
        return sorted(map(_place, found), reverse=True)

    async def _walk(
        self, values: Mapping[str, Any], wanted: Wanted, before: Place, limit: int
    ) -> tuple[list[Place], bool]:
        """What is found in so many steps back, and whether it was all the way."""
        found: list[Place] = []
        for steps in STEPS:
            far = await self._asking.ask(Run("walk_end", {**_before(before), "steps": steps}))
            to = _place(far[0]) if far else (-1, 0, 0)
            ends = {"to_feed": to[0], "to_id": to[1], "to_seq": to[2]}
            own = {**values, **_before(before), **ends}
            places = sorted(map(_place, await self._asking.ask(Run("walk", own))), reverse=True)
            found += await self._saying(wanted, places, limit - len(found), known=False)
            if len(found) >= limit or not far:
                return found, not far
            before = to
        return found, False

    async def _saying(
        self, wanted: Wanted, places: Sequence[Place], limit: int, *, known: bool
    ) -> list[Place]:
        """So many of them in which the words stand; all of them do if that is known."""
        if known or not wanted.words:
            return list(places[:limit])
        found: list[Place] = []
        for n in range(0, len(places), limit):
            some = places[n : n + limit]
            said = await self._last_hits(wanted, [place[1] for place in some])
            found += [place for place in some if place[1] in said]
            if len(found) >= limit:
                break
        return found[:limit]

    async def _last_hits(self, wanted: Wanted, conversations: Iterable[int]) -> dict[int, int]:
        """By conversation, the last place at which the words stand."""
        ends = [(entry_id(one, 0), entry_id(one + 1, 0) - 1) for one in conversations]
        found: dict[int, int] = {}
        for row in await self._asking.ask(Run("words_among", {}, ends)) if ends else ():
            conversation, seq = entry_of(row["id"])
            here = (one.partition("_")[2] for one in row["said"].split())
            if seq > found.get(conversation, 0) and fit(wanted.words, here):
                found[conversation] = seq
        return found

    async def _shown(self, wanted: Wanted, places: Sequence[Place]) -> list[Mapping[str, Any]]:
        ids = [place[1] for place in places]
        if not ids:
            return []
        rows = await self._asking.ask(Run("view_found", {}, [(id,) for id in ids]))
        shown = {row["id"]: row for row in rows}
        matched: dict[int, str] = {}
        if wanted.words:
            last = await self._last_hits(wanted, ids)
            said = await self._asking.ask(Run("entries_at", {}, list(last.items())))
            matched = {row["conversation_id"]: row["element"] for row in said}
        return [
            _told(shown[place[1]], place, matched.get(place[1]))
            for place in places
            if place[1] in shown
        ]


def _values(organization: str, wanted: Wanted) -> dict[str, Any]:
    """As the statements name them. What begins with a number is before what follows `~`."""
    beginning = wanted.contact or wanted.beginning
    return {
        "organization": organization,
        "beginning": beginning,
        "beyond": f"{beginning}\x01" if wanted.contact else f"{beginning}~",
        "ending": wanted.ending,
        "last": wanted.ending[-4:],
        "bot": wanted.bot,
        "endpoint": wanted.endpoint,
        "since": wanted.since,
        "until": wanted.until,
        **{name: int(getattr(wanted, name)) for name in FLAGS},
    }


def _before(place: Place) -> dict[str, int]:
    return {"feed": place[0], "id": place[1], "seq": place[2]}


def _place(row: Row) -> Place:
    return row["feed"], row["id"], row["seq"]


def _told(row: Row, place: Place, matched: str | None) -> Mapping[str, Any]:
    names = "id endpoint address contact waiting session session_open flagged taken_by"
    more = "created_at updated_at bot stopped_at author at"
    return {
        **{name: row[name] for name in (*names.split(), *more.split())},
        "place": place,
        "failed": bool(row["failed"]),
        "element": element_of(row["element"]),
        "matched": element_of(matched) if matched else None,
    }
