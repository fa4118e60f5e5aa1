"""What somebody may have meant by a name that does not exist. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

MANY = 200
"""Names that are compared with the word, at most: it takes long, and others wait."""


def meant(word: object, known: Iterable[str]) -> str:
    """As a sentence: the nearest name, else the first few, else that there is none yet."""
    names, word = sorted(known), str(word)[:200]
    alike = names if len(names) <= MANY else [one for one in names if one[:3] == word[:3]]
    if near := get_close_matches(word, alike[:MANY], n=1):
        return f"Did you mean `{near[0]}`?"
    some = ", ".join(f"`{name}`" for name in names[:5])
    return (
        f"There is: {some}{', …' if len(names) > 5 else ''}." if some else "There is none yet."
    )
