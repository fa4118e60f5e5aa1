"""Closed loop: so many people text, each again as soon as the last text is answered."""

from __future__ import annotations

from functools import partial

from bench import measure, programs, texts
from bench.options import Options
from bench.report import Finding, Outcome, Table, lost

COLUMNS = (
    *("texts/s", "CPU µs/text", "ack p50 ms", "ack p99 ms", "whole p50 ms", "whole p99 ms"),
    *("RSS MB", "load %", "lost"),
)
LEAST = 0.6


def run(given: Options) -> Outcome:
    """Threadline beside the floor, in turn, each time on an empty store."""
    todo = texts.signed(measure.texts_for(given.size.seconds))
    both = {"threadline": programs.gateway(given), "floor": programs.floor(given)}
    how = f"{given.size.people} at the same time{', over TLS' if given.tls else ''}"
    middle = Table(f"Closed loop, {how}", *COLUMNS).in_turn(
        given.size.runs,
        {name: partial(measure.closed, one, given, todo) for name, one in both.items()},
    )
    ours, least = middle["threadline"], middle["floor"]
    share = ours["texts/s"] / least["texts/s"]
    cost = ours["CPU µs/text"] / least["CPU µs/text"]
    name = "closed, TLS" if given.tls else "closed"
    return Outcome(
        [
            Finding(
                f"{name}: texts/s / floor's", f"{share:.2f}", f">= {LEAST}", share >= LEAST
            ),
            Finding(f"{name}: CPU per text / floor's", f"{cost:.2f}"),
        ],
        lost(middle),
    )
