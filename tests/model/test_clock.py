"""Time goes on, whatever is done to the machine's clock."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline.model.clock import DAY, HOUR, MINUTE, SECOND, SLOWER, SteadyClock, seconds

NOON = 1_893_585_600_000_000
SETTINGS = st.integers(-2 * DAY, 2 * DAY)
WAITS = st.integers(0, HOUR)


@dataclass
class Machine:
    """Its clock is set by hand; the time since it was switched on is not."""

    wall: int = NOON
    up: int = 5 * MINUTE
    steps: list[int] = field(default_factory=list)

    def clock(self) -> SteadyClock:
        return SteadyClock(lambda: self.wall, lambda: self.up, self.steps.append)

    def wait(self, how_long: int) -> None:
        self.wall += how_long
        self.up += how_long

    def set(self, by: int) -> None:
        self.wall += by


@pytest.fixture
def machine() -> Machine:
    return Machine()


@given(st.lists(st.tuples(SETTINGS, WAITS), max_size=30))
def test_time_never_goes_back_and_never_stands_still(changes: list[tuple[int, int]]):
    machine = Machine()
    clock = machine.clock()
    told = [clock()]
    for by, how_long in changes:
        machine.set(by)
        told.append(clock())
        machine.wait(how_long)
        told.append(clock())

    assert sorted(told) == told
    passed = [later - earlier for earlier, later in zip(told[1::2], told[2::2], strict=True)]
    least = [how_long - how_long // SLOWER - 1 for _by, how_long in changes]
    assert all(a >= b for a, b in zip(passed, least, strict=True))


@given(st.lists(SETTINGS, max_size=30))
def test_each_step_of_more_than_a_second_is_told_once(changes: list[int]):
    machine = Machine()
    clock = machine.clock()
    for by in changes:
        machine.set(by)
        for _look in range(3):
            machine.wait(MINUTE)
            clock()

    assert [by for by in changes if abs(by) > SECOND] == machine.steps


def test_while_nobody_sets_it_it_tells_the_machine_s_time(machine: Machine):
    clock = machine.clock()
    for _ in range(1000):
        machine.wait(DAY)
        machine.set(seconds(0.5))  # NTP at work
        assert machine.wall == clock()
        machine.set(-seconds(0.4))

    assert [] == machine.steps


def test_a_step_forward_is_followed_at_once(machine: Machine):
    clock = machine.clock()
    machine.set(HOUR)

    assert NOON + HOUR == clock()
    assert [HOUR] == machine.steps


def test_after_a_step_back_time_goes_on_from_where_it_was(machine: Machine):
    clock = machine.clock()
    machine.set(-HOUR)

    assert NOON == clock()
    assert [-HOUR] == machine.steps
    machine.wait(10 * SECOND)
    assert NOON + 9 * SECOND == clock()


@pytest.mark.parametrize("looks", [1, 6, 60_000])
def test_it_agrees_with_the_machine_again_after_ten_times_the_step(
    machine: Machine, looks: int
):
    clock = machine.clock()
    machine.set(-MINUTE)
    for _ in range(looks):
        clock()
        machine.wait(SLOWER * MINUTE // looks)
    machine.wait(SECOND)

    assert machine.wall == clock()


def test_it_agrees_at_once_when_the_step_back_is_taken_back(machine: Machine):
    clock = machine.clock()
    machine.set(-HOUR)
    clock()
    machine.wait(MINUTE)
    machine.set(HOUR)

    assert NOON + MINUTE == clock()
    assert [-HOUR, HOUR] == machine.steps


def test_it_goes_on_from_the_latest_time_that_is_known(machine: Machine):
    clock = machine.clock()

    assert HOUR == clock.not_before(NOON + HOUR)
    assert NOON + HOUR == clock()
    machine.wait(10 * SECOND)
    assert NOON + HOUR + 9 * SECOND == clock()
    assert [] == machine.steps


def test_a_time_that_is_past_changes_nothing(machine: Machine):
    clock = machine.clock()

    assert 0 == clock.not_before(NOON - HOUR)
    assert NOON == clock()
