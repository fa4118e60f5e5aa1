"""The feed of events, read without an end: who is cut off goes on where it was."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing

from threadline.client import wire
from threadline.client.aio.connection import AsyncNoun
from threadline.client.wire import Request
from threadline.errors import Interrupted, Limited, NotSent, StoreDown, ThreadlineError
from threadline.model.resources.events import Event

SHORTEST, LONGEST = 0.1, 10.0
"""Seconds before it is tried again: twice as long each time, up to so many."""


class AsyncEvents(AsyncNoun):
    async def __call__(
        self,
        *,
        after: str | None = None,
        endpoint: str | None = None,
        contact: str | None = None,
        follow: bool = True,
        cut: Callable[[ThreadlineError], None] | None = None,
    ) -> AsyncGenerator[Event]:
        """
        What enters the timelines, each once and in order: after the event of this id, from the
        first one if `after` is "start", else from now on. It goes on for ever, or with
        `follow=False` to the end of what there is.

        Once there was an answer, a connection that is cut is made again; `cut` is told of it.
        Raises what the server refuses, and `NotSent` if none answers at the beginning.
        """
        id, wait, answered = after, SHORTEST, False
        while True:
            values = {"after": id, "endpoint": endpoint, "contact": contact, "follow": follow}
            headers = {"Accept": "application/x-ndjson"}
            whole, why = False, None
            try:
                request = Request("GET", "/events", values, headers=headers)
                async with aclosing(self._connection.lines(request)) as lines:
                    async for line in lines:
                        one = wire.line(line)
                        answered, wait = True, SHORTEST
                        whole = "seq" not in one
                        if not whole:
                            yield one
                        id = one["id"]
            except (Interrupted, NotSent, StoreDown, Limited) as cause:
                if not answered:
                    raise
                why = cause
            if whole and not follow and why is None:
                return
            if cut is not None:
                cut(why or Interrupted("The server ended it."))
            await asyncio.sleep(why.retry_after if isinstance(why, Limited) else wait)
            wait = min(2 * wait, LONGEST)
