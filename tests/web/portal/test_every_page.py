"""What holds for whatever the site serves, from the lists of its routes."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.routing import Route

from tests.store.samples import ANN
from tests.web.portal.conftest import MINE, People
from tests.web.portal.test_strangers import path
from tests.world import Account, document, flow_bot
from threadline.operations.apply import apply
from threadline.web import docs, health, messenger, portal
from threadline.web.portal import PAGES
from threadline.web.portal.page import ROOT

MANY = 15
OPEN = {
    "/": "leads to the start page, or to the door",
    "/start": "needs the code of the server's log",
    "/sign-in": "the door",
    "/sign-out": "ends a session",
    "/join": "needs the code of a link",
    "/static/{name:path}": "what pages load",
    "/preview": "leads to the page of the organization, which asks who it is",
    "/messenger.js": "what sites load",
    "/messenger/{address}/events": "a visitor's own, by an identity that nobody guesses",
    "/messenger/{address:path}": "what AllowedDomains let frame it",
    "/docs": "the reference",
    "/docs/style.css": "its style",
    "/docs/{name}": "the reference",
    "/healthz": "says that it runs",
    "/readyz": "says that it works",
}
"""What answers somebody whom nobody knows, and why it may. The API has a walk of its own."""


def test_every_route_is_a_page_with_a_role_or_said_to_be_open(people: People):
    pages, _common = portal.create(people.app)
    routes = [
        *pages.routes,
        *messenger.application(people.app).routes,
        *docs.routes(),
        *health.routes(people.app),
    ]

    expected = {f"{ROOT}/{{organization}}{page.path}" for page in PAGES} | set(OPEN)
    assert expected == {one.path for one in routes if isinstance(one, Route)}
    assert [Route] * len(routes) == [type(one) for one in routes]


async def test_a_page_asks_the_store_as_often_for_many_things_as_for_few(
    people: People, monkeypatch: pytest.MonkeyPatch
):
    asked: list[str] = []
    driver: Any = people.app.store._driver
    ask = driver.ask

    async def counted(run: Any) -> Any:
        asked.append(run.name)
        return await ask(run)

    async def questions() -> dict[str, list[str]]:
        found = {}
        for page in PAGES:
            await browser.get(path(page))  # what is remembered afterwards
            asked.clear()
            assert 200 == (await browser.get(path(page))).status_code
            found[page.path] = sorted(asked)
        return found

    browser = await people.browser("owner")
    await _have(people, 3)
    monkeypatch.setattr(driver, "ask", counted)
    few = await questions()
    monkeypatch.undo()
    await _have(people, MANY)
    monkeypatch.setattr(driver, "ask", counted)

    assert few == await questions()


async def _have(people: People, count: int) -> None:
    """So many bots, endpoints, secrets, conversations and texts in each."""
    documents = [
        document(
            Account(f"+1555010{7000 + n}"),
            flow_bot(name=f"Bot{n}"),
            organization=MINE,
            address=f"endpoint-{n}",
        )
        for n in range(count)
    ]
    await apply(people.app, documents=documents)
    for n in range(count):
        await people.texting.answered(f"hello {count}", contact=f"+1555010{1000 + n}")
        await people.texting.answered(f"hello {count} {n}", contact=ANN)
