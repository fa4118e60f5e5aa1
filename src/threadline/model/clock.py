"""Time as whole microseconds since 1970 in UTC: what the store keeps and what is compared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

STEP = SECOND
"""By how much a machine's clock has to be moved at once for anybody to be told."""
SLOWER = 10
"""A clock that is ahead loses one second in so many until the machine's has come up."""


def seconds(value: float) -> int:
    """A duration of so many seconds, in microseconds."""
    return round(value * SECOND)


def iso(at: int) -> str:
    """`2030-01-02T12:30:00.000Z`, for people and for JSON."""
    when = datetime.fromtimestamp(at / SECOND, UTC)
    return when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at // 1000 % 1000:03}Z"


def clock_time(at: int) -> str:
    """`12:30:05 UTC`, for a sentence."""
    return datetime.fromtimestamp(at / SECOND, UTC).strftime("%H:%M:%S UTC")


class SteadyClock:
    """
    Tells the time of the machine, except that it never goes back.

    `wall` is the machine's clock, which people and NTP set, and `monotonic` one that nobody
    sets; both in microseconds. A step forward is followed at once. After a step back time goes
    on from where it was, a tenth slower until the two agree again, so that what is due soon
    stays due soon. `stepped` is told of each step once: by how much, negative = back.
    """

    def __init__(
        self,
        wall: Callable[[], int],
        monotonic: Callable[[], int],
        stepped: Callable[[int], None],
    ) -> None:
        self.wall = wall
        self._monotonic = monotonic
        self._stepped = stepped
        self._at, self._since = wall(), monotonic()
        self._apart = self._at - self._since

    def __call__(self) -> int:
        """Never less than before, over all calls."""
        wall, monotonic = self.wall(), self._monotonic()
        step = wall - monotonic - self._apart
        self._apart += step
        if abs(step) > STEP:
            self._stepped(step)
        elapsed = monotonic - self._since
        ours = self._at + elapsed - elapsed // SLOWER
        if wall < ours:
            return ours
        self._at, self._since = wall, monotonic
        return wall

    def not_before(self, at: int) -> int:
        """Go on from `at` if that is later than now. By how much it was, else 0."""
        ahead = at - self()
        if ahead <= 0:
            return 0
        self._at, self._since = at, self._monotonic()
        return ahead
