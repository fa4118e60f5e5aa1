"""What is committed on one node is known to those who watch on another."""

from __future__ import annotations

import asyncio

from tests.conftest import LEASE, Calendar
from tests.store.samples import endpoint, text
from threadline.store import open_store


async def test_whatever_is_committed_on_one_node_is_heard_on_another(
    postgres_url: str, clock: Calendar
):
    here = await open_store(postgres_url, clock, LEASE)
    there = await open_store(postgres_url, clock, LEASE)
    try:
        tea = await endpoint(here)
        heard = asyncio.Event()
        there.doorbell.listen("timeline", heard.set)
        for n in range(3):
            heard.clear()
            await here.keep(tea, [text(n)])

            await asyncio.wait_for(heard.wait(), 10)
    finally:
        await here.close()
        await there.close()
