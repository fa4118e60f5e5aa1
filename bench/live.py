"""
How soon somebody who looks at a conversation sees what was said: from the webhook's 200, when
it is committed, to the event that carries it; on the same node, and on another one.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from statistics import median, quantiles

from bench import browser, fill, postgres, programs, texts
from bench.options import Options
from bench.report import Finding, Outcome, Table

from threadline.app import App, open_app
from threadline.logs import configure
from threadline.settings import Settings
from threadline.web import Site

MOST = 300.0
"""Milliseconds."""
TIMES = 60
APART = 0.7
"""Seconds between texts: longer than a page that was just sent rests."""


def run(given: Options) -> Outcome:
    """On SQLite with much stored, and on two nodes that share PostgreSQL."""
    configure("warning", "console")
    data = given.folder / "live"
    shutil.copytree(programs.gateway(given, given.size.endpoints).data, data)
    fill.fill(data, given.size)
    table = Table("From the commit to the browser, ms", "p50", "p95", width=22)
    here = asyncio.run(_alone(Settings.read(data=data, public_url=texts.PUBLIC)))
    table.show("the same node", here)
    server = postgres.Server.start(given)
    try:
        program = server.program(given)
        with server.database() as url:
            there = asyncio.run(_apart(program, url["THREADLINE_DATABASE_URL"]))
    finally:
        server.stop()
    table.show("another node", there)
    return Outcome(
        [
            Finding(
                f"live: p95 ms, {name}", f"{one['p95']:.0f}", f"< {MOST:.0f}", one["p95"] < MOST
            )
            for name, one in {"same node": here, "another node": there}.items()
        ],
        0,
    )


async def _alone(settings: Settings) -> dict[str, float]:
    async with _opened(settings) as app:
        return await _measure(app, Site(app), app)


async def _apart(program: programs.Program, database: str) -> dict[str, float]:
    keys = program.environment["THREADLINE_VAULT_KEYS"]
    common = {"public_url": texts.PUBLIC, "database_url": database, "vault_keys": keys}
    async with AsyncExitStack() as stack:
        nodes = [
            await stack.enter_async_context(
                _opened(Settings.read(data=program.data.parent / f"live-{number}", **common))
            )
            for number in range(2)
        ]
        return await _measure(nodes[0], Site(nodes[0]), nodes[1])


async def _measure(app: App, site: Site, watched: App) -> dict[str, float]:
    """Texts come in at `app`, and somebody looks at them at `watched`."""
    todo = texts.signed(TIMES + 1, 1)
    await browser.call(site, todo[0])
    owner = await browser.signed_in(watched, Site(watched))
    page = f"/conversations/{texts.address(0)}/{texts.contact(0)}?live=1"
    took = []
    async with owner.watching(page) as heard:
        await _until(heard, todo[0].body)
        for text in todo[1:]:
            await asyncio.sleep(APART)
            await browser.call(site, text)
            began = time.perf_counter()
            await _until(heard, text.body)
            took.append((time.perf_counter() - began) * 1000)
    return {"p50": median(took), "p95": quantiles(took, n=20)[-1]}


async def _until(heard: asyncio.Queue[bytes], said: str) -> None:
    async with asyncio.timeout(10):
        while said.encode() not in await heard.get():
            pass


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[App]:
    app = await open_app(settings)
    try:
        yield app
    finally:
        await app.close()
