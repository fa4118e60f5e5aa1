"""What is typed about organizations."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Desk


def test_it_is_said_for_how_long_what_was_said_is_kept(desk: Desk):
    desk.run("org", "create", "flowit", "--title", "Flow IT")
    fresh = desk.run("org", "describe", "flowit")
    changed = desk.run("org", "change", "flowit", "--keep-days", "1")
    after = desk.run("org", "describe", "flowit")
    back = desk.run("org", "change", "flowit", "--keep-days", "forever")

    assert "flowit  Flow IT\nWhat was said is kept for good.\n" == fresh.out
    assert "flowit: What was said is kept for 1 day.\n" == changed.out
    assert "flowit  Flow IT\nWhat was said is kept for 1 day.\n" == after.out
    assert "flowit: What was said is kept for good.\n" == back.out


@pytest.mark.parametrize("days", ["0", "3651", "soon", "1.5"])
def test_what_is_no_number_of_days_is_told(desk: Desk, days: str):
    desk.run("org", "create", "flowit")
    done = desk.run("org", "change", "flowit", "--keep-days", days)

    assert 0 != done.code
    assert "days" in done.err
