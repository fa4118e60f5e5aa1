"""A Twilio that costs little: it takes every text, and knows which came twice."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from random import getrandbits
from typing import Any
from urllib.parse import unquote_plus

import orjson
from bench.texts import ACCOUNT

REASONS = {200: "OK", 201: "Created"}
NOTHING = orjson.dumps({"messages": [], "next_page_uri": None})
REST: dict[str, Any] = {
    "account_sid": ACCOUNT,
    "api_version": "2010-04-01",
    "date_created": "Wed, 02 Jan 2030 12:30:00 +0000",
    "date_updated": "Wed, 02 Jan 2030 12:30:00 +0000",
    "date_sent": None,
    "direction": "outbound-api",
    "error_code": None,
    "error_message": None,
    "messaging_service_sid": None,
    "num_media": "0",
    "num_segments": "1",
    "price": None,
    "price_unit": None,
    "status": "queued",
}


def _nobody(_body: str) -> None:
    pass


class Provider:
    """`arrived` hears the body of each text the first time; `twice` counts the other times."""

    def __init__(self, arrived: Callable[[str], None] = _nobody) -> None:
        self.arrived = arrived
        self.seen: set[str] = set()
        self.twice = 0

    def answer(self, head: bytes, body: bytes) -> bytes:
        """To one request. It also is the bot behind a URL, which echoes."""
        if head.startswith(b"GET"):
            return _answer(200, NOTHING)
        if head.startswith(b"POST /bot "):
            return _answer(200, orjson.dumps({"messages": [orjson.loads(body)["text"]]}))
        form = b"&" + body
        text = unquote_plus(_field(form, b"&Body="))
        if text in self.seen:
            self.twice += 1
        else:
            self.seen.add(text)
            self.arrived(text)
        said = {
            "sid": f"SM{getrandbits(128):032x}",
            "body": text,
            "to": _field(form, b"&To=").replace("%2B", "+"),
            "from": _field(form, b"&From=").replace("%2B", "+"),
        }
        return _answer(201, orjson.dumps(said | REST))


def _field(form: bytes, name: bytes) -> str:
    """As it was sent; "" of what was not. To read all the others would cost more than this."""
    _, _, rest = form.partition(name)
    return rest.partition(b"&")[0].decode()


def _answer(status: int, content: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status} {REASONS[status]}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


class _Line(asyncio.Protocol):
    """One keep-alive connection of a client, which sends the length with every body."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._buffer = b""
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            _, _, length = head.lower().partition(b"content-length: ")
            stop = end + 4 + int(length.split(b"\r\n", 1)[0] or 0)
            if len(self._buffer) < stop:
                return
            body, self._buffer = self._buffer[end + 4 : stop], self._buffer[stop:]
            self._transport.write(self._provider.answer(head, body))


@asynccontextmanager
async def serving(
    provider: Provider, port: int, tls: ssl.SSLContext | None
) -> AsyncIterator[None]:
    """The provider listens inside the block."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Line(provider), "127.0.0.1", port, ssl=tls)
    try:
        yield
    finally:
        server.close()
