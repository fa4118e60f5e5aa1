"""
The sockets. Everything replaceable plugs in here, and the pipeline knows nothing else.

    Channel   reads, renders and sends        threadline.channels
    Bot       replies                         threadline.bots
    Store     remembers                       threadline.store
    Vault     reveals                         threadline.vault

Store methods take and return lists: what several callers want at the same time goes to disk
in one commit. Times are microseconds (`model.clock`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from threadline.errors import Problem
from threadline.model.bot import BotRecord
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
    Receipt,
    Status,
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
        ...

    def read(self, hook: Hook) -> Read:
        """Verify and parse. Pure. Raises `HookRejected`."""
        ...

    def render(self, element: Element) -> Draft | Discarded:
        """Say it the way this channel can, or why it cannot. Pure. Never raises."""
        ...

    async def send(self, outgoing: Outgoing) -> Accepted:
        """Hand one text to the provider. Raises `SendFailed`; its `then` says what follows."""
        ...

    async def find(self, window: Window) -> Sequence[Found]:
        """
        Every text of ours at the provider that fits the window: one complete pass over its
        list. Raises `ListFailed` if the list could not be read to the end.
        """
        ...


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


@dataclass(frozen=True, slots=True)
class Claimed:
    """A turn that this worker holds until `lease_until`, under a token of its own."""

    turn: Turn
    bot_version: int
    token: str
    lease_until: int
    attempts: int
    seq: int
    flag: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One element for the timeline, and the draft it became or why it was discarded."""

    element: Element
    author: Literal["bot", "system"] = "bot"
    draft: Draft | None = None
    discarded: str = ""


@dataclass(frozen=True, slots=True)
class Finished:
    """What came of a claimed turn. Without effect if the token is no longer ours."""

    claimed: Claimed
    said: Sequence[Said]
    reply: Reply
    expires_at: int
    parked: bool = False


@dataclass(frozen=True, slots=True)
class Postponed:
    """A claimed turn that is asked again at `again_at`, and what the operator reads."""

    claimed: Claimed
    again_at: int
    why: Said


@dataclass(frozen=True, slots=True)
class Sending:
    """A draft that this worker has claimed; its attempt is committed as `sending`."""

    draft_id: int
    attempt: int
    attempts: int
    endpoint_id: int
    conversation: int
    sender_id: int
    contact: str
    ours: str
    service: str
    text: str
    made_at: int
    expires_at: int


OutcomeKind = Literal["sent", "waiting", "failed", "suppressed", "paused", "unknown"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What came of one attempt. `due_at` is when to try again (`waiting`), to look it up
    (`unknown`) or until when the sender pauses (`paused`). `note` is for the operator.
    """

    sending: Sending
    kind: OutcomeKind
    provider_id: str | None = None
    status: Status | None = None
    provider_code: str | None = None
    note: str = ""
    code: str = ""
    due_at: int = 0


@dataclass(frozen=True, slots=True)
class Unknown:
    """An attempt of which we do not know whether it was sent, claimed to be looked up."""

    sending: Sending
    started_at: int
    ended_at: int
    passes: int
    token: str
    bound: frozenset[str] = frozenset()


SettledKind = Literal["adopted", "again", "resend", "parked"]


@dataclass(frozen=True, slots=True)
class Settled:
    """What was decided about an unknown attempt. `again` asks once more at `due_at`."""

    unknown: Unknown
    kind: SettledKind
    passes: int
    provider_id: str | None = None
    status: Status | None = None
    note: str = ""
    code: str = ""
    due_at: int = 0


@dataclass(frozen=True, slots=True)
class SecretRow:
    """A sealed secret as the store keeps it. `sealed` is base64; the key id is inside."""

    srn: str
    organization: str
    type: str
    alias: str
    sealed: str = field(repr=False)
    fingerprint: str = field(repr=False)
    created_at: int
    version: int = 1


class Inbox(Protocol):
    async def keep(self, endpoint: Endpoint, messages: Sequence[Inbound]) -> list[bool]:
        """Store each once, with what it says about consent. False = we had it already."""
        ...


class Turns(Protocol):
    async def claim_turns(self, limit: int) -> list[Claimed]: ...
    async def renew_turns(self, claimed: Sequence[Claimed]) -> list[bool]: ...
    async def finish_turns(self, finished: Sequence[Finished]) -> list[bool]: ...
    async def postpone_turns(self, postponed: Sequence[Postponed]) -> list[bool]: ...


class Outbox(Protocol):
    async def claim_drafts(self, limit: int) -> list[Sending]: ...
    async def record_outcomes(self, outcomes: Sequence[Outcome]) -> list[bool]: ...
    async def claim_unknown(self, limit: int) -> list[Unknown]: ...
    async def record_settled(self, settled: Sequence[Settled]) -> list[bool]: ...
    async def expire(self) -> int:
        """Leases of dead workers become `unknown`, drafts too late to be of use `expired`."""
        ...


class Receipts(Protocol):
    async def apply_receipts(
        self, endpoint: Endpoint, receipts: Sequence[Receipt]
    ) -> list[bool]:
        """Move each attempt forward. False = no attempt of this endpoint fits."""
        ...


class Catalog(Protocol):
    """Organizations, bots, endpoints and sealed secrets. Few rows, cached by the app."""

    async def organizations(self) -> list[str]: ...
    async def save_organization(self, name: str, title: str) -> None: ...
    async def bots(self, organization: str) -> list[BotRecord]: ...
    async def save_bot(self, organization: str, document: Mapping[str, Any]) -> None: ...
    async def endpoints(self, organization: str | None = None) -> list[Endpoint]: ...
    async def save_endpoint(
        self, organization: str, document: Mapping[str, Any], route: str | None
    ) -> None:
        """`route` is what only one online endpoint may hold: an account and a sender."""
        ...

    async def endpoint_on(self, route: str) -> Endpoint | None: ...
    async def secrets(self, organization: str | None = None) -> list[SecretRow]: ...
    async def secret(self, srn: str) -> SecretRow | None: ...
    async def save_secrets(self, rows: Sequence[SecretRow]) -> None: ...
    async def delete_secret(self, srn: str) -> None: ...


class Store(Inbox, Turns, Outbox, Receipts, Catalog, Protocol):
    """All of it. Each stage asks only for the part that it uses."""

    async def ping(self) -> None:
        """Raises `StoreDown` unless a write would be taken."""
        ...

    async def close(self) -> None: ...


class Doorbell(Protocol):
    """Tells that there is work of a kind, sooner than the next poll would."""

    def ring(self, topic: str) -> None: ...
    async def wait(self, topic: str, timeout: float) -> None: ...


class Plugs(Protocol):
    """How a stage gets from a row to what the row names."""

    def endpoint(self, id: int) -> Awaitable[Endpoint]: ...
    def channel(self, endpoint: Endpoint) -> Awaitable[Channel]: ...
    def bot(self, endpoint: Endpoint, name: str) -> Awaitable[Bot]: ...


class BotType(Protocol):
    """What BOTS holds: how to check a bot's document and how to open it."""

    def check(self, document: Mapping[str, Any], at: str) -> list[Problem]: ...
    async def open(self, record: BotRecord, vault: Vault) -> Bot: ...
