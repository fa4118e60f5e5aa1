"""Open loop: texts come at half of what the program can do, whatever its answers do."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from bench import measure, programs, texts
from bench.options import Options
from bench.programs import Program
from bench.report import Figures, Finding, Outcome, Table, lost
from bench.texts import Text

COLUMNS = (
    *("rate", "texts/s", "CPU µs/text", "ack p50 ms", "ack p99 ms", "whole p50 ms"),
    *("whole p99 ms", "late p99 ms", "RSS MB", "load %", "lost"),
)
SHARE = 0.5
MOST_MS = 20


def run(given: Options) -> Outcome:
    """Before each run a closed loop, half as long, tells what the program can do just now."""
    todo = texts.signed(measure.texts_for(given.size.seconds))
    both = {"threadline": programs.gateway(given), "floor": programs.floor(given)}
    middle = Table(f"Open loop, at {SHARE:.0%} of capacity", *COLUMNS).in_turn(
        given.size.runs, {name: partial(_half, one, given, todo) for name, one in both.items()}
    )
    slowest = middle["threadline"]["ack p99 ms"]
    return Outcome(
        [
            Finding(
                "open: ack p99 at half load, ms",
                f"{slowest:.1f}",
                f"< {MOST_MS}",
                slowest < MOST_MS,
            ),
            Finding("open: ack p99 of the floor, ms", f"{middle['floor']['ack p99 ms']:.1f}"),
        ],
        lost(middle),
    )


def _half(program: Program, given: Options, todo: Sequence[Text]) -> Figures:
    capacity = measure.closed(program, given, todo, given.size.seconds / 2)
    half = measure.at_rate(program, given, todo, capacity["texts/s"] * SHARE)
    return {**half, "lost": half["lost"] + capacity["lost"]}
