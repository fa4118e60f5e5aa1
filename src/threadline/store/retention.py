"""
Takes away for good what is older than its organization keeps: what `redact` takes away.

It goes along everything that was said, and along the inbox, in the order in which that came;
how far it came is written with what it took away.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Generator, Iterable, Sequence
from typing import Any

from threadline.model.clock import HOUR, SECOND
from threadline.model.retention import BY, Aging, Arrivals, Came, Old, Overdue
from threadline.store.outbox import lock
from threadline.store.redact import OPEN, WAITS, says_too_much, span, write
from threadline.store.script import Moment, Row, Run, Script, Step
from threadline.store.text import element_of
from threadline.store.texts import quoted
from threadline.store.views import Asking

START = (-1, 0, 0)
HELD = 5 * SECOND
"""For how long after its last portion a node goes on as the one that takes away."""
WINDOW = 5000
"""Rows of the inbox looked through at once for those of the organization."""
SETTLED = HOUR
"""So long after it came, no row with a lower number is still to be committed."""

Place = tuple[int, int]
"""A conversation, and a place on its timeline."""
Taking = Generator[Step, list[Row], tuple[int, list[Overdue]]]


def take_away(moment: Moment, items: Sequence[Old]) -> Script:
    """
    How many texts each took away. None if another node was faster, or what was said is kept
    for another time by now: then it has to be looked at again.
    """
    every = [one for item in items for one in (*item.wanted, *item.overdue)]
    yield from lock([one.conversation for one in every], [])
    results: list[int | None] = []
    for item in items:
        if (yield from _advanced(moment, item)):
            results.append((yield from _take(moment, item)))
        else:
            results.append(None)
    return results


def _advanced(moment: Moment, item: Old) -> Generator[Step, list[Row], bool]:
    aging = item.aging
    names = ("feed", "conversation", "seq")
    was = dict(zip(names, aging.place, strict=True)) | {"inbox": aging.inbox}
    to = {f"to_{name}": value for name, value in zip(names, item.place, strict=True)}
    owner = {"organization": aging.organization}
    if aging.place == START:
        yield Run("begin_retention", {**owner, **was})
    held = {"holder": item.holder, "until": moment.now + HELD, "days": aging.days}
    moved = yield Run(
        "advance_retention", {**owner, **was, **to, "to_inbox": item.inbox, **held}
    )
    return bool(moved)


def _take(moment: Moment, item: Old) -> Generator[Step, list[Row], int]:
    every = {*item.wanted, *item.overdue}
    entries = sorted((one.conversation, one.seq) for one in every if not one.inbox)
    texts, stays = yield from _entries(moment, entries, item.before)
    stays += yield from _inbox(sorted(one.inbox for one in every if one.inbox), item.before)
    owner = {"organization": item.aging.organization}
    done = sorted({*item.overdue} - {*stays})
    if done:
        yield Run("drop_overdue", owner, [_row(one) for one in done])
    late = sorted({*stays} - {*item.overdue})
    if late:
        yield Run("add_overdue", owner, [_row(one) for one in late])
    conversations = [(id,) for id in sorted({one.conversation for one in every})]
    if conversations:
        rest = yield Run("at_rest", {"before": item.before}, conversations)
        yield Run("forget_contact", {}, sorted((row["id"],) for row in rest))
    return texts


def _entries(moment: Moment, places: Sequence[Place], before: int) -> Taking:
    """How many texts are gone now, and what stays for now."""
    if not places:
        return 0, []
    rows = yield Run("aged_entries", {}, places)
    asked = yield from _asked(places)
    gone: list[Row] = []
    stays: list[Overdue] = []
    for row in rows:
        place = row["conversation_id"], row["seq"]
        if element_of(row["element"])["type"] == "redacted":
            continue
        if row["at"] >= before or row["status"] in OPEN or place in asked:
            stays.append(Overdue(*place))
        elif row["author"] != "system" or says_too_much(row):
            gone.append(row)
    drafts = sorted((row["draft"],) for row in gone if row["draft"] is not None)
    if drafts:
        yield Run("redact_outbox", {}, drafts)
        yield Run("redact_attempts", {}, drafts)
    texts = [row for row in gone if row["author"] != "system"]
    quoting = yield from _quoting(texts)
    if gone or quoting:
        taken = [(row["conversation_id"], row["seq"]) for row in gone]
        yield from write(moment, [*taken, *quoting], BY)
    return len(texts), stays


def _asked(places: Iterable[Place]) -> Generator[Step, list[Row], set[Place]]:
    """Where something stands that the bot may still be asked about."""
    conversations = sorted({(conversation,) for conversation, _seq in places})
    rows = yield Run("waiting_turns", {}, conversations)
    rows += yield Run("parked_turns", {}, conversations)
    return {
        (row["conversation_id"], seq)
        for row in rows
        for seq in range(row["seq"], row["seq"] + span(row))
    }


def _quoting(texts: Iterable[Row]) -> Generator[Step, list[Row], list[Place]]:
    """Later notes that quote one of them."""
    said: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for row in texts:
        words = row["text"] or element_of(row["element"]).get("message", "")
        if isinstance(words, str) and words.strip():
            said[row["conversation_id"]].append((row["seq"], quoted(words)))
    firsts = sorted((id, min(found)[0]) for id, found in said.items())
    if not firsts:
        return []
    notes = yield Run("quoting_notes", {}, firsts)
    return [
        (note["conversation_id"], note["seq"])
        for note in notes
        if any(
            quote in element_of(note["element"]).get("text", "")
            for seq, quote in said[note["conversation_id"]]
            if seq < note["seq"]
        )
    ]


def _inbox(ids: Sequence[int], before: int) -> Generator[Step, list[Row], list[Overdue]]:
    """What of the rows stays for now."""
    if not ids:
        return []
    rows = yield Run("inbox_by_id", {}, [(id,) for id in ids])
    late = [row for row in rows if row["received_at"] >= before or row["status"] in WAITS]
    stays = [Overdue(row["conversation_id"], row["seq"], row["id"]) for row in late]
    gone = sorted({*ids} - {one.inbox for one in stays})
    if gone:
        yield Run("redact_inbox", {}, [(id,) for id in gone])
    return stays


def _row(one: Overdue) -> tuple[int, int, int]:
    return one.conversation, one.seq, one.inbox


class Retention(ABC):
    """Fulfils `ports.Retention`."""

    _asking: Asking

    @abstractmethod
    async def _do(self, kind: str, items: Sequence[Any]) -> list[Any]: ...

    async def aging(self, organization: str) -> Aging:
        """How far what is too old was taken away."""
        rows = await self._asking.ask(Run("aging", {"organization": organization}))
        if not rows or rows[0]["feed"] is None:
            days = rows[0]["retention_days"] if rows else None
            return Aging(organization, days, START, 0)
        [row] = rows
        place = (row["feed"], row["conversation_id"], row["seq"])
        days, inbox = row["retention_days"], row["inbox_id"]
        return Aging(organization, days, place, inbox, row["holder"], row["until"])

    async def arrivals(self, organization: str, after: int, limit: int, now: int) -> Arrivals:
        """The next rows of its inbox after that one."""
        asked = {"after": after, "window": WINDOW}
        far = await self._asking.ask(Run("inbox_window", asked))
        last = far[0]["id"] if far else 2**62
        wanted = {"organization": organization, "after": after, "last": last, "limit": limit}
        rows = await self._asking.ask(Run("inbox_of", wanted))
        found = [
            Came(row["id"], row["conversation_id"], row["seq"], row["received_at"])
            for row in rows
        ]
        if len(found) == limit:
            return Arrivals(found, found[-1].id, more=True)
        if far and far[0]["received_at"] < now - SETTLED:
            return Arrivals(found, last, more=True)
        return Arrivals(found, found[-1].id if found else after)

    async def overdue(self, organization: str, after: Overdue, limit: int) -> list[Overdue]:
        """What stayed behind, in order, after that one."""
        place = dict(zip(("conversation", "seq", "inbox"), _row(after), strict=True))
        values = {"organization": organization, **place, "limit": limit}
        rows = await self._asking.ask(Run("overdue", values))
        return [Overdue(row["conversation_id"], row["seq"], row["inbox_id"]) for row in rows]

    async def take_away(self, old: Old) -> int | None:
        """How many texts are gone now. None: look again."""
        [texts] = await self._do("take_away", [old])
        return None if texts is None else int(texts)

    async def texts_between(self, organization: str, since: int, until: int) -> int:
        """
        How many texts were said from one time to another, those redacted since included; to
        the hour, and as far as they are counted by now.
        """
        hours = {"since": since // HOUR, "until": until // HOUR}
        values = {"organization": organization, **hours}
        [row] = await self._asking.ask(Run("texts_between", values))
        return int(row["texts"])
