"""
The blocking client, one module per noun.

Made from `client/aio` by `python -m tests.client.unasync`: change that one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import httpx2

from threadline.client.sync.audit import Audit
from threadline.client.sync.blueprints import Blueprints
from threadline.client.sync.bots import Bots
from threadline.client.sync.configuration import Configuration
from threadline.client.sync.connection import Connection
from threadline.client.sync.conversations import Conversations
from threadline.client.sync.endpoints import Endpoints
from threadline.client.sync.events import Events
from threadline.client.sync.flows import Flows
from threadline.client.sync.keys import Keys
from threadline.client.sync.messages import Messages
from threadline.client.sync.optouts import OptOuts
from threadline.client.sync.organizations import Organizations
from threadline.client.sync.overview import Overviews
from threadline.client.sync.secrets import Secrets
from threadline.client.sync.senders import Senders
from threadline.client.sync.server import Server
from threadline.client.sync.users import Users
from threadline.model.paging import MOST, Page

T = TypeVar("T")


class Threadline:
    """
    A Threadline server at `url`, as the holder of `key` sees it.

        with Threadline("https://sms.example.com", key="threadline_…") as threadline:
            for one in threadline.each(threadline.optouts.list):
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
        transport: httpx2.BaseTransport | None = None,
    ) -> None:
        self._connection = Connection(url, key, organization, transport)
        self.audit = Audit(self._connection)
        self.blueprints = Blueprints(self._connection)
        self.bots = Bots(self._connection)
        self.configuration = Configuration(self._connection)
        self.conversations = Conversations(self._connection)
        self.endpoints = Endpoints(self._connection)
        self.events = Events(self._connection)
        self.flows = Flows(self._connection)
        self.keys = Keys(self._connection)
        self.messages = Messages(self._connection)
        self.optouts = OptOuts(self._connection)
        self.organizations = Organizations(self._connection)
        self.overview = Overviews(self._connection)
        self.secrets = Secrets(self._connection)
        self.senders = Senders(self._connection)
        self.server = Server(self._connection)
        self.users = Users(self._connection)

    def each(self, list: Callable[..., Page[T]], **which: Any) -> Iterator[T]:
        """Everything in a long list, page after page."""
        after = None
        while True:
            page = list(limit=MOST, after=after, **which)
            for one in page["data"]:
                yield one
            after = page["next"]
            if after is None:
                return

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def __enter__(self) -> Threadline:
        return self

    def __exit__(self, *_why: object) -> None:
        self.close()
