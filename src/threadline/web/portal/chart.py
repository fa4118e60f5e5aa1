"""Texts by the hour as bars of a drawing, which CSS gives its colours. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

HEIGHT = 100
WIDTH = 10
"""Of an hour, in the units of the drawing, which is as wide as there is room."""
GAP = 2
"""Between two hours."""
ROUND = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    """`kind` is "in" or "out"; the place is that of its upper left corner."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """`bars` of each hour beside its `words`; `most` is where the drawing ends above."""

    width: int
    height: int
    most: int
    hours: tuple[tuple[str, tuple[Bar, ...]], ...]


def chart(hours: Sequence[Mapping[str, Any]]) -> Chart:
    """Of the hours of an overview, in order."""
    counts = [(one["received"], one["by_bot"] + one["by_operator"]) for one in hours]
    most = ceiling(max((max(pair) for pair in counts), default=0))
    drawn = []
    for n, (one, pair) in enumerate(zip(hours, counts, strict=True)):
        when = one["hour"][:16].replace("T", " ")
        words = f"{when} UTC: {pair[0]} received, {pair[1]} sent"
        drawn.append((words, tuple(_bars(n, pair, most))))
    return Chart(WIDTH * len(hours), HEIGHT, most, tuple(drawn))


def _bars(place: int, counts: tuple[int, int], most: int) -> list[Bar]:
    width = (WIDTH - GAP) / 2
    found = []
    for side, (kind, count) in enumerate(zip(("in", "out"), counts, strict=True)):
        height = round(HEIGHT * count / most, 2)
        x = place * WIDTH + GAP / 2 + side * width
        found.append(Bar(kind, x, round(HEIGHT - height, 2), width, height))
    return [one for one in found if one.height]


def ceiling(count: int) -> int:
    """The next number that is easily read: 1, 2, 5, 10, 20, 50 and so on."""
    step = 1
    while True:
        for one in ROUND:
            if one * step >= count:
                return one * step
        step *= 10
