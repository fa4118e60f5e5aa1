"""The API before an app with two organizations, and clients of it for everybody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.conftest import Calendar
from tests.operations.texting import Texting
from tests.world import ADDRESS, Account, document, flow_bot
from threadline.app import App, open_app
from threadline.model.access import SCOPES
from threadline.operations import keys
from threadline.operations.apply import apply
from threadline.settings import Settings
from threadline.web import api

MINE, OTHERS = "flowit", "acme"
OTHER_ADDRESS = "acme-twiliosms"
OFTEN = 1_000_000
"""Requests a second: the clock stands still, and nobody is to wait."""


@dataclass
class Doors:
    """
    `api` is what the public reaches, `keys` has one key for each organization and scope, and
    `texting` moves the pipeline of flowit's endpoint by hand.
    """

    app: App
    api: Any
    clock: Calendar
    texting: Texting
    keys: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)
    clients: AsyncExitStack = field(default_factory=AsyncExitStack, repr=False)

    def key(self, scope: str = "admin", organization: str = MINE) -> httpx2.AsyncClient:
        """Somebody with a key of this scope alone."""
        return self.client(Authorization=f"Bearer {self.keys[organization, scope]}")

    def client(self, **headers: str) -> httpx2.AsyncClient:
        """Somebody from outside, nobody without headers."""
        return self._client(self.api, headers)

    def owner(self, organization: str | None = None) -> httpx2.AsyncClient:
        """The owner of the server, who means this organization."""
        named = {"Threadline-Organization": organization} if organization else {}
        return self._client(api.access.owned(self.api), named)

    def _client(self, door: Any, headers: dict[str, str]) -> httpx2.AsyncClient:
        made = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(door),
            base_url=f"http://sms.example.com{api.PREFIX}",
            headers=headers,
        )
        self.clients.push_async_callback(made.aclose)
        return made


@asynccontextmanager
async def opened(folder: Path, clock: Calendar, **settings: Any) -> AsyncIterator[Doors]:
    """With flowit and acme applied, one endpoint each, and a key for every scope of both."""
    read = Settings.read(
        data=folder,
        public_url="https://sms.example.com",
        **{"api_rate": OFTEN, **settings},
    )
    app = await open_app(read, clock)
    mine = document(Account(), organization=MINE)
    others = document(
        Account("+15550109998"),
        flow_bot(name="AcmeBot"),
        organization=OTHERS,
        address=OTHER_ADDRESS,
    )
    await apply(app, documents=[mine, others])
    [endpoint] = [one for one in await app.store.endpoints() if one.address == ADDRESS]
    doors = Doors(app, api.Api(app), clock, Texting(app, endpoint))
    for organization in (MINE, OTHERS):
        for scope in SCOPES:
            made = await keys.create(app, organization=organization, name=scope, scopes=[scope])
            doors.keys[organization, scope] = made["key"]
    try:
        yield doors
    finally:
        await doors.clients.aclose()
        await app.close()


@pytest.fixture
async def doors(tmp_path: Path, clock: Calendar) -> AsyncIterator[Doors]:
    async with opened(tmp_path / "data", clock) as found:
        yield found
