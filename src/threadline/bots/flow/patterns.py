"""
Regular expressions whose search cannot take long, whatever text they are given.

A search tries one way after the other, and some patterns have more ways than there is time
for: `(a+)+b` on forty letters. So a pattern is only taken if the number of its ways is small
for every text of LENGTH characters, as far as its form tells.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from typing import Any

from re import _parser  # type: ignore[attr-defined]  # isort: skip

LENGTH = 160
MAX_PATTERN = 200
MAX_WAYS = 60_000


def compile(source: str) -> re.Pattern[str]:
    """Capitals do not matter. Raises `ValueError` with a sentence."""
    if len(source) > MAX_PATTERN:
        raise ValueError(f"The pattern has more than {MAX_PATTERN} characters.")
    try:
        with warnings.catch_warnings(action="error", category=FutureWarning):
            ways = _ways(_parser.parse(source, re.IGNORECASE))
            if ways <= MAX_WAYS:
                return re.compile(source, re.IGNORECASE)
    except (re.error, RecursionError, OverflowError, FutureWarning) as why:
        raise ValueError(f"This is not a regular expression: {why}.") from None
    raise ValueError("The pattern repeats too much: write `{1,40}` for `+`.")


def _ways(parts: Iterable[Any]) -> int:
    """In how many ways the parts can match from one place, at most."""
    ways = 1
    for operation, found in parts:
        ways = min(ways * _ways_of(operation, found), 2 * MAX_WAYS)
    return ways


def _ways_of(operation: Any, found: Any) -> int:
    match str(operation):
        case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN" | "AT":
            return 1
        case "BRANCH":
            return sum(_ways(branch) for branch in found[1])
        case "SUBPATTERN":
            return _ways(found[-1])
        case "ATOMIC_GROUP":
            return _ways(found)
        case "ASSERT" | "ASSERT_NOT":
            return _ways(found[1])
        case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
            least, most, repeated = found
            once, times = _ways(repeated), min(int(most), LENGTH)
            if least > LENGTH:
                return 2 * MAX_WAYS
            return min(times + 1 if once == 1 else once**times * times, 2 * MAX_WAYS)
    raise ValueError(f"`{str(operation).lower()}` cannot be used in a pattern here.")
