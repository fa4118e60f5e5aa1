"""Everything that enters the timelines of an organization, as it happens and from before."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from threadline.app import App
from threadline.errors import Invalid, Problem
from threadline.model.clock import iso
from threadline.model.feed import Happened, Place, Which
from threadline.model.paging import cursor, place_of
from threadline.model.resources.events import Event
from threadline.operations import endpoints, organizations
from threadline.operations.conversations import canonical

START = "start"
"""As `after`: from the first that there is."""
FIRST: Place = (-1, 0, 0)


@dataclass(frozen=True, slots=True)
class Events:
    """Some of them, in order, and the id from which one goes on: never before the last."""

    found: list[Event]
    id: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be told, and from which place on."""

    which: Which
    place: Place

    @property
    def id(self) -> str:
        return cursor(*self.place)


async def ask(
    app: App,
    *,
    organization: str | None,
    endpoint: str | None = None,
    contact: str | None = None,
    after: str | None = None,
) -> Asked:
    """
    `after` is the id of an event, `START`, or None for what happens from now on. Raises
    `NotFound`, `Invalid`.
    """
    if endpoint is not None:
        owner = (await endpoints.find(app, endpoint, organization)).organization
    else:
        owner = (await organizations.find(app, organization)).name
    who = canonical(contact) if contact is not None else ""
    end = await app.store.feed_end()
    place = FIRST if after == START else end if after is None else _place(after)
    if place > end:
        mend = f"The database may be from a backup. Go on without one, or from {START!r}."
        raise _invalid("This event has not happened.", mend)
    return Asked(Which(owner, endpoint or "", who), place)


async def so_far(app: App, asked: Asked) -> AsyncGenerator[Events]:
    """What there is by now, and nothing at the end of it. Raises `StoreDown`."""
    end = await app.store.feed_end()
    place, more = asked.place, True
    while more:
        portion = await app.store.feed(asked.which, place)
        place, more = portion.place, portion.more
        if portion.found:
            yield Events([_told(one) for one in portion.found], cursor(*place))
    yield Events([], cursor(*max(place, end)))


async def follow(
    app: App, asked: Asked, patience: float, who: str = ""
) -> AsyncGenerator[Events]:
    """
    Nothing, for a beginning; then what there is and what happens, until the server stops, and
    nothing again whenever there was none in so many seconds. `who` follows, a key or "" for
    the owner. Raises `Limited`, `StoreDown`.
    """
    followers = app.followers
    place = asked.place
    with followers.following(who):
        yield Events([], asked.id)
        while not followers.stopped:
            portion = await followers.next(asked.which, place, patience)
            place = portion.place
            if portion.found or not followers.stopped:
                yield Events([_told(one) for one in portion.found], cursor(*place))


def _told(one: Happened) -> Event:
    _feed, conversation, seq = one.place
    return {
        "id": cursor(*one.place),
        "at": iso(one.at),
        "endpoint": one.endpoint,
        "contact": one.contact,
        "message": f"{conversation}-{seq}",
        "seq": seq,
        "author": one.author,
        "element": dict(one.element),
        "discarded": one.discarded,
        "session": one.session,
    }


def _place(id: str) -> Place:
    """Raises `Invalid`."""
    match place_of(id):
        case (int(feed), int(conversation), int(seq)) if min(feed, conversation, seq) >= -1:
            return feed, conversation, seq
    mend = f"Take it from `id` of an event as it is, or {START!r}, or leave it out."
    raise _invalid("This is the id of no event.", mend)


def _invalid(message: str, mend: str) -> Invalid:
    return Invalid([Problem("event_unknown", "after", message, mend)])
