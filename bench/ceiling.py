"""What the load and the provider can do by themselves: nothing may be measured above it."""

from __future__ import annotations

from functools import partial

from bench import measure, programs, texts
from bench.closed import COLUMNS
from bench.options import Options
from bench.report import Finding, Outcome, Table, lost

MOST_A_SECOND = 20_000


def run(given: Options) -> Outcome:
    """The closed loop of a program that verifies, keeps and reads nothing."""
    todo = texts.signed(int((given.size.seconds + measure.WARM) * MOST_A_SECOND))
    program = programs.null(given)
    middle = Table("Ceiling: the load by itself", *COLUMNS).in_turn(
        given.size.runs, {"null": partial(measure.closed, program, given, todo)}
    )
    most = f"{middle['null']['texts/s']:.0f}"
    return Outcome([Finding("ceiling: texts/s of the load itself", most)], lost(middle))
