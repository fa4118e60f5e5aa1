"""
The sockets. Everything replaceable plugs in here, and the pipeline knows nothing else.

    Channel   reads, renders and sends        threadline.channels
    Bot       replies                         threadline.bots
    Store     remembers                       threadline.store, its slices in `store`
    Vault     reveals                         threadline.vault
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

from threadline.errors import Problem
from threadline.model.bot import BotRecord
from threadline.model.checks import Check
from threadline.model.endpoint import Endpoint
from threadline.model.messages import (
    Accepted,
    Ack,
    Discarded,
    Draft,
    Found,
    Hook,
    Inbound,
    Outgoing,
    Read,
    Shown,
    Window,
)
from threadline.model.timeline import Element
from threadline.model.turn import Reply, Turn

Clock = Callable[[], int]
SecretValue = str | Mapping[str, Any]


class Channel(Protocol):
    """One endpoint's way to talk. Opened with its secret, so that reading stays pure."""

    @property
    def ack(self) -> Ack:
        """What the provider hears once a hook is kept."""

    @property
    def account(self) -> str:
        """Whose limit of requests at the same time counts for `send`; "" = nobody's."""

    @property
    def number(self) -> str:
        """The number in its secret, though a service may choose another; "" = none."""

    def read(self, hook: Hook) -> Read:
        """Verify and parse. Pure. Raises `HookRejected`."""

    def render(self, element: Element, number: int = 1) -> Sequence[Draft] | Shown | Discarded:
        """
        Say it the way this channel can, in as many texts as it takes, or why it cannot. If it
        has to number options, it begins with `number`. Pure. Never raises.
        """

    async def send(self, outgoing: Outgoing) -> Accepted:
        """Hand one text to the provider. Raises `SendFailed`; its `then` says what follows."""

    async def find(self, window: Window) -> Sequence[Found]:
        """
        Every text of ours at the provider that fits the window: one complete pass over its
        list. Raises `ListFailed` if the list could not be read to the end.
        """

    async def arrived(self, since: int, until: int) -> Sequence[Inbound]:
        """
        Every text from contacts to our sender that the provider got in that time, oldest
        first. Raises `ListFailed` if the list could not be read to the end.
        """

    async def examine(self, urls: Sequence[str], fallbacks: Sequence[str]) -> Sequence[Check]:
        """
        What is set up at the provider, looked at and never changed: whether it takes our
        credentials, has our number, and calls one of `urls`, or else one of `fallbacks`.
        Never raises.
        """


class Bot(Protocol):
    async def reply(self, turn: Turn) -> Reply:
        """Answer one turn. May be asked the same turn twice. Raises `BotFailed`."""
        ...


class Vault(Protocol):
    async def reveal(self, srn: str) -> SecretValue:
        """
        The value: a mapping for a `secretdoc`, a text for a `secret`. Raises
        `SecretUnavailable`. Never log it, never put it into an error.
        """
        ...


class Plugs(Protocol):
    """How a stage gets from a row to what the row names."""

    def endpoint(self, id: int) -> Awaitable[Endpoint]: ...
    def channel(self, endpoint: Endpoint) -> Awaitable[Channel]: ...
    def running(self, endpoint: Endpoint, bot: str) -> Awaitable[bool]: ...
    def owns(self, number: str) -> Awaitable[bool]: ...
    def bot(self, endpoint: Endpoint, name: str) -> Awaitable[Bot]: ...
    def reply_url(
        self,
        endpoint: Endpoint,
        conversation: int,
        session: int,
        bot: str,
        ours: str,
        service: str,
    ) -> str:
        """Where the bot can post more in this session, for a day."""


class BotType(Protocol):
    """What BOTS holds: how to check a bot's document and how to open it."""

    def check(self, document: Mapping[str, Any], at: str) -> list[Problem]: ...
    async def open(self, record: BotRecord, vault: Vault) -> Bot: ...
