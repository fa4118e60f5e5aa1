"""The portal before an app with two organizations, and browsers of people in them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.conftest import Calendar
from tests.operations.texting import Texting
from tests.world import ADDRESS, Account, document, flow_bot
from threadline.app import App, open_app
from threadline.model.people import ROLES, Membership, User
from threadline.operations import sessions
from threadline.operations.apply import apply
from threadline.settings import Settings
from threadline.web import Site

MINE, OTHERS = "flowit", "acme"
OTHER_ADDRESS = "acme-twiliosms"
HOST = "https://sms.example.com"


@dataclass
class Browser:
    """Somebody's, with their cookies. Paths are the organization's unless they begin with /."""

    client: httpx2.AsyncClient
    organization: str
    tokens: dict[str | None, str] = field(default_factory=dict)
    """Of forms, by the cookie that they go with."""

    def url(self, path: str) -> str:
        return path if path.startswith(("/", HOST)) else f"/o/{self.organization}/{path}"

    async def get(self, path: str, **more: Any) -> httpx2.Response:
        return await self.client.get(self.url(path), **more)

    async def post(self, path: str, form: dict[str, Any], **more: Any) -> httpx2.Response:
        """A form of the page, with the token that the page has."""
        token = {} if "token" in form else {"token": await self.token()}
        return await self.client.post(self.url(path), data={**token, **form}, **more)

    async def do(self, path: str, act: str, **form: Any) -> httpx2.Response:
        """An act of the page. What it says afterwards is on the page that it leads to."""
        return await self.post(path, {"do": act, **form}, follow_redirects=True)

    async def token(self) -> str:
        cookie = self.client.cookies.get("__Host-threadline")
        if cookie not in self.tokens:
            page = (await self.client.get(self.url("profile"))).text
            found = re.search(r'name="token" value="([^"]+)"', page)
            assert found, page[:2000]
            self.tokens[cookie] = found[1]
        return self.tokens[cookie]


@dataclass
class People:
    """`browser(role)` is of somebody of flowit with that role, or of another organization."""

    app: App
    site: Any
    clock: Calendar
    texting: Texting
    clients: AsyncExitStack = field(default_factory=AsyncExitStack, repr=False)
    known: dict[tuple[str, str], Browser] = field(default_factory=dict)

    async def browser(self, role: str = "owner", organization: str = MINE) -> Browser:
        if (role, organization) not in self.known:
            self.known[role, organization] = await self._signed_in(role, organization)
        return self.known[role, organization]

    def nobody(self) -> Browser:
        return Browser(self._client(), MINE)

    async def _signed_in(self, role: str, organization: str) -> Browser:
        now = self.clock()
        user = User(
            f"usr_{role}_{organization}", f"{role}@{organization}.example", role, "", now
        )
        [wanted] = [one for one in ROLES if one == role]
        await self.app.store.add_user(user, Membership(organization, wanted, now, now))
        made = Browser(self._client(), organization)
        made.client.cookies.set("__Host-threadline", await sessions.begin(self.app, user))
        return made

    def _client(self) -> httpx2.AsyncClient:
        made = httpx2.AsyncClient(transport=httpx2.ASGITransport(self.site), base_url=HOST)
        self.clients.push_async_callback(made.aclose)
        return made


@asynccontextmanager
async def opened(folder: Path, clock: Calendar, **settings: Any) -> AsyncIterator[People]:
    """With flowit and acme applied, one endpoint each, and nobody who has an account."""
    app = await open_app(Settings.read(data=folder, public_url=HOST, **settings), clock)
    mine = document(Account(), organization=MINE)
    others = document(
        Account("+15550109998"),
        flow_bot(name="AcmeBot"),
        organization=OTHERS,
        address=OTHER_ADDRESS,
    )
    await apply(app, documents=[mine, others])
    texting = Texting(app, await app.endpoint_at(ADDRESS))
    made = People(app, Site(app), clock, texting)
    try:
        yield made
    finally:
        await made.clients.aclose()
        await app.close()


@pytest.fixture
async def people(tmp_path: Path, clock: Calendar) -> AsyncIterator[People]:
    async with opened(tmp_path, clock) as made:
        yield made


def words(answer: httpx2.Response) -> str:
    """What is to be read on a page, with single blanks."""
    text = re.sub(r"<(script|style|svg)\b.*?</\1>|<[^>]+>", " ", answer.text, flags=re.DOTALL)
    return " ".join(unescape(text).split())
