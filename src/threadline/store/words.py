"""
Words to find what was said by, and tallies of it: written behind the feed, forgotten with it.

An entry's id in the index is made of its conversation and its place there, so that those of a
conversation stand together. Before each word stands the number of its organization.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Generator, Mapping, Sequence
from typing import Any

from threadline.model.clock import SECOND
from threadline.model.digest import Digest, Reading
from threadline.model.feed import Place
from threadline.model.words import is_beginning
from threadline.store.script import Moment, Part, Row, Run, Script, Step
from threadline.store.views import Asking

READER = "words"
START: Place = (-1, 0, 0)
HELD = 5 * SECOND
"""For how long after its last words a node goes on as the one that reads."""
MOST_BEGUN = 64
LAST = "\U0010ffff"
"""Comes after all that begins a word."""
SEQ_BITS = 24
"""An entry's place in its conversation takes so much of its id, the conversation the rest."""


def entry_id(conversation: int, seq: int) -> int:
    """In the index."""
    return conversation << SEQ_BITS | seq


def entry_of(id: int) -> tuple[int, int]:
    """Conversation and place."""
    return id >> SEQ_BITS, id & (1 << SEQ_BITS) - 1


def digest(moment: Moment, items: Sequence[Digest]) -> Script:
    """
    Whether each was written: False if the feed was read on meanwhile, or something of it was
    forgotten. Then it has to be read again.
    """
    results: list[bool] = []
    for item in items:
        was = dict(zip(("feed", "conversation", "seq"), item.reading.place, strict=True))
        to = dict(zip(("to_feed", "to_conversation", "to_seq"), item.place, strict=True))
        held = {"holder": item.holder, "until": moment.now + HELD}
        if item.reading.place == START:
            yield Run("begin_reader", {"name": READER, **was})
        forgotten = {"name": READER, "forgotten": item.reading.forgotten}
        moved = yield Run("advance_reader", {**forgotten, **was, **to, **held})
        if moved:
            yield from _write(item)
        results.append(bool(moved))
    return results


def _write(item: Digest) -> Part:
    if item.words:
        numbers = yield from _numbers({one[0] for one in item.words})
        rows = (
            (entry_id(conversation, seq), _marked(numbers[owner], words))
            for owner, conversation, seq, words in item.words
        )
        yield Run("keep_words", {}, sorted(rows))  # in this order they are one piece of it
    tallies: dict[tuple[str, int, str], dict[str, int]] = defaultdict(dict)
    for (owner, hour, endpoint, author), count in item.tallies:
        tallies[owner, hour, endpoint][author] = count
    if tallies:
        counts = (
            (*hour, *(one.get(author, 0) for author in ("contact", "bot", "operator")))
            for hour, one in tallies.items()
        )
        yield Run("add_tallies", {}, sorted(counts))


def _numbers(owners: set[str]) -> Generator[Step, list[Row], dict[str, int]]:
    rows = [(one,) for one in sorted(owners)]
    yield Run("number_owners", {}, rows)
    found = yield Run("owners", {}, rows)
    return {row["organization"]: row["id"] for row in found}


def _marked(owner: int, words: Sequence[str]) -> str:
    return " ".join(f"{owner}_{word}" for word in words)


def forget(entries: Sequence[tuple[int, int | None]]) -> Part:
    """
    Take words away for good: those said at a place of a conversation, or (None) all in it. A
    part of the transaction that takes away what was said.
    """
    if entries:
        yield Run("forget_read", {"name": READER})
        ends = (
            (entry_id(one, seq or 0), entry_id(one, seq) if seq else entry_id(one + 1, 0) - 1)
            for one, seq in entries
        )
        yield Run("forget_words", {}, list(ends))


def forget_words(moment: Moment, items: Sequence[tuple[int, int | None]]) -> Script:
    """`forget` by itself."""
    yield from forget(items)
    return [True for _one in items]


class Words(ABC):
    """Fulfils `ports.Words`."""

    _asking: Asking

    @abstractmethod
    async def _do(self, kind: str, items: Sequence[Any]) -> list[Any]: ...

    async def reading(self) -> Reading:
        """How far what was said is in the index."""
        rows = await self._asking.ask(Run("reader", {"name": READER}))
        if not rows:
            return Reading(START, 0)
        [row] = rows
        place = (row["feed"], row["conversation_id"], row["seq"])
        return Reading(place, row["forgotten"], row["holder"], row["until"])

    async def digest(self, one: Digest) -> bool:
        """Write it, if the feed stands where it was read from. False: read again."""
        [done] = await self._do("digest", [one])
        return bool(done)

    async def forget_words(self, conversation: int, seq: int | None = None) -> None:
        """What was said there, or (None) in all of the conversation, is found no longer."""
        await self._do("forget_words", [(conversation, seq)])

    async def tallies(self, organization: str, since: int) -> list[Mapping[str, Any]]:
        """
        Texts of each hour from that one on (hours since 1970), by endpoint: received, by_bot
        and by_operator. Hours without any are left out.
        """
        values = {"organization": organization, "since": since}
        names = ("hour", "endpoint", "received", "by_bot", "by_operator")
        rows = await self._asking.ask(Run("tallies", values))
        return [{name: row[name] for name in names} for row in rows]

    async def _hits(
        self, organization: str, words: Sequence[str], most: int
    ) -> list[tuple[int, int]]:
        """
        Conversation and place of the entries in which all the words stand, the last perhaps
        begun; some of them and more than `most`, if there are so many.
        """
        rows = await self._asking.ask(Run("owners", {}, [(organization,)]))
        if not rows:
            return []
        owner = rows[0]["id"]
        found = await self._with(owner, words, most, begun=False)
        if len(found) <= most and is_beginning(words[-1]):
            found = await self._with(owner, words, most, begun=True)
        return [entry_of(row["id"]) for row in found]

    async def _with(
        self, owner: int, words: Sequence[str], most: int, *, begun: bool
    ) -> list[Row]:
        ends = await self._begun(owner, words[-1]) if begun else [words[-1]]
        asked = {
            "sqlite": _for_sqlite(owner, words, ends),
            "postgres": _for_postgres(owner, words, begun=begun),
        }
        return await self._asking.ask(Run("word_hits", {**asked, "limit": most + 1}))

    async def _begun(self, owner: int, beginning: str) -> list[str]:
        """
        What begins so, each by itself: SQLite finds some entries of many sooner then. None if
        it is too much, or no help.
        """
        place = {"beginning": f"{owner}_{beginning}", "beyond": f"{owner}_{beginning}{LAST}"}
        rows = await self._asking.ask(Run("words_begun", {**place, "limit": MOST_BEGUN + 1}))
        found = [str(row["word"]).partition("_")[2] for row in rows]
        return found if len(found) <= MOST_BEGUN else []


def _for_sqlite(owner: int, words: Sequence[str], ends: Sequence[str]) -> str:
    """
    A query of FTS5, in which the last word is one of `ends`; without any it only begins so.
    Words have no signs in them, so none needs to be escaped.
    """
    last = " OR ".join(f'"{owner}_{word}"' for word in ends) or f'"{owner}_{words[-1]}" *'
    return " AND ".join([*(f'"{owner}_{word}"' for word in words[:-1]), f"({last})"])


def _for_postgres(owner: int, words: Sequence[str], *, begun: bool) -> str:
    """A tsquery."""
    return " & ".join(f"'{owner}_{word}'" for word in words) + (":*" if begun else "")
