"""A page that one node serves shows what is committed on another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2

from tests.operations.texting import Texting
from tests.world import ADDRESS, Account, World, document, world
from threadline.app import open_app
from threadline.model.people import Membership, User
from threadline.operations import sessions
from threadline.settings import Settings
from threadline.web.portal.live import HEARTBEAT

KEYS = "main:" + "A" * 43 + "="
SAYS = "Is the kettle on?"


async def signed_in(here: World) -> str:
    """The cookie of somebody who may look."""
    now = here.app.clock()
    user = User("usr_ann", "ann@example.com", "Ann", "", now)
    await here.app.store.add_user(user, Membership("flowit", "viewer", now, now))
    return f"threadline={await sessions.begin(here.app, user)}"


async def test_what_another_node_commits_comes_to_the_page_by_itself(
    tmp_path: Path, postgres_url: str
):
    shared = {"database_url": postgres_url, "vault_keys": KEYS}
    async with world(tmp_path / "here", **shared) as here:
        await here.apply(document(Account()))
        there = await open_app(Settings.read(data=tmp_path / "there", **shared))
        url = f"{here.url}/o/flowit/conversations?live=1"
        headers = {"Cookie": await signed_in(here)}
        try:
            # Without news it would look again after a heartbeat only.
            async with (
                asyncio.timeout(HEARTBEAT - 1),
                httpx2.AsyncClient(timeout=HEARTBEAT) as client,
                client.stream("GET", url, headers=headers) as answer,
            ):
                lines = answer.aiter_lines()
                await heard(lines, "Nobody has written yet")
                await Texting(there, await there.endpoint_at(ADDRESS)).text(SAYS)
                told = await heard(lines, "+1 555-010-0001")
        finally:
            await there.close()

    assert "data-live='list'" in told


async def heard(lines: AsyncIterator[str], words: str) -> str:
    """All that came until these words."""
    told = ""
    async for line in lines:
        told += line
        if words in line:
            return told
    raise AssertionError(f"the stream ended: {told}")
