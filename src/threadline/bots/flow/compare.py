"""The operators of Switch: whether something is true of a value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from threadline.bots.flow.patterns import LENGTH
from threadline.model.templates import Template

_NUMBER = re.compile(r"\s*([-+]?[0-9]{1,30}(\.[0-9]{1,30})?)\s*", re.ASCII)


def _equals(found: Any, expected: Any) -> bool:
    """Loosely: `Tea` is `tea`, and the text `3` is the number 3.0."""
    one, other = _number(found), _number(expected)
    if one is not None and other is not None:
        return one == other
    if isinstance(found, list | Mapping) or isinstance(expected, list | Mapping):
        return bool(found == expected)
    return _text(found) == _text(expected)


def _contains(found: Any, expected: Any) -> bool:
    if isinstance(found, list):
        return any(_equals(one, expected) for one in found)
    return _text(expected) in _text(found)


def _starts_with(found: Any, expected: Any) -> bool:
    return _text(found).startswith(_text(expected))


def _one_of(found: Any, expected: Any) -> bool:
    return isinstance(expected, list) and any(_equals(found, one) for one in expected)


def _matches(found: Any, expected: Any) -> bool:
    return expected.search(_said(found)[:LENGTH]) is not None


def _empty(found: Any, expected: Any) -> bool:
    nothing = found is None or found in ([], {}) or _said(found).strip() == ""
    return nothing is expected


def _by_number(holds: Callable[[float, float], bool]) -> Callable[[Any, Any], bool]:
    """False when one of the two is not a number."""

    def compare(found: Any, expected: Any) -> bool:
        one, other = _number(found), _number(expected)
        return one is not None and other is not None and holds(one, other)

    return compare


def _between(found: Any, expected: Any) -> bool:
    if not isinstance(expected, list) or len(expected) != 2:
        return False
    least, number, most = _number(expected[0]), _number(found), _number(expected[1])
    if least is None or number is None or most is None:
        return False
    return least <= number <= most


def _type(found: Any, expected: Any) -> bool:
    return bool(TYPES.get(type(found), "") == expected)


TYPES = {
    str: "text",
    int: "number",
    float: "number",
    bool: "boolean",
    list: "list",
    dict: "mapping",
}

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "equals": _equals,
    "not_equals": lambda found, expected: not _equals(found, expected),
    "one_of": _one_of,
    "contains": _contains,
    "starts_with": _starts_with,
    "matches": _matches,
    "greater": _by_number(lambda one, other: one > other),
    "at_least": _by_number(lambda one, other: one >= other),
    "less": _by_number(lambda one, other: one < other),
    "at_most": _by_number(lambda one, other: one <= other),
    "between": _between,
    "empty": _empty,
    "type": _type,
}

_A_NUMBER = "Write a number, or a hole such as `${most}`."
_A_TEXT = "Write a text or a number."
WANTS = {
    "equals": _A_TEXT,
    "not_equals": _A_TEXT,
    "one_of": "Write a list, such as `[tea, coffee]`.",
    "contains": _A_TEXT,
    "starts_with": _A_TEXT,
    "matches": "Write a regular expression.",
    "greater": _A_NUMBER,
    "at_least": _A_NUMBER,
    "less": _A_NUMBER,
    "at_most": _A_NUMBER,
    "between": "Write two numbers, such as `[1, 9]`.",
    "empty": "Write `true` or `false`.",
    "type": f"Write one of: {', '.join(dict.fromkeys(TYPES.values()))}.",
}
"""What each operator compares with, as a sentence."""


def fits(operator: str, expected: Any) -> bool:
    """Whether a value from a document can stand beside the operator."""
    match expected:
        case None | Mapping():
            return False
        case bool():
            return operator in ("equals", "not_equals", "empty")
        case list() if operator == "between":
            return len(expected) == 2 and all(fits("greater", one) for one in expected)
        case list():
            return operator == "one_of" and bool(expected)
        case Template(source) if operator == "type":
            return source in TYPES.values()
        case Template(source, None) if WANTS[operator] == _A_NUMBER:
            return _number(source) is not None
    return operator not in ("one_of", "between", "empty", "type")


def _said(value: Any) -> str:
    """The value as a template would put it into a text."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _text(value: Any) -> str:
    return " ".join(_said(value).split()).casefold()


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    read = _NUMBER.fullmatch(value) if isinstance(value, str) else None
    return float(read[1]) if read else None
