"""A server with a bot that says everything, and visitors of its messenger."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.web.messenger.everything import flow
from tests.world import Account, World, document, flow_bot, world
from threadline.operations import endpoint_changes

ADDRESS = "flowit-MySmsBot"
ANN = "visitor-of-the-name-ann"
BOB = "visitor-of-the-name-bob"


@dataclass
class Line:
    """What a visitor's page reads, event by event."""

    answer: httpx2.Response
    events: AsyncIterator[tuple[str, str, Any]]
    ids: list[str] = field(default_factory=list)

    async def entry(self) -> Any:
        """The next one."""
        async with asyncio.timeout(20):
            async for id, name, data in self.events:
                if name == "entry":
                    assert id == data["id"]
                    self.ids.append(id)
                    return data
        raise AssertionError("the line is cut")

    async def words(self, count: int) -> list[str]:
        found = [await self.entry() for _ in range(count)]
        return [one["element"].get("message", one["element"]["type"]) for one in found]

    async def standing(self, **wanted: bool) -> list[Any]:
        """What comes before the conversation stands so."""
        before: list[Any] = []
        async with asyncio.timeout(20):
            async for id, name, data in self.events:
                if name == "standing" and wanted.items() <= data.items():
                    return before
                if name == "entry":
                    self.ids.append(id)
                    before.append(data)
        raise AssertionError("the line is cut")


@dataclass
class Messenger:
    """The messenger of flowit's bot, at a server."""

    world: World
    client: httpx2.AsyncClient

    async def post(self, value: Any, visitor: str = ANN, **more: Any) -> httpx2.Response:
        headers = more.pop("headers", {})
        said = {"Type": "message", "Value": value, "CustomerReference": visitor} | more
        return await self.client.post(f"/v1/engage/{ADDRESS}", json=said, headers=headers)

    @asynccontextmanager
    async def line(
        self,
        visitor: str = ANN,
        last: str = "",
        query: str = "",
        address: str = ADDRESS,
        **headers: str,
    ) -> AsyncIterator[Line]:
        given = {"Authorization": f"Bearer {visitor}", **headers}
        if last:
            given["Last-Event-ID"] = last
        url = f"/messenger/{address}/events{query}"
        async with self.client.stream("GET", url, headers=given) as answer:
            yield Line(answer, _events(answer))

    async def allow(self, *domains: str, **more: Any) -> None:
        """These sites may show it."""
        fields = {"AllowedDomains": list(domains), **more}
        await endpoint_changes.patch(
            self.world.app, organization="flowit", address=ADDRESS, fields=fields
        )


async def _events(answer: httpx2.Response) -> AsyncIterator[tuple[str, str, Any]]:
    fields: dict[str, str] = {}
    async for line in answer.aiter_lines():
        name, _, value = line.partition(": ")
        if name:
            fields[name] = value
        elif "event" in fields:
            yield fields.get("id", ""), fields["event"], json.loads(fields["data"])
            fields = {}
        else:
            fields = {}


@asynccontextmanager
async def served(folder: Path, url: str = "", **settings: Any) -> AsyncIterator[Messenger]:
    url = url or f"sqlite:///{folder / 'threadline.db'}"
    async with world(folder, url, **settings) as running:
        await running.apply(document(Account(), flow_bot(flow())))
        async with httpx2.AsyncClient(base_url=running.url, timeout=20) as client:
            yield Messenger(running, client)


@pytest.fixture
async def messenger(tmp_path: Path) -> AsyncIterator[Messenger]:
    async with served(tmp_path) as made:
        yield made
