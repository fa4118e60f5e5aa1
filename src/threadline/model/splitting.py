"""
A long text cut into parts that a provider takes.

A part ends at a paragraph, else at a line, a sentence, a word: at the first of them that
leaves it half full at least. White space at a cut is dropped, nothing else is.
"""

from __future__ import annotations

import re

from threadline.model.segments import fitting, units

_BORDERS = (
    re.compile(r"\n\s*?\n"),  # paragraphs
    re.compile(r"\n"),  # lines
    re.compile(r"(?<=[.!?…])\s+|(?<=[.!?…][\"'”’)\]])\s+"),  # sentences
    re.compile(r"\s+"),  # words
)
_WORD = re.compile(r"\S+")
_STOP = re.compile("[。！？；，、]")  # where a script that writes no spaces can be cut
_URLS = (
    re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE),
    # glued to another one, or to a script that writes no spaces
    re.compile(r"(?:https?://|www\.)(?:(?!https?://)[!-~])+", re.IGNORECASE),
)


def split(text: str, limit: int = 1600) -> list[str]:
    """
    The parts of a text in their order, each of at most `limit` UTF-16 units. A text within
    the limit is its only part, unchanged; one without a word has none.

    A word is cut only when it is longer than the limit, and then neither inside a cluster
    (an emoji with its skin tone) nor inside a URL, unless that is longer than the limit too.
    Pure. Raises `ValueError` when the limit leaves no room for an emoji (less than 2).
    """
    if limit < 2:
        raise ValueError(f"A part needs room for 2 units; raise the limit, which is {limit}")
    rest = text.strip()
    if not rest:
        return []
    if units(text) <= limit:
        return [text]
    parts = []
    while units(rest) > limit:
        at = _cut(rest, limit)
        parts.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*parts, rest]


def _cut(text: str, limit: int) -> int:
    """Where the first part of a text ends that begins with a word and is over the limit."""
    end = fitting(text, 0, limit)
    for border in _BORDERS:
        if at := _last(border, text, end // 2, end + 1):
            return at.start()
    gap = _last(_BORDERS[-1], text, 0, end // 2)
    # One unit more than the limit is enough to see that a word is too long.
    word = _WORD.search(text, gap.end() if gap else 0, end + limit + 1)
    assert word, "a text begins with a word"
    if gap and units(word[0]) <= limit:
        return gap.start()
    return _cut_word(text, word, end, limit)


def _cut_word(text: str, word: re.Match[str], end: int, limit: int) -> int:
    """Where to cut a word that is over the limit and passes `end`."""
    at = end
    if stop := _last(_STOP, text, end // 2, end):
        at = fitting(text, 0, units(text[: stop.end()]))
    for urls in _URLS:
        for url in urls.finditer(text, *word.span()):
            if url.start() < at < url.end() and units(url[0]) <= limit:
                return url.start() or end
    return at


def _last(pattern: re.Pattern[str], text: str, start: int, end: int) -> re.Match[str] | None:
    found = list(pattern.finditer(text, start, end))
    return found[-1] if found else None
