"""Spans of time as people write them: `90 seconds`, `10m`, `2h`, `3 days`. Pure."""

from __future__ import annotations

import re

MOST = 30 * 24 * 3600
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_SPAN = re.compile(
    r"\s*(\d{1,9}(?:\.\d{1,3})?)\s*"
    r"(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)?\s*",
    re.IGNORECASE,
)


def seconds(written: str) -> float:
    """A number alone is in seconds. Raises `ValueError` with a sentence."""
    found = _SPAN.fullmatch(written)
    if found is None:
        raise ValueError(f"`{written[:40]}` is no time: write `90 seconds`, `10m` or `3 days`.")
    span = float(found[1]) * _UNITS[(found[2] or "s")[0].lower()]
    if not 0 < span <= MOST:
        raise ValueError(f"`{written[:40]}` is not more than nothing, and at most 30 days.")
    return span
