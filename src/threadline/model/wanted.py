"""Which conversations are wanted: what is typed, and what the store looks for. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from threadline.errors import Invalid, Problem
from threadline.model import phone
from threadline.model.words import words

FEWEST_DIGITS = 4
FOREVER = 2**62
_SIGNS = re.compile(r"[\s().\-/]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    All of it has to hold; what is empty or false is not asked. `contact` is the whole address
    of the contact, `beginning` and `ending` a part of it. `words` stand in one message, the
    last perhaps only begun. Times are when a text last came or was answered, from `since` to
    before `until`, in microseconds.
    """

    contact: str = ""
    beginning: str = ""
    ending: str = ""
    words: tuple[str, ...] = ()
    bot: str = ""
    endpoint: str = ""
    since: int = 0
    until: int = FOREVER
    open: bool = False
    waiting: bool = False
    taken: bool = False
    stopped: bool = False
    flagged: bool = False
    failed: bool = False


def number(typed: str) -> tuple[str, str, str]:
    """
    Contact, beginning or ending, whichever it is: a whole number in any writing, one that is
    not complete from its `+` on, or its last digits. Raises `Invalid`.
    """
    plain = _SIGNS.sub("", typed)
    if plain.isascii() and plain.isdigit():
        if len(plain) >= FEWEST_DIGITS:
            return "", "", plain
        mend = f"Give the last {FEWEST_DIGITS} digits or more, or the number from its + on."
        raise Invalid([Problem("contact_short", "number", "Too many numbers end so.", mend)])
    digits = plain.removeprefix("+")
    if plain.startswith("+") and digits.isascii() and digits.isdigit():
        return ("", plain, "") if not phone.is_possible(plain) else (plain, "", "")
    if plain.startswith("+"):
        mend = "Write it as +15550100001, or only its beginning or its last digits."
        raise Invalid([Problem("contact_invalid", "number", f"{typed!r} is none.", mend)])
    try:
        return phone.canonical(typed), "", ""
    except ValueError:
        return typed.strip(), "", ""


def text(typed: str) -> tuple[str, ...]:
    """Its words. Raises `Invalid` if there is none in it."""
    found = words(typed)
    if not found:
        mend = "Write a word that was said, or leave it out."
        raise Invalid([Problem("words_missing", "text", f"No word is in {typed!r}.", mend)])
    return tuple(found)
