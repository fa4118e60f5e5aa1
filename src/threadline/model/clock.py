"""Time as whole microseconds since 1970 in UTC: what the store keeps and what is compared."""

from __future__ import annotations

from datetime import UTC, datetime

SECOND = 1_000_000
MINUTE = 60 * SECOND


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
