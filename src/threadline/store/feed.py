"""Everything that was said, in an order that is never added to but at its end."""

from __future__ import annotations

from threadline.model.feed import Happened, Place, Portion, Which
from threadline.store.script import Row, Run
from threadline.store.text import element_of
from threadline.store.views import Asking

PAGE = 500
"""Entries read at once, at most."""
WINDOW = 5000
"""Entries looked through at once for those that are wanted."""
END = (2**62, 0, 0)
NAMES = ("feed", "conversation", "seq")


class Feed:
    """The part of the store that those read who follow."""

    _asking: Asking

    async def feed_end(self) -> Place:
        """All that is said from now on comes after it."""
        [row] = await self._asking.ask(Run("feed_end"))
        return row["feed"], 0, 0

    async def feed(self, which: Which, after: Place, limit: int | None = None) -> Portion:
        """
        The next of it after a place, so many at most. What other transactions may still add
        before it is not there yet.
        """
        most = limit or PAGE
        place = dict(zip(NAMES, after, strict=True))
        far = await self._asking.ask(Run("feed_window", {**place, "window": WINDOW}))
        to = _place(far[0]) if far else END
        within = dict(zip(("to_feed", "to_conversation", "to_seq"), to, strict=True))
        wanted = {name: getattr(which, name) for name in Which.__slots__}
        run = Run("feed", {**place, **within, **wanted, "limit": most})
        found = [_happened(row) for row in await self._asking.ask(run)]
        if len(found) == most:
            return Portion(found, found[-1].place, more=True)
        if far:
            return Portion(found, to, more=True)
        return Portion(found, found[-1].place if found else after)


def _place(row: Row) -> Place:
    return row["feed"], row["conversation_id"], row["seq"]


def _happened(row: Row) -> Happened:
    return Happened(
        place=_place(row),
        organization=row["organization"],
        endpoint=row["endpoint"],
        contact=row["contact"],
        at=row["at"],
        author=row["author"],
        element=element_of(row["element"]),
        discarded=row["discarded"],
        session=row["session"],
    )
