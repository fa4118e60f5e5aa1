"""What is derived of everything that was said: words to find it by, and how much it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from threadline.model.clock import HOUR
from threadline.model.feed import Happened, Place
from threadline.model.words import said, words

Hour = tuple[str, int, str, str]
"""Organization, hour since 1970, endpoint, and who said it."""
COUNTED = ("contact", "bot", "operator")


@dataclass(frozen=True, slots=True)
class Reading:
    """
    How far the feed was read: up to `place`, when `forgotten` things had been forgotten. On
    several nodes `holder` reads it until `until`.
    """

    place: Place
    forgotten: int
    holder: str = ""
    until: int = 0


@dataclass(frozen=True, slots=True)
class Digest:
    """
    What follows of the entries after `reading` and up to `place`, for who is `holder` then.
    `words` are organization, conversation, seq and the words said there.
    """

    reading: Reading
    place: Place
    words: tuple[tuple[str, int, int, tuple[str, ...]], ...]
    tallies: tuple[tuple[Hour, int], ...]
    holder: str = ""


def digest(reading: Reading, found: Iterable[Happened], place: Place, holder: str) -> Digest:
    """Only texts that were meant for the other side are counted. Pure."""
    heard: list[tuple[str, int, int, tuple[str, ...]]] = []
    tallies: Counter[Hour] = Counter()
    for one in found:
        _feed, conversation, seq = one.place
        if here := words(said(one.element)):
            heard.append((one.organization, conversation, seq, tuple(here)))
        counts = one.author in COUNTED and not one.discarded
        if counts and one.element["type"] == "message":
            tallies[one.organization, one.at // HOUR, one.endpoint, one.author] += 1
    return Digest(reading, place, tuple(heard), tuple(tallies.items()), holder)
