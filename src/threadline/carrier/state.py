"""What the carrier knows, in memory: accounts, numbers, messages, opt-outs, alerts."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from uuid import UUID

MESSAGES_KEPT = 50_000
ALERTS_KEPT = 1_000

Direction = Literal["inbound", "outbound-api", "outbound-reply"]
FINAL = frozenset({"delivered", "undelivered", "failed", "canceled", "received"})


@dataclass(frozen=True, slots=True)
class Account:
    """Who may use the API. `keys` are API keys: SID to secret; only the token signs."""

    sid: str
    token: str = field(repr=False)
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    name: str = "Simulated account"
    created: int = 0


@dataclass(frozen=True, slots=True)
class Number:
    """A phone number of an account. `service` is the messaging service that it is in."""

    sid: str
    account: str
    number: str
    created: int
    updated: int
    name: str = ""
    sms_url: str = ""
    sms_method: str = "POST"
    sms_fallback_url: str = ""
    sms_fallback_method: str = "POST"
    sms_application_sid: str = ""
    status_callback: str = ""
    status_callback_method: str = "POST"
    service: str = ""
    sms: bool = True


@dataclass(frozen=True, slots=True)
class Service:
    """A messaging service. Unless its numbers keep their webhooks, it has one for all."""

    sid: str
    account: str
    name: str = ""
    inbound_request_url: str = ""
    inbound_method: str = "POST"
    fallback_url: str = ""
    fallback_method: str = "POST"
    use_inbound_webhook_on_number: bool = False
    created: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """One text, in either direction. `callback` is told what becomes of it."""

    sid: str
    account: str
    direction: Direction
    sender: str
    recipient: str
    body: str
    segments: int
    status: str
    created: int
    updated: int
    sent: int | None = None
    service: str = ""
    media: tuple[str, ...] = ()
    callback: str = ""
    callback_method: str = "POST"
    error: int | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that the account's owner has to mend. `url` is what could not be used."""

    n: int
    at: int
    account: str
    code: int
    message: str
    url: str = ""
    sid: str = ""


class State:
    """
    All of it. Bounded: the oldest messages and alerts are forgotten.

    `clock` gives microseconds; two carriers with one `seed` hand out the same SIDs.
    """

    def __init__(self, clock: Callable[[], int], seed: int | None = None) -> None:
        self.clock = clock
        self.accounts: dict[str, Account] = {}
        self.numbers: dict[str, Number] = {}
        self.services: dict[str, Service] = {}
        self.alerts: deque[Alert] = deque(maxlen=ALERTS_KEPT)
        self._messages: dict[str, dict[str, Message]] = {}
        self._blocked: set[tuple[str, str]] = set()
        self._sticky: dict[tuple[str, str], str] = {}
        self._random = random.Random(seed)
        self._alerted = 0

    def sid(self, prefix: str) -> str:
        return prefix + self._random.randbytes(16).hex()

    def uuid(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def add_account(self, account: Account) -> None:
        """A second one of the same SID replaces token and keys, and keeps the rest."""
        self.accounts[account.sid] = account
        self._messages.setdefault(account.sid, {})

    def numbers_of(self, account: str, service: str = "") -> list[Number]:
        """Those of one account, or only those in one of its messaging services."""
        return [
            one
            for one in self.numbers.values()
            if one.account == account and (not service or one.service == service)
        ]

    def number_by_sid(self, account: str, sid: str) -> Number | None:
        return next((one for one in self.numbers_of(account) if one.sid == sid), None)

    def services_of(self, account: str) -> list[Service]:
        """One that only its numbers name lets them keep their webhooks."""
        named = {one.service for one in self.numbers_of(account) if one.service}
        own = {sid: one for sid, one in self.services.items() if one.account == account}
        plain = [
            Service(sid, account, use_inbound_webhook_on_number=True) for sid in named - {*own}
        ]
        return sorted([*own.values(), *plain], key=lambda one: one.sid)

    def told_of(self, number: Number) -> Number:
        """The number with the webhook that is called for it: its own, or its service's."""
        service = self.services.get(number.service)
        if service is None or service.use_inbound_webhook_on_number:
            return number
        return replace(
            number,
            sms_url=service.inbound_request_url,
            sms_method=service.inbound_method,
            sms_fallback_url=service.fallback_url,
            sms_fallback_method=service.fallback_method,
            sms_application_sid="",
        )

    def change_number(self, number: Number, **changes: Any) -> Number:
        changed = replace(number, updated=self.clock(), **changes)
        self.numbers[number.number] = changed
        return changed

    def add_message(self, message: Message) -> None:
        kept = self._messages[message.account]
        kept[message.sid] = message
        if len(kept) > MESSAGES_KEPT:
            del kept[next(iter(kept))]

    def message(self, account: str, sid: str) -> Message | None:
        return self._messages[account].get(sid)

    def newest_first(self, account: str) -> Iterator[Message]:
        return reversed(self._messages[account].values())

    def change_message(self, message: Message, **changes: Any) -> Message:
        """Changes the newest version of it; one that was deleted meanwhile stays deleted."""
        current = self.message(message.account, message.sid)
        changed = replace(current or message, updated=self.clock(), **changes)
        if current is not None:
            self._messages[message.account][message.sid] = changed
        return changed

    def forget_message(self, message: Message) -> None:
        self._messages[message.account].pop(message.sid, None)

    def stick(self, message: Message) -> None:
        """The person hears from this number whenever its service chooses one."""
        if message.service:
            self._sticky[message.service, message.recipient] = message.sender

    def sticky(self, service: str, handset: str) -> str:
        return self._sticky.get((service, handset), "")

    def block(self, number: Number, handset: str) -> bool:
        """The person said STOP. False if they had said so before."""
        known = self.blocked(number, handset)
        self._blocked.add((number.service or number.number, handset))
        return not known

    def unblock(self, number: Number, handset: str) -> bool:
        """The person said START. False if there was nothing to lift."""
        known = self.blocked(number, handset)
        self._blocked.discard((number.service or number.number, handset))
        return known

    def blocked(self, number: Number, handset: str) -> bool:
        """An opt-out from a number in a messaging service covers the whole service."""
        return (number.service or number.number, handset) in self._blocked

    def alert(
        self, account: str, code: int, message: str, url: str = "", sid: str = ""
    ) -> None:
        self._alerted += 1
        found = Alert(self._alerted, self.clock(), account, code, message, url, sid)
        self.alerts.append(found)
