"""
Where providers call us: `/v1/engage/{Address}`, and below it `/fallback` and `/status`.

A raw ASGI application in front of the framework, because every text passes through here.
The order of things is the promise: verify, keep, commit, and only then answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import structlog

from threadline.app import App
from threadline.errors import (
    HookRejected,
    StoreDown,
    ThreadlineError,
    TooLarge,
    Unauthentic,
    UnknownAddress,
)
from threadline.model.endpoint import ENGAGE
from threadline.model.messages import Ack, Hook, Inbound, Receipt, Status
from threadline.model.phone import masked
from threadline.pipeline import inbox, receipts
from threadline.web import origins

log = structlog.get_logger("threadline.hooks")

PATHS = (ENGAGE, f"/picard{ENGAGE}")
"""Integrations that were written for the documented webhook adapter post to the second."""
LIMIT = 64 * 1024
PATIENCE = 10.0
"""Seconds in which a body has to be here: who keeps us waiting keeps a place from others."""
RESTS = ("", "/fallback", "/status")
DOWN = Ack(b"The message was not kept. Please send it again.\n", status=503)
BUSY = Ack(b"Too much at once. Please send it again.\n", status=503)
SLOW = Ack(b"The body did not come in time.\n", status=408)
METHODS = Ack(b"Use POST, or GET where the provider is set up so.\n", status=405)


class Hooks:
    """Serves one request of a provider; `serves` says which are for it."""

    def __init__(self, app: App, patience: float = PATIENCE) -> None:
        self._app = app
        self._patience = _Patience(patience)
        self.in_flight = 0
        self._most = app.settings.max_in_flight
        self._waits = app.settings.waits

    @staticmethod
    def serves(scope: Mapping[str, Any]) -> bool:
        return scope["type"] == "http" and bool(scope["path"].startswith(PATHS))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self.in_flight >= self._most:
            await _answer(send, BUSY)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        self.in_flight += 1
        try:
            ack = await self._take(scope, headers, receive)
            if b"origin" in headers:  # a visitor's browser, and never a provider
                ack = await self._shared(ack, scope, headers)
        finally:
            self.in_flight -= 1
        await _answer(send, ack)

    async def _shared(self, ack: Ack, scope: Any, headers: Mapping[bytes, bytes]) -> Ack:
        """The same for a page of another site, which its browser asks about first."""
        try:
            endpoint = await self._app.endpoint_at(_split(scope["path"])[0])
        except ThreadlineError:
            return ack
        shared = origins.sharing(endpoint, headers)
        if len(shared) > 1 and scope["method"] == "OPTIONS":
            return Ack(headers=(*shared, *origins.PREFLIGHT))
        return replace(ack, headers=tuple(shared))

    async def _take(self, scope: Any, headers: Mapping[bytes, bytes], receive: Any) -> Ack:
        if scope["method"] not in ("POST", "GET"):
            return METHODS
        address, endpoint = "", None
        try:
            address, rest = _split(scope["path"])
            endpoint = await self._app.endpoint_at(address)
            channel = await self._app.channel(endpoint)
            try:
                body = await self._patience.wait(_body(headers, receive))
            except TimeoutError:
                log.warning("hook_too_slow", endpoint=address)
                return SLOW
            read = channel.read(self._hook(scope, rest, headers, body))
            if isinstance(read, Inbound):
                new = await inbox.accept(self._app.store, self._app, endpoint, read)
                self._app.lookout.heard(endpoint.id)
                _log_inbound(address, read, new)
            elif isinstance(read, Receipt):
                fits = await receipts.apply(self._app.store, endpoint, read, self._waits)
                self._app.lookout.reported(endpoint.id)
                _log_receipt(address, read, fits)
            else:
                log.info("hook_ignored", endpoint=address, why=read.why)
        except HookRejected as why:
            if endpoint is not None and isinstance(why, Unauthentic):
                self._app.lookout.refused(endpoint.id)
            log.warning("hook_rejected", endpoint=address, code=why.code, why=str(why))
            return Ack((why.answer or f"{why.code}\n").encode(), status=why.status)
        except StoreDown as why:
            log.error("hook_not_kept", endpoint=address, why=str(why))
            return DOWN
        except ThreadlineError as why:
            log.error("hook_not_read", endpoint=address, code=why.code, why=str(why))
            return DOWN
        return channel.ack

    def _hook(self, scope: Any, rest: str, headers: Mapping[bytes, bytes], body: bytes) -> Hook:
        """The URL as it was called: our public one, the raw path, the raw query."""
        raw = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
        at = raw.find(ENGAGE)
        query = scope["query_string"].decode("latin-1")
        url = f"{self._app.public_url}{raw[at:] if at >= 0 else raw}"
        return Hook(
            method=scope["method"],
            url=f"{url}?{query}" if query else url,
            rest=rest,
            query=query,
            headers=_Headers(headers),
            body=body,
        )


class _Headers(Mapping[str, str]):
    """By their names in lower case; only what is asked for becomes text."""

    __slots__ = ("_raw",)

    def __init__(self, raw: Mapping[bytes, bytes]) -> None:
        self._raw = raw

    def __getitem__(self, name: str) -> str:
        return self._raw[name.encode()].decode("latin-1")

    def get(self, name: str, default: Any = None) -> Any:
        found = self._raw.get(name.encode())
        return default if found is None else found.decode("latin-1")

    def __iter__(self) -> Iterator[str]:
        return (name.decode("latin-1") for name in self._raw)

    def __len__(self) -> int:
        return len(self._raw)


class _Patience:
    """Ends what takes longer than so many seconds. One timer looks after all that wait."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._since: dict[asyncio.Task[Any] | None, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    async def wait(self, coming: Awaitable[bytes]) -> bytes:
        """Raises `TimeoutError`. Each task waits for one thing at a time."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        self._since[task] = loop.time()
        if self._timer is None:
            self._timer = loop.call_later(self._seconds, self._look)
        try:
            return await coming
        except asyncio.CancelledError:
            if task is None or task in self._since or task.uncancel():
                raise
            raise TimeoutError from None
        finally:
            self._since.pop(task, None)

    def _look(self) -> None:
        """Who began first is first in the dictionary."""
        loop = asyncio.get_running_loop()
        self._timer = None
        for task, since in list(self._since.items()):
            if (left := since + self._seconds - loop.time()) > 0:
                self._timer = loop.call_later(left, self._look)
                return
            del self._since[task]
            if task is not None:
                task.cancel()


def _split(path: str) -> tuple[str, str]:
    """`/v1/engage/flowit-sms/status` -> ("flowit-sms", "/status")."""
    address, slash, rest = path.partition(ENGAGE)[2].partition("/")
    if slash + rest not in RESTS:
        raise UnknownAddress(f"There is nothing at {path!r}.")
    return address, slash + rest


async def _body(headers: Mapping[bytes, bytes], receive: Any) -> bytes:
    """Raises `TooLarge` as soon as it is more than a provider ever sends."""
    length = headers.get(b"content-length", b"0")
    if length.isdigit() and int(length) > LIMIT:
        raise TooLarge(f"The body has more than {LIMIT} bytes.")
    message = await receive()
    body: bytes = message.get("body", b"")
    if message.get("more_body"):
        body = await _rest(body, receive)
    if len(body) > LIMIT:
        raise TooLarge(f"The body has more than {LIMIT} bytes.")
    return body


async def _rest(begin: bytes, receive: Any) -> bytes:
    """All of it, or just enough to see that it is too much."""
    whole = bytearray(begin)
    more = True
    while more and len(whole) <= LIMIT:
        message = await receive()
        whole += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(whole)


async def _answer(send: Any, ack: Ack) -> None:
    start, body = _answers(ack)
    await send(start)
    await send(body)


@lru_cache(maxsize=100)
def _answers(ack: Ack) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is sent is the same each time, and nobody changes it."""
    headers = [
        (b"content-type", ack.media_type.encode()),
        (b"content-length", str(len(ack.body)).encode()),
        *ack.headers,
    ]
    if ack.status == SLOW.status:
        headers.append((b"connection", b"close"))
    return (
        {"type": "http.response.start", "status": ack.status, "headers": headers},
        {"type": "http.response.body", "body": ack.body},
    )


def _log_inbound(address: str, read: Inbound, new: bool) -> None:
    """One line per text is enough, and that is the one that says it was sent."""
    tell = log.debug if new and not read.consent and not read.flag else log.info
    tell(
        "inbound",
        endpoint=address,
        provider_id=read.provider_id,
        contact=masked(read.contact),
        new=new,
        consent=read.consent,
        flagged=bool(read.flag),
    )


def _log_receipt(address: str, read: Receipt, fits: bool) -> None:
    failed = read.status in (Status.FAILED, Status.UNDELIVERED)
    tell = log.info if failed or not fits else log.debug
    tell("receipt", endpoint=address, status=read.status.value, fits=fits)
