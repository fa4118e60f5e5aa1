"""Parts of a page that stay true."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from threadline.errors import NotFound, StoreDown, Unauthenticated
from threadline.store.doorbell import Doorbell
from threadline.web.portal.live import Live, event


class Part:
    """What a page would show now."""

    def __init__(self) -> None:
        self.shown: dict[str, str] = {"list": "<p>one</p>", "side": "<p>quiet</p>"}
        self.why: Exception | None = None
        self.asked = 0

    async def __call__(self) -> Mapping[str, str]:
        self.asked += 1
        if self.why is not None:
            raise self.why
        return dict(self.shown)


async def taken(
    live: Live, part: Part, count: int
) -> tuple[asyncio.Task[list[bytes]], asyncio.Event]:
    """What a browser hears, and when it has heard the beginning."""
    heard = asyncio.Event()

    async def listen() -> list[bytes]:
        found: list[bytes] = []
        async for one in live.watch(part):
            found.append(one)
            if len(found) >= 3:
                heard.set()
            if len(found) >= count:
                break
        return found

    return asyncio.create_task(listen()), heard


async def test_only_what_has_changed_is_sent_again():
    bell, part = Doorbell(), Part()
    listening, heard = await taken(Live(bell), part, 4)
    await heard.wait()

    part.shown["list"] = "<p>two</p>"
    bell.ring(["timeline"])
    found = await listening

    assert [event("list", "<p>one</p>"), event("side", "<p>quiet</p>")] == found[1:3]
    assert [event("list", "<p>two</p>")] == found[3:]


async def test_while_nothing_is_committed_nobody_is_asked():
    bell, part = Doorbell(), Part()
    listening, heard = await taken(Live(bell), part, 4)
    await heard.wait()
    for _turn in range(5):
        await asyncio.sleep(0)

    assert 1 == part.asked
    listening.cancel()


async def test_a_database_that_is_away_for_a_while_ends_nothing():
    bell, part = Doorbell(), Part()
    listening, heard = await taken(Live(bell), part, 4)
    await heard.wait()
    part.why = StoreDown("away")
    bell.ring(["timeline"])
    while part.asked < 2:
        await asyncio.sleep(0.01)

    part.why, part.shown["side"] = None, "<p>back</p>"
    bell.ring(["timeline"])
    found = await listening

    assert event("side", "<p>back</p>") == found[3]


async def test_who_may_no_longer_see_it_is_told_so():
    bell, part = Doorbell(), Part()
    live = Live(bell)
    over = Part()
    over.why = Unauthenticated("over")
    gone = Part()
    gone.why = NotFound("gone")

    assert b"event: over\ndata: over\n\n" == [one async for one in live.watch(over)][-1]
    assert b"event: gone\ndata: gone\n\n" == [one async for one in live.watch(gone)][-1]
    del part


async def test_when_the_server_stops_every_stream_ends():
    bell, part = Doorbell(), Part()
    live = Live(bell)
    listening, heard = await taken(live, part, 100)
    await heard.wait()

    live.stop()

    assert 3 == len([one for one in await listening if one.startswith((b"data", b"retry"))])
