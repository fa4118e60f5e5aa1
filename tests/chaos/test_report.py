"""What counts as lost, twice and out of order."""

from __future__ import annotations

import pytest

from tests.chaos.report import Verdict, judge


@pytest.mark.parametrize(
    ("got", "verdict"),
    [
        ("1 2 3 4", Verdict()),
        ("1 2 4", Verdict(lost=1)),
        ("", Verdict(lost=4)),
        ("1 2 2 3 4 2", Verdict(twice=2)),
        ("1 3 2 4", Verdict(out_of_order=1)),
        ("4 1 2 3", Verdict(out_of_order=3)),
        ("2 3 2 1", Verdict(lost=1, twice=1, out_of_order=1)),
        ("1 2 3 oops 4", Verdict(unasked=1)),
    ],
)
def test_of_four_texts_a_handset_got(got: str, verdict: Verdict):
    assert verdict == judge(["1", "2", "3", "4"], got.split())


def test_what_many_handsets_got_adds_up():
    assert Verdict(3, 2, 1, 1) == Verdict(1, 2) + Verdict(2, 0, 1, 1)
