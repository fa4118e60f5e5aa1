"""
/events: everything that enters a timeline, as it happens.

As one JSON a line, or as server-sent events. Beside the events there are marks, which have
nothing but an `id`: at the beginning, after each quiet while, and at the end of what there is.
So a reader knows that the line is alive, and from where to go on.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import Annotated

import structlog
from fastapi import Header, Query
from starlette.responses import StreamingResponse

from threadline.app import App
from threadline.errors import ThreadlineError
from threadline.model.resources.events import Event, EventMark
from threadline.operations import events
from threadline.operations.events import Events
from threadline.web.api.access import Caller, Reader
from threadline.web.api.requests import router
from threadline.web.api.shapes import Here

log = structlog.get_logger("threadline.api")

routes = router("Events")

QUIET = 15.0
"""
Seconds after which a mark is sent if nothing else was, and a key is looked at again: it may
have come to its end. It is looked at before, as soon as any is revoked.
"""
SSE = "text/event-stream"


class Lines(StreamingResponse):
    """One JSON a line, unless it is asked for as server-sent events."""

    media_type = "application/x-ndjson"


@routes.get(
    "/events",
    response_class=Lines,
    response_model=None,
    responses={
        200: {
            "model": Event | EventMark,
            "content": {SSE: {"schema": {"type": "string"}}},
        }
    },
)
async def follow_events(
    app: Here,
    caller: Reader,
    endpoint: Annotated[str | None, Query(description="Only of this endpoint.")] = None,
    contact: Annotated[str | None, Query(description="Only of this contact.")] = None,
    after: Annotated[
        str | None,
        Query(
            description="`id` of an event or a mark, to go on after it; `start` for everything "
            "that there is; without it, what happens from now on."
        ),
    ] = None,
    follow: Annotated[
        bool, Query(description="False ends it at the end of what there is.")
    ] = True,
    last: Annotated[
        str | None,
        Header(alias="Last-Event-ID", description="As `after`, before which it goes."),
    ] = None,
    accept: Annotated[str, Header(include_in_schema=False)] = "",
) -> StreamingResponse:
    """
    Everything that enters a timeline: nothing is skipped, and within a conversation it comes
    in the order of `seq`. Whoever was cut off goes on after the last `id` that they saw.
    """
    asked = await events.ask(
        app,
        organization=caller.organization,
        endpoint=endpoint,
        contact=contact,
        after=last or after,
    )
    who = caller.key.id if caller.key else ""
    source = events.follow(app, asked, QUIET, who) if follow else events.so_far(app, asked)
    first = await anext(source)  # what is refused is told as a problem
    sse = SSE in accept.lower()
    lines = _lines(app, caller, first, source, _as_sse if sse else _as_json)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return Lines(lines, headers=headers, media_type=SSE if sse else None)


async def _lines(
    app: App,
    caller: Caller,
    first: Events,
    source: AsyncGenerator[Events],
    written: Callable[[Event | EventMark], str],
) -> AsyncIterator[str]:
    """Until there are no more, the server stops, or the key opens nothing any longer."""
    loop, room = asyncio.get_running_loop(), app.followers
    looked, revoked = loop.time(), -1  # it may have been revoked since it was let in
    try:
        async with aclosing(source):
            yield _written(first, written)
            async for some in source:
                if revoked != room.revoked or loop.time() - looked >= QUIET:
                    looked, revoked = loop.time(), room.revoked
                    if not await _may(app, caller):
                        return
                yield _written(some, written)
    except ThreadlineError as why:  # whoever follows comes again, and goes on
        log.warning("events_cut", why=str(why))


def _written(some: Events, written: Callable[[Event | EventMark], str]) -> str:
    mark: EventMark = {"id": some.id}
    return "".join(map(written, some.found)) or written(mark)


async def _may(app: App, caller: Caller) -> bool:
    """Whether the key still counts."""
    if caller.key is None:
        return True
    row = await app.store.api_key(caller.key.hash)
    return row is not None and row.counts(app.clock()) and row.may("read")


def _as_json(one: Event | EventMark) -> str:
    return f"{_json(one)}\n"


def _as_sse(one: Event | EventMark) -> str:
    if "seq" in one:
        return f"id: {one['id']}\nevent: entry\ndata: {_json(one)}\n\n"
    return f": quiet\nid: {one['id']}\n\n"


def _json(one: Event | EventMark) -> str:
    """In ASCII, so that no sign in a text can be taken for the end of a line."""
    return json.dumps(one, separators=(",", ":"))
