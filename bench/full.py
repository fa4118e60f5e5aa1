"""The closed loop on a store that has much in it, beside empty ones."""

from __future__ import annotations

import shutil
from dataclasses import replace
from functools import partial

from bench import fill, measure, programs, texts
from bench.closed import COLUMNS
from bench.options import Options
from bench.report import Finding, Outcome, Table, lost

LEAST = 0.9
WARM = 12.0
"""Seconds, in which every number's list was read and every endpoint has had its first text."""


def run(given: Options) -> Outcome:
    """
    In turn: nothing stored and one endpoint, nothing stored and all the endpoints, everything
    stored. The same contacts text each of them.
    """
    size = given.size
    empty, many = programs.gateway(given), programs.gateway(given, size.endpoints)
    data = given.folder / "full"
    shutil.copytree(many.data, data)
    stored = fill.fill(data, size)
    count = measure.texts_for(size.seconds, WARM)
    to_one = texts.signed(count, size.conversations)
    to_all = texts.signed(count, size.conversations, size.endpoints)
    three = {
        "empty": (empty, to_one),
        "endpoints": (many, to_all),
        "full": (replace(many, data=data), to_all),
    }
    title = (
        f"Full store, {stored:,} messages in {size.conversations:,} conversations of "
        f"{size.endpoints:,} endpoints"
    )
    middle = Table(title, *COLUMNS).in_turn(
        size.runs,
        {
            name: partial(measure.closed, program, given, todo, warm=WARM)
            for name, (program, todo) in three.items()
        },
    )
    shutil.rmtree(data)
    share, store = (
        middle["full"]["texts/s"] / middle[other]["texts/s"] for other in ("empty", "endpoints")
    )
    return Outcome(
        [
            Finding(
                "full: texts/s / an empty store's",
                f"{share:.2f}",
                f">= {LEAST}",
                share >= LEAST,
            ),
            Finding("full: texts/s / an empty store's with all endpoints", f"{store:.2f}"),
        ],
        lost(middle),
    )
