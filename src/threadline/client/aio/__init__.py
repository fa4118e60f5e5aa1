"""
The asynchronous client, one module per noun.

The blocking one in `client/sync` is made from it by `python -m tests.client.unasync`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

import httpx2

from threadline.client.aio.audit import AsyncAudit
from threadline.client.aio.blueprints import AsyncBlueprints
from threadline.client.aio.bots import AsyncBots
from threadline.client.aio.configuration import AsyncConfiguration
from threadline.client.aio.connection import AsyncConnection
from threadline.client.aio.conversations import AsyncConversations
from threadline.client.aio.endpoints import AsyncEndpoints
from threadline.client.aio.events import AsyncEvents
from threadline.client.aio.flows import AsyncFlows
from threadline.client.aio.keys import AsyncKeys
from threadline.client.aio.messages import AsyncMessages
from threadline.client.aio.optouts import AsyncOptOuts
from threadline.client.aio.organizations import AsyncOrganizations
from threadline.client.aio.overview import AsyncOverviews
from threadline.client.aio.secrets import AsyncSecrets
from threadline.client.aio.senders import AsyncSenders
from threadline.client.aio.server import AsyncServer
from threadline.client.aio.users import AsyncUsers
from threadline.model.paging import MOST, Page

T = TypeVar("T")


class AsyncThreadline:
    """
    A Threadline server at `url`, as the holder of `key` sees it.

        async with AsyncThreadline("https://sms.example.com", key="threadline_…") as threadline:
            async for one in threadline.each(threadline.optouts.list):
                print(one["contact"])

    Everything raises `threadline.errors.ThreadlineError`: `Invalid` has every problem of a
    document, `Limited` says when to come again, `NotSent` means that nothing has happened.
    """

    def __init__(
        self,
        url: str = "http://127.0.0.1:8080",
        key: str | None = None,
        *,
        organization: str | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._connection = AsyncConnection(url, key, organization, transport)
        self.audit = AsyncAudit(self._connection)
        self.blueprints = AsyncBlueprints(self._connection)
        self.bots = AsyncBots(self._connection)
        self.configuration = AsyncConfiguration(self._connection)
        self.conversations = AsyncConversations(self._connection)
        self.endpoints = AsyncEndpoints(self._connection)
        self.events = AsyncEvents(self._connection)
        self.flows = AsyncFlows(self._connection)
        self.keys = AsyncKeys(self._connection)
        self.messages = AsyncMessages(self._connection)
        self.optouts = AsyncOptOuts(self._connection)
        self.organizations = AsyncOrganizations(self._connection)
        self.overview = AsyncOverviews(self._connection)
        self.secrets = AsyncSecrets(self._connection)
        self.senders = AsyncSenders(self._connection)
        self.server = AsyncServer(self._connection)
        self.users = AsyncUsers(self._connection)

    async def each(
        self, list: Callable[..., Awaitable[Page[T]]], **which: Any
    ) -> AsyncIterator[T]:
        """Everything in a long list, page after page."""
        after = None
        while True:
            page = await list(limit=MOST, after=after, **which)
            for one in page["data"]:
                yield one
            after = page["next"]
            if after is None:
                return

    async def aclose(self) -> None:
        """Let go of the connection."""
        await self._connection.aclose()

    async def __aenter__(self) -> AsyncThreadline:
        return self

    async def __aexit__(self, *_why: object) -> None:
        await self.aclose()
