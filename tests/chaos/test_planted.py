"""The storm is no show: with a fault planted in the product, it says what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.chaos import planted
from tests.chaos.report import Verdict
from tests.chaos.storm import Plan, rage
from tests.chaos.test_storm import IS_LONG, SEED

NEVER_CALLED_BACK = {"where": "callback", "what": "drop", "times": None}
NEVER_CAUGHT_UP = {"catch_up": 0}
"""Or a text that was lost is found in the provider's list at the next start."""
TAKEN = ("500 after accepting", "reset after accepting", "answer lost")

PLANS: Mapping[str, Plan] = {
    "ack_before_commit": Plan(
        SEED, kills=2, pace=0.3, faults=(), patience=6, settings=NEVER_CAUGHT_UP
    ),
    "blind_resend": Plan(
        SEED, seconds=4, faults=TAKEN, strength=(0.1, 0.2), always=(NEVER_CALLED_BACK,)
    ),
    "no_head_of_queue": Plan(
        SEED,
        seconds=4,
        people=10,
        pace=0.1,
        faults=("429 with Retry-After",),
        strength=(0.05, 0.1),
    ),
}
NOTICED: Mapping[str, Callable[[Verdict], int]] = {
    "ack_before_commit": lambda verdict: verdict.lost,
    "blind_resend": lambda verdict: verdict.twice,
    "no_head_of_queue": lambda verdict: verdict.out_of_order,
}


@pytest.mark.timeout(180)
@pytest.mark.parametrize("fault", PLANS)
async def test_the_storm_notices(
    record_property: Callable[[str, object], None], tmp_path: Path, fault: str
):
    program = (str(Path(planted.__file__)), fault)

    report = await rage(replace(PLANS[fault], program=program), tmp_path)
    record_property("chaos", f"chaos notices {fault}: {report.verdict}")

    assert 0 < NOTICED[fault](report.verdict), report


@pytest.mark.skipif(not IS_LONG, reason="the storm itself says as much, if not so closely")
@pytest.mark.timeout(180)
@pytest.mark.parametrize("fault", PLANS)
async def test_without_that_fault_there_is_nothing_to_notice(tmp_path: Path, fault: str):
    report = await rage(PLANS[fault], tmp_path)

    assert Verdict() == report.verdict, report.differing
