"""Whoever follows with the client gets everything once, however often they are cut off."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from tests.world import ADDRESS, ANN, BOB, ECHO, Account, World, document, flow_bot, world
from threadline.client import AsyncThreadline, Threadline
from threadline.errors import NotFound, NotSent, ThreadlineError
from threadline.operations import keys

TEXTS = 60
OFTEN = 1_000_000


@asynccontextmanager
async def echoing(folder: Path, database_url: str) -> AsyncIterator[tuple[World, str]]:
    """A server whose bot says what it hears, and a key to read."""
    async with world(folder, database_url, api_rate=OFTEN) as here:
        await here.apply(document(Account(), flow_bot(ECHO)))
        made = await keys.create(here.app, organization=None, name="crm", scopes=["read"])
        yield here, made["key"]


@asynccontextmanager
async def cutting(url: str, chance: random.Random) -> AsyncIterator[tuple[str, list[int]]]:
    """
    A way to the server that is cut after some bytes of each answer, which need not be the end
    of a line. Its own address, and after how many bytes it was cut.
    """
    host, port = url.removeprefix("http://").split(":")
    cuts: list[int] = []

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        back, forth = await asyncio.open_connection(host, int(port))
        asking = asyncio.create_task(_copy(reader, forth))
        left = chance.randrange(100, 3000)
        cuts.append(left)
        with suppress(OSError):
            while left > 0 and (some := await back.read(left)):
                left -= len(some)
                writer.write(some)
                await writer.drain()
        asking.cancel()
        for one in (writer, forth):
            one.transport.abort() if chance.random() < 0.5 else one.close()

    server = await asyncio.start_server(pass_on, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", cuts
    finally:
        server.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while some := await reader.read(4096):
            writer.write(some)
            await writer.drain()


async def test_nothing_is_missed_and_nothing_comes_twice_however_often_it_is_cut(
    tmp_path: Path, database_url: str
):
    chance = random.Random(5)
    async with (
        echoing(tmp_path, database_url) as (here, key),
        cutting(here.url, chance) as (url, cuts),
        AsyncThreadline(url, key) as client,
    ):
        told: list[ThreadlineError] = []
        found: list[Any] = []

        async def follow() -> None:
            async with aclosing(client.events(after="start", cut=told.append)) as events:
                async for one in events:
                    found.append(one)
                    if len(found) == 2 * TEXTS:
                        return

        following = asyncio.create_task(follow())
        for n in range(TEXTS):
            await here.text(f"text {n}", chance.choice((ANN, BOB)))
        async with asyncio.timeout(40):
            await following

    assert 2 * TEXTS == len({one["id"] for one in found})
    assert {f"text {n}" for n in range(TEXTS)} == {one["element"]["message"] for one in found}
    for person in (ANN, BOB):
        seqs = [one["seq"] for one in found if one["contact"] == person]
        assert list(range(1, len(seqs) + 1)) == seqs
    assert 5 < len(told) < len(cuts) + 1


async def test_the_blocking_client_reads_it_to_its_end_over_cuts(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/threadline.db"
    async with (
        echoing(tmp_path, url) as (here, key),
        cutting(here.url, random.Random(3)) as (way, _cuts),
    ):
        for n in range(10):
            await here.text(f"text {n}")

        async def answered() -> int:
            return len(await here.timeline())

        assert 20 == await here.until(answered, 20)

        def read() -> list[int]:
            with Threadline(way, key) as client:
                return [one["seq"] for one in client.events(after="start", follow=False)]

        found = await asyncio.to_thread(read)

    assert list(range(1, 21)) == found


async def test_one_contact_can_be_followed_alone(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/threadline.db"
    async with echoing(tmp_path, url) as (here, key), AsyncThreadline(here.url, key) as client:
        await here.text("one")
        await here.text("two", BOB)
        bobs = client.events(after="start", endpoint=ADDRESS, contact=BOB)
        async with aclosing(bobs) as events:
            first = await anext(events)

    assert "two" == first["element"]["message"]


async def test_what_is_refused_is_not_tried_again(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/threadline.db"
    async with echoing(tmp_path, url) as (here, key), AsyncThreadline(here.url, key) as client:
        with pytest.raises(NotFound, match="no endpoint 'nobody'"):
            await anext(client.events(endpoint="nobody"))
    async with AsyncThreadline(here.url, key) as client:
        with pytest.raises(NotSent):
            await anext(client.events())
