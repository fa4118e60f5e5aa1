"""Figures of runs, as tables: one line a run, the medians, and what was aimed at."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

Figures = Mapping[str, float]

FORMS = {
    "rate": "{:.0f}",
    "texts/s": "{:.0f}",
    "CPU µs/text": "{:.0f}",
    "database µs": "{:.0f}",
    "ack p50 ms": "{:.1f}",
    "ack p99 ms": "{:.1f}",
    "whole p50 ms": "{:.1f}",
    "whole p99 ms": "{:.1f}",
    "late p99 ms": "{:.1f}",
    "RSS MB": "{:.0f}",
    "RSS at 10 %": "{:.0f}",
    "peak": "{:.0f}",
    "at the end": "{:.0f}",
    "load %": "{:.0f}",
    "p50": "{:6.1f}",
    "p95": "{:6.1f}",
    "lost": "{:.0f}",
}
"""Every column there is, and how its figures are written."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A figure beside what was aimed at; `met` is None where nothing was."""

    what: str
    measured: str
    target: str = ""
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a scenario comes to; `lost` counts texts without exactly one answer."""

    findings: Sequence[Finding]
    lost: float


class Table:
    """Prints a line for each run, as soon as it is known."""

    def __init__(self, title: str, *columns: str, width: int = 16) -> None:
        self._columns = columns
        self._width = width
        print(f"\n{title}\n{'':{width}}  {'  '.join(columns)}", flush=True)

    def show(self, name: str, figures: Figures) -> None:
        cells = [FORMS[one].format(figures[one]).rjust(len(one)) for one in self._columns]
        print(f"{name:{self._width}}  {'  '.join(cells)}", flush=True)

    def in_turn(
        self, runs: int, programs: Mapping[str, Callable[[], Figures]]
    ) -> dict[str, Figures]:
        """Each program once, then each once more: the medians by name, printed."""
        found: dict[str, list[Figures]] = {name: [] for name in programs}
        for _ in range(runs):
            for name, once in programs.items():
                found[name].append(once())
                self.show(name, found[name][-1])
        middle = {name: medians(figures) for name, figures in found.items()}
        if runs > 1:
            print(f"Medians of {runs}:")
            for name, figures in middle.items():
                self.show(name, figures)
        return middle


def medians(runs: Sequence[Figures]) -> Figures:
    """Of every figure by itself; what was lost is added up. Pure."""
    found = {name: float(median(one[name] for one in runs)) for name in runs[0]}
    return found | {"lost": sum(one["lost"] for one in runs)}


def at(values: Sequence[float], share: float) -> float:
    """A percentile of seconds, in milliseconds; 0 of nothing. Pure."""
    ordered = sorted(values) or [0.0]
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


def lost(figures: Mapping[str, Figures]) -> float:
    """Of all programs together. Pure."""
    return sum(one["lost"] for one in figures.values())


def summary(findings: Sequence[Finding]) -> None:
    """All of it as one table."""
    words = {True: "yes", False: "no", None: ""}
    rows = [("", "measured", "target", "met")]
    rows += [(one.what, one.measured, one.target, words[one.met]) for one in findings]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    print()
    for row in rows:
        first, *rest = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join([first, *rest]).rstrip())
