"""What is wrong with a flow, as it is told to who writes it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from threadline.errors import Problem

MAX_PROBLEMS = 100


def note(problems: list[Problem], problem: Problem) -> None:
    """Nobody reads more of them at once than MAX_PROBLEMS."""
    if len(problems) < MAX_PROBLEMS:
        problems.append(problem)


def near(word: object, known: Iterable[str]) -> str:
    """What may have been meant, as a sentence."""
    names = [name for name in dict.fromkeys(known) if len(name) <= 100]
    text = str(word)
    if len(text) <= 100 and (found := get_close_matches(text, names, n=1)):
        return f"Did you mean `{found[0]}`?"
    some = ", ".join(f"`{name}`" for name in names[:10])
    return f"There is: {some}{', …' if len(names) > 10 else ''}."


def short(value: object) -> str:
    text = str(value)
    return f"`{text}`" if len(text) <= 60 else f"`{text[:60]}…`"
