"""What of an organization is too old to be kept, in portions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from threadline.model.clock import DAY
from threadline.model.feed import Place, Portion

LEAST, MOST = 1, 3650
"""Days for which an organization may keep what was said, unless it is for good."""
BY = "retention"
"""Who has redacted what was too old."""


@dataclass(frozen=True, slots=True)
class Aging:
    """
    How far what is older than `days` (None = all is kept) was taken away: up to a `place` of
    the feed and a row of the `inbox`. On several nodes `holder` goes on with it until `until`.
    """

    organization: str
    days: int | None
    place: Place
    inbox: int
    holder: str = ""
    until: int = 0


@dataclass(frozen=True, slots=True)
class Came:
    """A row of the inbox, where it stands on the timeline, and when it came."""

    id: int
    conversation: int
    seq: int
    at: int


@dataclass(frozen=True, slots=True)
class Arrivals:
    """Some of the inbox, in order; what follows comes after the row `place`."""

    found: list[Came]
    place: int
    more: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Overdue:
    """What stayed behind for now: an entry, or (`inbox`, else 0) a row of the inbox."""

    conversation: int
    seq: int
    inbox: int = 0


@dataclass(frozen=True, slots=True)
class Old:
    """
    What is said to be older than `before`, after `aging` and up to `place` and `inbox`, for
    who is `holder` then. `wanted` are entries and rows of the inbox; those that are `overdue`
    were looked at before.
    """

    aging: Aging
    before: int
    place: Place
    inbox: int
    wanted: tuple[Overdue, ...]
    overdue: tuple[Overdue, ...]
    holder: str

    @property
    def is_news(self) -> bool:
        """Whether there is anything to do, or to remember."""
        moved = (self.place, self.inbox) != (self.aging.place, self.aging.inbox)
        return moved or bool(self.wanted or self.overdue)


def old(
    aging: Aging,
    said: Portion,
    came: Arrivals,
    overdue: Sequence[Overdue],
    now: int,
    holder: str,
) -> tuple[Old, bool]:
    """
    What is too old of what was read, and whether there may be more right behind it. `aging`
    has days. Pure.

    It ends at the first that is not. One that seems to come from the future was written by a
    clock that went wrong: it holds nothing up, and is looked at again.
    """
    before = oldest_kept(aging.days or MOST, now)
    entries = _leading([one.at for one in said.found], before, now)
    rows = _leading([one.at for one in came.found], before, now)
    all_said, all_came = entries == len(said.found), rows == len(came.found)
    places = [aging.place, *(one.place for one in said.found)]
    ids = [aging.inbox, *(one.id for one in came.found)]
    place = said.place if all_said else places[entries]
    inbox = came.place if all_came else ids[rows]
    wanted = [Overdue(*one.place[1:]) for one in said.found[:entries]]
    wanted += [Overdue(one.conversation, one.seq, one.id) for one in came.found[:rows]]
    found = Old(aging, before, place, inbox, tuple(wanted), tuple(overdue), holder)
    return found, (said.more and all_said) or (came.more and all_came)


def _leading(times: Iterable[int], before: int, now: int) -> int:
    """How many come before the first that is young enough to be kept."""
    count = 0
    for at in times:
        if before <= at <= now:
            break
        count += 1
    return count


def oldest_kept(days: int, now: int) -> int:
    """What is older than this is not kept for so many days. Pure."""
    return now - days * DAY
