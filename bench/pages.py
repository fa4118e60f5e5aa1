"""
What an operator looks at, in a store that has much in it: milliseconds of each question, and of
every page of the portal from the request to the last byte of HTML.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench import browser, fill, programs, texts
from bench.options import Options
from bench.report import Finding, Outcome, Table

from threadline.app import App, open_app
from threadline.model.paging import cursor
from threadline.operations import conversations, health, overview, transcript
from threadline.pipeline import digest
from threadline.settings import Settings
from threadline.web import Site, server

MOST = 50.0
"""Milliseconds that any of them may take, of 100 times all but 5."""
TIMES = 40
AT_ONCE = 1_000
HERE = {"organization": "bench"}
Question = Callable[[App], Awaitable[Any]]


def _list(**filters: Any) -> Question:
    return lambda app: conversations.list_(app, limit=50, **HERE, **filters)


async def _latest(app: App) -> Any:
    place = {"endpoint": texts.address(7), "contact": texts.contact(7)}
    return await transcript.latest(app, limit=50, **HERE, **place)


QUESTIONS: dict[str, Question] = {
    "the list": _list(),
    "far down the list": _list(after=cursor(2**40, 0, 0)),
    "of an endpoint": _list(endpoint=texts.address(7)),
    "of a bot": _list(bot="echo"),
    "of no bot": _list(bot="nobody"),
    "a whole number": _list(number=texts.contact(7)),
    "all that begin +1555": _list(number="+1555"),
    "the last four digits": _list(number="0007"),
    "failed": _list(failed=True),
    "opted out": _list(opted_out=True),
    "flagged": _list(flagged=True),
    "open": _list(open=True),
    "a rare word": _list(text="stored 31337"),
    "a word that all say": _list(text="anybody"),
    "its beginning": _list(text="anyb"),
    "no such word": _list(text="unheard of"),
    "word and number": _list(text="anybody", number="0007"),
    "the home page": lambda app: overview.show(app, **HERE),
    "health of endpoints": lambda app: health.overview(app, **HERE),
    "a timeline": _latest,
}
ENDPOINT = texts.address(7)
PAGES = (
    "/",
    "/conversations",
    f"/conversations?endpoint={ENDPOINT}",
    "/conversations?text=anybody",
    "/conversations?number=0007",
    f"/conversations/{ENDPOINT}/{texts.contact(7)}",
    "/bots",
    "/bots/echo",
    "/bots/echo/edit",
    "/endpoints",
    f"/endpoints/{ENDPOINT}",
    "/numbers",
    "/secrets",
    "/opt-outs",
    "/settings?tab=users",
    "/settings?tab=audit",
    "/profile",
)
"""Of the organization."""


def run(given: Options) -> Outcome:
    """Everything stored and read into the index; then each question some times, in turn."""
    data = programs.gateway(given, given.size.endpoints).data
    stored = fill.fill(data, given.size, known=False)
    return asyncio.run(_measure(data, stored))


async def _measure(data: Path, stored: int) -> Outcome:
    app = await open_app(Settings.read(data=data, public_url=texts.PUBLIC))
    server.settle_memory()
    try:
        began = time.perf_counter()
        while (await digest.read_on(app.store, app.clock, "bench", AT_ONCE)).more:
            pass
        rate = stored / (time.perf_counter() - began)
        print(f"\n{rate:,.0f} messages a second were read into the index.")
        table = Table(f"Pages over {stored:,} messages, ms", "p50", "p95", width=48)
        slowest = 0.0
        owner = await browser.signed_in(app, Site(app))
        pages = {f"page {path}": _page(owner, path) for path in PAGES}
        for name, ask in {**QUESTIONS, **pages}.items():
            await ask(app)  # what is prepared once, such as a template
            took = [await _timed(ask, app) for _ in range(TIMES)]
            p95 = quantiles(took, n=20)[-1]
            slowest = max(slowest, p95)
            table.show(name, {"p50": median(took), "p95": p95})
    finally:
        await app.close()
    told = f"{slowest:.1f}"
    return Outcome([Finding("pages: slowest p95 ms", told, f"< {MOST}", slowest < MOST)], 0)


def _page(owner: browser.Browser, path: str) -> Question:
    return lambda _app: owner.get(path)


async def _timed(ask: Question, app: App) -> float:
    began = time.perf_counter()
    await ask(app)
    return (time.perf_counter() - began) * 1000
