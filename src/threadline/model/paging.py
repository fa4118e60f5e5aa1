"""Long lists a page at a time, each from where the one before ended. Pure."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from typing_extensions import TypedDict

from threadline.errors import Invalid, Problem

T = TypeVar("T")

MOST = 1000
"""Things on one page, at most."""


class Page(TypedDict, Generic[T]):
    """Some of a list, in its order."""

    data: list[T]
    """What is on this page."""
    next: str | None
    """Give this as `after` to get the next page; null on the last."""


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a list is wanted: so many, `after` the place that a page gave as next."""

    limit: int = 100
    after: str | None = None

    def place(self, *kinds: type[int] | type[str]) -> tuple[Any, ...] | None:
        """The values that the part begins after; None = at the start. Raises `Invalid`."""
        if self.after is None:
            return None
        values = place_of(self.after)
        if tuple(map(type, values)) != kinds:
            mend = "Take it from `next` of the page before, as it is."
            told = Problem("cursor_invalid", "after", "This is no place in the list.", mend)
            raise Invalid([told])
        return values


def page(
    rows: Sequence[Mapping[str, Any]],
    part: Part,
    place: Callable[[Mapping[str, Any]], tuple[int | str, ...]],
    tell: Callable[[Mapping[str, Any]], T],
) -> Page[T]:
    """
    Of rows that were asked for with one more than the limit. `place` tells where a row stands
    in the list's order, `tell` what is shown of it.
    """
    shown = rows[: part.limit]
    more = len(rows) > part.limit
    return {
        "data": [tell(row) for row in shown],
        "next": cursor(*place(shown[-1])) if more else None,
    }


def page_of(things: Sequence[T], part: Part, name: Callable[[T], str]) -> Page[T]:
    """Of things that are all in hand, by their names in order."""
    after = part.place(str)
    ordered = sorted(things, key=name)
    rest = ordered if after is None else [one for one in ordered if name(one) > after[0]]
    shown = rest[: part.limit]
    more = len(rest) > part.limit
    return {"data": shown, "next": cursor(name(shown[-1])) if more else None}


def place_of(cursor: str) -> tuple[Any, ...]:
    """The values that a cursor was made of; empty if it is none that a store could take."""
    try:
        raw = cursor.encode("ascii")
        values = json.loads(urlsafe_b64decode(raw + b"=" * (-len(raw) % 4)))
    except (ValueError, RecursionError):
        return ()
    fits = isinstance(values, list) and all(map(_fits, values))
    return tuple(values) if fits else ()


def _fits(value: Any) -> bool:
    match value:
        case int():
            return -(2**63) <= value < 2**63
        case str():
            return "\0" not in value and not any("\ud800" <= one <= "\udfff" for one in value)
        case _:
            return False


def cursor(*values: int | str) -> str:
    """A place in a list, as a text that fits into a URL."""
    raw = json.dumps(values, separators=(",", ":")).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
