"""The composition root: the only place that chooses what plugs into the sockets."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from threadline.bots import Scripts, bot_types
from threadline.channels import CHANNELS, ChannelType
from threadline.egress import Egress
from threadline.errors import (
    BotRefused,
    Invalid,
    KeyMissing,
    NotFound,
    SecretUnavailable,
    UnknownAddress,
)
from threadline.model.bot import BotRecord
from threadline.model.checks import Examined
from threadline.model.clock import DAY, SECOND, STEP, SteadyClock, seconds
from threadline.model.endpoint import Endpoint
from threadline.model.rows import LateAnswer
from threadline.ports import Bot, BotType, Channel, Clock
from threadline.settings import Settings
from threadline.store import Followers, Lookout, SqlStore, open_store
from threadline.vault import KeyRing, Passwords, StoredVault, tickets

log = structlog.get_logger("threadline.app")

LOCAL_KEYS = "Several nodes need the same keys: set THREADLINE_VAULT_KEYS on all of them."
SET_CLOCK = "Set this machine's clock, and let NTP keep it (timedatectl set-ntp true)."
SET_CLOCKS = "Let NTP keep the clocks of this machine and of the database's."
APART = 2 * SECOND
"""How far the clocks of a node and of its database may be apart before it is told."""


def now() -> int:
    """Microseconds since 1970, by the machine's clock, which may be set back at any time."""
    return time.time_ns() // 1000


def _monotonic() -> int:
    return time.monotonic_ns() // 1000


def _stepped(step: int) -> None:
    direction = "forward" if step > 0 else "back"
    log.warning("clock_stepped", seconds=abs(step) / SECOND, direction=direction)


REPLY = "/v1/reply/"
"""Below it bots elsewhere post what they answer later."""
REPLY_LIFE = DAY


@dataclass(slots=True)
class Catalog:
    """
    The few rows that every message needs, by what they are looked up by. `numbers` are our own;
    `pooled` are endpoints whose number is only in their secret, until it was looked up.
    """

    endpoints: dict[int, Endpoint] = field(default_factory=dict)
    addresses: dict[str, Endpoint] = field(default_factory=dict)
    bots: dict[tuple[str, str], BotRecord] = field(default_factory=dict)
    open_channels: dict[int, Channel] = field(default_factory=dict)
    open_bots: dict[tuple[str, str], Bot] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)
    pooled: dict[int, Endpoint] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    read_at: int = 0


class App:
    """
    Everything that a door needs. Fulfils `ports.Plugs`.

    The catalog is read again when the store rings "catalog" and when the time to live of a
    revealed secret is over, so a change on another node is known here at once, or soon after
    a connection was lost.
    """

    def __init__(
        self, settings: Settings, store: SqlStore, keys: KeyRing, clock: Clock
    ) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
        self.keys = keys
        self.followers = Followers(store, store.doorbell)
        self.lookout = Lookout(store, clock)
        self.examined: dict[int, Examined] = {}  # what is set up at providers, as last seen
        self.examining: dict[int, asyncio.Task[None]] = {}
        self.watching: set[asyncio.Task[None]] = set()  # what becomes of texts of handsets
        self.changing = asyncio.Lock()  # who changes documents here does so one by one
        self.egress = Egress(settings.allow_networks)
        self.scripts = Scripts()
        self.channel_types: dict[str, ChannelType] = CHANNELS
        self.bot_types: dict[str, BotType] = bot_types(
            self.egress.user, clock, self.scripts, settings.python_bots
        )
        self.vault = StoredVault(store, keys, clock, settings.secret_ttl)
        self.passwords = Passwords()
        self.public_url = settings.public
        self._catalog: Catalog | None = None
        self._reading = asyncio.Lock()
        self._changes = 0
        self._ttl = seconds(settings.secret_ttl)
        store.doorbell.listen("catalog", self._forget)

    def _forget(self) -> None:
        self._changes += 1
        self._catalog = None
        self.vault.flush()

    def _fresh(self) -> Catalog | None:
        """The catalog in hand, unless it is older than a time to live."""
        found = self._catalog
        return (
            found if found is not None and self.clock() - found.read_at <= self._ttl else None
        )

    async def catalog(self) -> Catalog:
        """As it is in the store, at most one time to live ago."""
        fresh = self._fresh()
        if fresh is not None:
            return fresh
        found = self._catalog
        async with self._reading:
            if self._catalog is not None and self._catalog is not found:
                return self._catalog
            changes = self._changes
            fresh = Catalog(read_at=self.clock())
            for endpoint in await self.store.endpoints():
                fresh.endpoints[endpoint.id] = endpoint
                fresh.addresses[endpoint.address] = endpoint
                if endpoint.route and endpoint.online:
                    sender = endpoint.route.rpartition("/")[2]
                    if sender.startswith("MG"):  # a messaging service
                        fresh.pooled[endpoint.id] = endpoint
                    fresh.numbers.add(sender)
            for one in await self.store.organizations():
                fresh.titles[one.name] = one.title
            for bot in await self.store.bots():
                fresh.bots[bot.organization, bot.name] = bot
            if changes == self._changes:
                self._catalog = fresh
            return fresh

    async def endpoint_at(self, address: str) -> Endpoint:
        """Raises `UnknownAddress`."""
        found = (self._fresh() or await self.catalog()).addresses.get(address)
        if found is None:
            raise UnknownAddress(f"No endpoint has the address {address!r}.")
        return found

    async def endpoint(self, id: int) -> Endpoint:
        found = (self._fresh() or await self.catalog()).endpoints.get(id)
        if found is None:
            raise NotFound("The endpoint is gone.")
        return found

    async def channel(self, endpoint: Endpoint) -> Channel:
        """Opened with its secret. Raises `SecretUnavailable`, `Invalid`."""
        catalog = self._fresh() or await self.catalog()
        endpoint = catalog.endpoints.get(endpoint.id, endpoint)  # it may have changed since
        found = catalog.open_channels.get(endpoint.id)
        if found is None:
            secret = await self.vault.reveal(endpoint.secret) if endpoint.secret else None
            kind = self.channel_types[endpoint.engagement_type]
            found = kind.open(
                endpoint,
                secret,
                client=getattr(self.egress, kind.reaches),
                base_url=self.settings.twilio_api_url,
                public_url=self.public_url,
                clock=self.clock,
            )
            catalog.open_channels[endpoint.id] = found
        return found

    async def owns(self, number: str) -> bool:
        """
        Whether one of our endpoints is online with the number. Of the numbers behind a
        messaging service only the one in the secret is known.
        """
        catalog = self._fresh() or await self.catalog()
        for id, endpoint in tuple(catalog.pooled.items()):
            with contextlib.suppress(SecretUnavailable, Invalid):
                catalog.numbers.add((await self.channel(endpoint)).number)
            catalog.pooled.pop(id, None)
        return number in catalog.numbers

    async def running(self, endpoint: Endpoint, bot: str) -> bool:
        """A bot that is not there fails when it is asked, which tells the operator why."""
        found = (self._fresh() or await self.catalog()).bots.get((endpoint.organization, bot))
        return found is None or found.running

    async def bot(self, endpoint: Endpoint, name: str) -> Bot:
        """Raises `BotRefused` if the organization has no such bot, `Invalid`."""
        catalog = self._fresh() or await self.catalog()
        key = (endpoint.organization, name)
        found = catalog.open_bots.get(key)
        if found is None:
            record = catalog.bots.get(key)
            if record is None:
                raise BotRefused(f"There is no bot {name!r} in {endpoint.organization}.")
            found = await self.bot_types[record.type].open(record, self.vault)
            catalog.open_bots[key] = found
        return found

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
        until = self.clock() + REPLY_LIFE
        values = [endpoint.id, conversation, session, bot, ours, service, until]
        ticket = tickets.signed(self.keys, "reply", values)
        return f"{self.public_url.rstrip('/')}{REPLY}{ticket}"

    def replying(self, ticket: str) -> LateAnswer | None:
        """Whose URL it is; None: nobody's any more. Raises `ValueError` if it never was."""
        *values, until = tickets.opened(self.keys, "reply", ticket)
        return LateAnswer(*values) if until >= self.clock() else None

    async def close(self) -> None:
        """Let go of the database and of every connection."""
        self.followers.stop()
        for task in (*self.examining.values(), *self.watching):
            task.cancel()
        await self.lookout.flush()
        await self.scripts.close()
        await self.egress.close()
        await self.store.close()


async def open_app(settings: Settings, clock: Clock | None = None) -> App:
    """
    Without a clock it is the machine's, made steady. Raises `Busy`, `StoreDown` and
    `KeyMissing`, each with what to do.
    """
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    clock = clock or SteadyClock(now, _monotonic, _stepped)
    store = await open_store(settings.database, clock, settings.waits.lease)
    try:
        if isinstance(clock, SteadyClock):
            await _set(clock, store)
        keys = KeyRing.load(_keys(settings))
    except OSError as why:
        await store.close()
        raise KeyMissing(str(why)) from why
    except BaseException:
        await store.close()
        raise
    if settings.database.startswith("postgres") and not settings.vault_keys.get_secret_value():
        log.warning("vault_keys_are_local", keys=keys.source, mend=LOCAL_KEYS)
    return App(settings, store, keys, clock)


async def _set(clock: SteadyClock, store: SqlStore) -> None:
    """What is kept was never later than now, whatever the machine's clock says by now."""
    behind = clock.not_before(await store.latest())
    if behind > STEP:
        log.warning("clock_behind", seconds=behind / SECOND, mend=SET_CLOCK)
    began = clock.wall()
    theirs = await store.database_clock()
    if theirs is not None and abs(apart := theirs - (began + clock.wall()) // 2) > APART:
        log.warning("clock_differs", seconds=apart / SECOND, mend=SET_CLOCKS)


def _keys(settings: Settings) -> str | Path:
    return settings.vault_keys.get_secret_value() or settings.data / "vault.keys"
