"""
Where providers call us: `/v1/engage/{Address}`, and below it `/fallback` and `/status`.

A raw ASGI application in front of the framework, because every text passes through here.
The order of things is the promise: verify, keep, commit, and only then answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import structlog

from threadline.app import App
from threadline.errors import HookRejected, StoreDown, ThreadlineError, TooLarge, UnknownAddress
from threadline.model.endpoint import ENGAGE
from threadline.model.messages import Ack, Hook, Inbound, Receipt
from threadline.model.phone import masked
from threadline.pipeline import inbox, receipts

log = structlog.get_logger("threadline.hooks")

LIMIT = 64 * 1024
RESTS = ("", "/fallback", "/status")
DOWN = Ack(b"The message was not kept. Please send it again.\n", status=503)
BUSY = Ack(b"Too much at once. Please send it again.\n", status=503)
METHODS = Ack(b"Use POST, or GET where the provider is set up so.\n", status=405)


class Hooks:
    """Serves one request of a provider; `serves` says which are for it."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._in_flight = 0
        self._most = app.settings.max_in_flight

    @staticmethod
    def serves(scope: Mapping[str, Any]) -> bool:
        return scope["type"] == "http" and bool(scope["path"].startswith(ENGAGE))

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self._in_flight >= self._most:
            await _answer(send, BUSY)
            return
        self._in_flight += 1
        try:
            ack = await self._take(scope, receive)
        finally:
            self._in_flight -= 1
        await _answer(send, ack)

    async def _take(self, scope: Any, receive: Any) -> Ack:
        if scope["method"] not in ("POST", "GET"):
            return METHODS
        address = ""
        try:
            address, rest = _split(scope["path"])
            endpoint = await self._app.endpoint_at(address)
            channel = await self._app.channel(endpoint)
            body = await _body(scope, receive)
            read = channel.read(self._hook(scope, rest, body))
            if isinstance(read, Inbound):
                new = await inbox.accept(self._app.store, endpoint, read)
                _log_inbound(address, read, new)
            elif isinstance(read, Receipt):
                fits = await receipts.apply(self._app.store, endpoint, read)
                log.info("receipt", endpoint=address, status=read.status.value, fits=fits)
            else:
                log.info("hook_ignored", endpoint=address, why=read.why)
        except HookRejected as why:
            log.warning("hook_rejected", endpoint=address, code=why.code, why=str(why))
            return Ack(f"{why.code}\n".encode(), status=why.status)
        except StoreDown as why:
            log.error("hook_not_kept", endpoint=address, why=str(why))
            return DOWN
        except ThreadlineError as why:
            log.error("hook_not_read", endpoint=address, code=why.code, why=str(why))
            return DOWN
        return channel.ack

    def _hook(self, scope: Any, rest: str, body: bytes) -> Hook:
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
            headers={k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]},
            body=body,
        )


def _split(path: str) -> tuple[str, str]:
    """`/v1/engage/flowit-sms/status` -> ("flowit-sms", "/status")."""
    address, slash, rest = path.removeprefix(ENGAGE).partition("/")
    if slash + rest not in RESTS:
        raise UnknownAddress(f"There is nothing at {path!r}.")
    return address, slash + rest


async def _body(scope: Any, receive: Any) -> bytes:
    """Raises `TooLarge` as soon as it is more than a provider ever sends."""
    length = dict(scope["headers"]).get(b"content-length", b"0")
    if length.isdigit() and int(length) > LIMIT:
        raise TooLarge(f"The body has more than {LIMIT} bytes.")
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        part = message.get("body", b"")
        size += len(part)
        if size > LIMIT:
            raise TooLarge(f"The body has more than {LIMIT} bytes.")
        parts.append(part)
        if not message.get("more_body"):
            return parts[0] if len(parts) == 1 else b"".join(parts)


async def _answer(send: Any, ack: Ack) -> None:
    headers = [
        (b"content-type", ack.media_type.encode()),
        (b"content-length", str(len(ack.body)).encode()),
    ]
    await send({"type": "http.response.start", "status": ack.status, "headers": headers})
    await send({"type": "http.response.body", "body": ack.body})


def _log_inbound(address: str, read: Inbound, new: bool) -> None:
    log.info(
        "inbound",
        endpoint=address,
        provider_id=read.provider_id,
        contact=masked(read.contact),
        new=new,
        consent=read.consent,
        flagged=bool(read.flag),
    )
