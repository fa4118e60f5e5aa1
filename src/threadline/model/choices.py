"""What a contact may choose from, and which of it they meant by what they typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from difflib import SequenceMatcher
from itertools import islice
from typing import Any

PUNCTUATION = " .,;:!?…()[]\"'#*"
LONGEST = 100
"""Nobody who types more than so many characters means one of the options."""
MOST = 100
"""So many options are looked at, at most."""
ALIKE, AHEAD = 0.8, 0.05
"""How like a title a near miss is at least, and how much more than any other title."""

BESIDE = "threadline.choices"
"""Where choices are kept in the state of a conversation; the bot never sees it."""

_WORDS = "one two three four five six seven eight nine ten".split()
_NUMBER = re.compile(r"(?:(?:option|number|no|nr)[ .]*)?(\d{1,3})")
_SIGNS = re.compile("[\ufe0f\u20e3]")
_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True)
class Choice:
    """
    An option as a text offers it, under a number. `source` is the type of its element if
    choosing it is an event, "" if it is as if its title had been typed.
    """

    number: int
    id: str
    title: str
    source: str = ""


def beside(state: Mapping[str, Any], offered: Sequence[Choice]) -> Mapping[str, Any]:
    """The state as it is kept: with what was offered, if something was. Pure."""
    if not offered and BESIDE not in state:
        return state
    own = {name: value for name, value in state.items() if name != BESIDE}
    kept = [astuple(one) for one in offered[:MOST]]
    return {**own, BESIDE: kept} if kept else own


def apart(state: Mapping[str, Any]) -> tuple[Mapping[str, Any], Sequence[Choice]]:
    """The state as the bot knows it, and what was offered. Pure."""
    if BESIDE not in state:
        return state, ()
    own = {name: value for name, value in state.items() if name != BESIDE}
    return own, [Choice(*one) for one in state[BESIDE]]


def plain(text: str) -> str:
    """What somebody who types on a phone means the same by: ` TEA! ` is `tea`. Pure."""
    said = " ".join(text.split()).casefold()
    return said.strip(PUNCTUATION) or said


def understood(heard: str, choices: Sequence[Choice]) -> Choice | None:
    """
    The choice that was meant: by its title or id, its number ("2", "two"), or nearly its
    title. Of two with the same number the later one. None = something else was said. Pure.
    """
    said = plain(heard)
    number = number_in(said)
    named = [one for one in choices if plain(one.title) == said]
    known = [one for one in choices if plain(one.id) == said]
    numbered = [one for one in reversed(choices) if one.number == number]
    if found := [*named, *known, *numbered]:
        return found[0]
    title = near(said, [plain(choice.title) for choice in choices])
    return next((one for one in choices if title == plain(one.title)), None)


def number_in(said: str) -> int | None:
    """Of a plain text that is nothing but a number, in digits or as a word. Pure."""
    if len(said) > LONGEST:
        return None
    if said in _WORDS:
        return _WORDS.index(said) + 1
    found = _NUMBER.fullmatch(plain(_SIGNS.sub("", said)))
    return int(found[1]) if found else None


def near(said: str, titles: Iterable[str]) -> str | None:
    """
    The title that was mistyped, all texts plain: it begins alike, has the same digits, and is
    at most one character longer or shorter, so that "subscribe" is not "unsubscribe". Pure.
    """
    if not 0 < len(said) <= LONGEST:
        return None
    digits = _DIGITS.findall(said)
    found = [
        (SequenceMatcher(None, said, title).ratio(), title)
        for title in islice(titles, MOST)
        if title[:1] == said[:1] and abs(len(title) - len(said)) <= 1
        if _DIGITS.findall(title) == digits
    ]
    match sorted(found, reverse=True):
        case [(best, title), (second, _), *_] if best >= ALIKE and best - second >= AHEAD:
            return title
        case [(best, title)] if best >= ALIKE:
            return title
    return None
