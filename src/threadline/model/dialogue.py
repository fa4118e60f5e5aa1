"""
Conversations as text, as people write them down, and as bots are tested with.

    > hi                         what the contact texts
    Hello *!                     what the bot says, a line each; * stands for anything
    [goal greeted]               a goal, [end] of the session, and elements that are not texts
    (20 minutes)                 time that passes while nobody writes
    ...                          whatever else is said
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from threadline.model import spans
from threadline.model.timeline import (
    Element,
    Goal,
    Note,
    SuggestionPrompt,
    Text,
    kind_of,
    to_json,
)
from threadline.model.wording import told

ANYTHING = "..."
ASIDE = ("[note ", "[suggestionPrompt ")
"""What is said beside the texts: it counts only where somebody expects the like."""
_SPAN = re.compile(r"\(\s*(\d[\w. ]*)\)")


@dataclass(slots=True)
class Exchange:
    """
    What the contact says, or how long nobody says anything (`waits`), and the lines that are
    expected then. `line` is where it stands, from 1.
    """

    said: str
    waits: bool = False
    line: int = 0
    expected: list[str] = field(default_factory=list)


def read(text: str) -> list[Exchange]:
    """Pure. Raises `ValueError` with a sentence."""
    found: list[Exchange] = []
    for number, line in enumerate(text.splitlines(), 1):
        span = _SPAN.fullmatch(line.strip())
        if line.startswith(">"):
            found.append(Exchange(line[1:].removeprefix(" "), line=number))
        elif span and found:
            found.append(Exchange(_span(span[1], number), waits=True, line=number))
        elif found and (line.strip() or found[-1].expected):
            found[-1].expected.append(line.rstrip())
        elif line.strip():
            raise ValueError(f"Line {number} is said before anybody has texted: {line[:60]!r}.")
    if not found:
        raise ValueError("Nobody says anything.")
    for one in found:
        while one.expected and not one.expected[-1]:
            one.expected.pop()
    return found


def write(exchanges: Iterable[Exchange]) -> str:
    """What `read` reads again: each exchange, and what is expected then. Pure."""
    lines: list[str] = []
    for one in exchanges:
        said = " ".join(one.said.split())
        lines += [f"({said})" if one.waits else f"> {said}", *one.expected]
    return "\n".join(lines)


def _span(written: str, number: int) -> str:
    try:
        spans.seconds(written)
    except ValueError as why:
        raise ValueError(f"Line {number}: {why}") from None
    return written


def lines(elements: Iterable[Element], ended: bool = False) -> list[str]:
    """What a bot said in a turn. Pure."""
    said = [line for element in elements for line in _lines(element)]
    return [*said, "[end]"] if ended else said


def _lines(element: Element) -> Sequence[str]:
    match element:
        case Text(text):
            return [line.rstrip() for line in text.splitlines()] or [""]
        case Goal(name):
            return [f"[goal {name}]"]
        case Note(text):
            return [f"[note {text}]"]
        case SuggestionPrompt():
            return [f"[suggestionPrompt {told(to_json(element))}]"]
    return [f"[{kind_of(element)} {told(to_json(element))}]"]


def heard(said: Iterable[str], expected: Iterable[str]) -> list[str]:
    """The lines that are to be compared with those that are expected. Pure."""
    wanted = [aside for aside in ASIDE if any(line.startswith(aside) for line in expected)]
    return [
        line
        for line in said
        if not line.startswith(ASIDE) or any(line.startswith(aside) for aside in wanted)
    ]


def fits(said: Sequence[str], expected: Sequence[str]) -> bool:
    """Whether what was said is what was expected. Pure."""
    rest = list(said)
    for number, line in enumerate(expected):
        if line == ANYTHING:
            after = expected[number + 1 :]
            return any(fits(rest[skip:], after) for skip in range(len(rest) + 1))
        if not rest or not _pattern(line).fullmatch(rest.pop(0)):
            return False
    return not rest


def _pattern(line: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, line.split("*"))), re.DOTALL)
