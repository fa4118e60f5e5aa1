"""
What the store remembers, in the slices that those who use it ask for.

Its methods take and return lists: what several callers want at the same time goes to disk in
one commit. Times are microseconds (`model.clock`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from threadline.model.access import KeyRow, RequestRow
from threadline.model.bot import BotRecord
from threadline.model.catalog import Change
from threadline.model.catchup import CatchUp, CaughtUp, Gate
from threadline.model.desk import OperatorReply
from threadline.model.endpoint import Endpoint
from threadline.model.messages import Inbound, Receipt
from threadline.model.organization import Organization
from threadline.model.people import (
    AuditRow,
    Failures,
    LinkRow,
    Member,
    Membership,
    SessionRow,
    SignedIn,
    User,
)
from threadline.model.rows import (
    Outcome,
    SecretRow,
    Sending,
    Settled,
    Taken,
    Unknown,
)
from threadline.ports.retention import Retention
from threadline.ports.search import Overviews, Search, Words
from threadline.ports.turns import Turns
from threadline.ports.versions import Versions


class Inbox(Protocol):
    async def keep(self, endpoint: Endpoint, messages: Sequence[Inbound]) -> list[bool]:
        """Store each once, with what it says about consent. False = we had it already."""
        ...


class Outbox(Protocol):
    async def claim_drafts(self, limit: int) -> Taken: ...
    async def opted_out(self, sending: Sending) -> bool:
        """Whether the contact does not want to be texted, as of now."""
        ...

    async def record_outcomes(self, outcomes: Sequence[Outcome]) -> list[bool]: ...
    async def claim_unknown(self, limit: int) -> list[Unknown]: ...
    async def bound(self, provider_ids: Sequence[str]) -> set[str]:
        """Which of these texts at the provider belong to attempts already."""
        ...

    async def record_settled(self, settled: Sequence[Settled]) -> list[bool]: ...
    async def release_late(self) -> int:
        """What waits for a delivery that nobody reports may go. How many that were."""
        ...

    async def expire(self, look_up_after: int) -> int:
        """Attempts of dead workers become unknown, to be looked up after so long."""
        ...


class Receipts(Protocol):
    async def apply_receipts(
        self, endpoint: Endpoint, receipts: Sequence[Receipt], pause: int, delivery: int = 0
    ) -> list[bool]:
        """
        Move each attempt forward. In microseconds: for how long a sender pauses that is found
        to be misconfigured, and for how long an ordered text that was sent holds back the
        next. False = no attempt of this endpoint fits.
        """
        ...


class CatchUps(Inbox, Protocol):
    async def gate_senders(self, gate: Gate) -> int:
        """Hold back what `gate` says; how many senders. Their lists are due at once."""
        ...

    async def claim_catch_up(self, limit: int) -> list[CatchUp]:
        """Senders whose lists are due to be read, by one node at a time."""
        ...

    async def known_texts(self, endpoint: Endpoint, provider_ids: Sequence[str]) -> set[str]:
        """Which of these texts we have, be it by another endpoint that had the number."""
        ...

    async def record_caught_up(self, caught_up: Sequence[CaughtUp]) -> list[bool]:
        """True for each whose drafts waited for it and now need not."""
        ...


class Catalog(Protocol):
    """Organizations, bots, endpoints and sealed secrets. Few rows, cached by the app."""

    async def change(self, changes: Sequence[Change]) -> None:
        """
        All of it in one transaction. Raises `Taken` or `Outdated` if somebody else was
        faster, `Invalid` if something is in use.
        """
        ...

    async def organizations(self) -> list[Organization]: ...
    async def bots(self) -> list[BotRecord]: ...
    async def endpoints(self) -> list[Endpoint]: ...
    async def endpoint_on(self, route: str) -> Endpoint | None: ...
    async def secrets(self) -> list[SecretRow]: ...
    async def secret(self, srn: str) -> SecretRow | None: ...
    async def reseal_secret(
        self, srn: str, version: int, old_sealed: str, sealed: str, fingerprint: str
    ) -> bool:
        """False if the secret was replaced in the meantime; then nothing is written."""
        ...


class Views(Protocol):
    """Read-only questions, answered beside the writer."""

    async def timeline(
        self, endpoint: str, contact: str, after: tuple[int, int] = (0, 0), limit: int = 1000
    ) -> list[Mapping[str, Any]]: ...
    async def attempts(self, endpoint: str, contact: str) -> list[Mapping[str, Any]]: ...


class Counter(Protocol):
    """What an operator asks about the pipeline and does to it. All raise `NotFound`."""

    async def take_off(self, endpoint: str, contact: str, reason: str) -> Mapping[str, Any]: ...
    async def put_back(self, endpoint: str, contact: str, reason: str) -> Mapping[str, Any]: ...
    async def opt_outs(
        self, organization: str, route: str, limit: int, after: tuple[int, str, int]
    ) -> list[Mapping[str, Any]]: ...
    async def consents(self, endpoint: str, contact: str) -> list[Mapping[str, Any]]: ...
    async def opted_out_since(self, endpoint: str, contact: str) -> int | None: ...
    async def pause_sender(self, endpoint: str, reason: str) -> None: ...
    async def resume_sender(self, endpoint: str) -> Mapping[str, Any]: ...
    async def senders(self, organization: str) -> list[Mapping[str, Any]]: ...
    async def texts(
        self, organization: str, state: str, limit: int, after: tuple[int, int, int] | None
    ) -> list[Mapping[str, Any]]: ...
    async def retry_text(
        self, organization: str, conversation: int, seq: int
    ) -> Mapping[str, Any]:
        """Raises `Invalid` if there is nothing to try again, and says why."""
        ...

    async def discard_text(
        self, organization: str, conversation: int, seq: int
    ) -> Mapping[str, Any]:
        """Raises `Invalid` if there is nothing to give up, and says why."""
        ...

    async def unflag(self, endpoint: str, contact: str) -> list[str]: ...
    async def end(self, endpoint: str, contact: str) -> list[str]: ...


class Operator(Protocol):
    """What an operator asks about one conversation, and does in it: see `store.operator`."""

    async def conversation_states(
        self, endpoint: str, contact: str
    ) -> list[Mapping[str, Any]]: ...
    async def entries_before(
        self, conversation: int, before: int = ..., limit: int = ...
    ) -> list[Mapping[str, Any]]: ...
    async def entries_after(
        self, conversation: int, after: int = ..., limit: int = ...
    ) -> list[Mapping[str, Any]]: ...
    async def consents_of(self, sender_id: int, contact: str) -> list[Mapping[str, Any]]: ...
    async def way_to(self, conversation: int, address: str) -> tuple[str, str]: ...
    async def take_over(self, endpoint: str, contact: str, by: str) -> list[str]: ...
    async def hand_back(self, endpoint: str, contact: str, by: str) -> list[str]: ...
    async def reply_by_hand(self, reply: OperatorReply) -> Mapping[str, Any]: ...
    async def redact_text(
        self, organization: str, conversation: int, seq: int, by: str
    ) -> list[str]: ...
    async def redact_conversation(self, endpoint: str, contact: str, by: str) -> int: ...


class Doors(Protocol):
    """What the API remembers."""

    async def api_keys(self, organization: str) -> list[KeyRow]: ...
    async def api_key(self, hash: str) -> KeyRow | None: ...
    async def save_api_key(self, row: KeyRow) -> None: ...
    async def begin_request(self, caller: str, key: str, fingerprint: str) -> RequestRow | None:
        """None: carry it out. Else what is known of it; `status` 0 = it is under way."""
        ...

    async def end_request(self, caller: str, key: str, status: int, answer: str) -> None:
        """`status` 0: it came to nothing, and may be made again."""
        ...


class People(Protocol):
    """Who signs in, and who changed what. `store.people` says more of each."""

    async def any_user(self) -> bool: ...
    async def user(self, *, id: str = "", email: str = "") -> User | None: ...
    async def add_user(
        self, user: User, membership: Membership | None = None, *, first: bool = False
    ) -> None:
        """Raises `Taken`; as the `first`, if there is any."""
        ...

    async def save_user(self, user: User) -> None: ...
    async def members(self, organization: str) -> list[Member]: ...
    async def save_member(self, user: str, membership: Membership) -> None: ...
    async def remove_member(self, user: str, organization: str) -> None: ...
    async def signed_in(self, hash: str) -> SignedIn | None: ...
    async def save_session(self, row: SessionRow) -> None: ...
    async def sessions_of(self, user: str) -> list[SessionRow]: ...
    async def end_session(self, hash: str) -> None: ...
    async def end_sessions(self, user: str, but: str = "") -> None: ...
    async def forget_sessions(self, seen_before: int, begun_before: int) -> None: ...
    async def add_link(self, row: LinkRow) -> None: ...
    async def link(self, hash: str) -> LinkRow | None: ...
    async def use_link(self, hash: str) -> LinkRow | None: ...
    async def wrong_passwords(self, email: str) -> Failures: ...
    async def save_wrong_passwords(self, row: Failures) -> None: ...
    async def begin_audit(self, row: AuditRow) -> int: ...
    async def end_audit(self, id: int, *, done: bool) -> None: ...
    async def audit(
        self, organization: str | None, limit: int, before: int
    ) -> list[AuditRow]: ...


class Sightings(Protocol):
    """How endpoints do. `store.sightings` says more."""

    async def health(
        self, organization: str, first: str = "", last: str = ""
    ) -> list[Mapping[str, Any]]: ...


class Doorbell(Protocol):
    """Tells that there may be work on a topic, sooner than the next look would."""

    async def wait(self, topic: str, timeout: float) -> None: ...
    def ring(self, topics: Iterable[str]) -> None: ...
    def listen(self, topic: str, listener: Callable[[], None]) -> None: ...


class Store(
    CatchUps,
    Turns,
    Outbox,
    Receipts,
    Catalog,
    Views,
    Counter,
    Operator,
    Versions,
    Doors,
    People,
    Sightings,
    Words,
    Search,
    Overviews,
    Retention,
    Protocol,
):
    """All of it. Each stage asks only for the part that it uses."""

    @property
    def doorbell(self) -> Doorbell: ...
    async def ping(self) -> None:
        """Raises `StoreDown` unless a write would be taken."""
        ...

    async def close(self) -> None: ...
