"""People who text, and a provider that takes the answers: what the programs are measured by."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

import orjson
import uvicorn

ACCOUNT = "AC00112233445566778899aabbccddeeff"
TOKEN = "0123456789abcdef0123456789abcdef"
NUMBER = "+15550109999"
ADDRESS = "bench-sms"
PUBLIC = "https://bench.example.com"
SENDERS = 5_000
PATIENCE = 10
JSON = [(b"content-type", b"application/json")]
SIDS = ("MessageSid", "SmsSid", "SmsMessageSid")
PLACES = {
    "AccountSid": ACCOUNT,
    "ApiVersion": "2010-04-01",
    "To": NUMBER,
    "ToCountry": "US",
    "ToState": "CA",
    "ToCity": "",
    "ToZip": "",
    "FromCountry": "US",
    "FromState": "CA",
    "FromCity": "SAN FRANCISCO",
    "FromZip": "94103",
    "SmsStatus": "received",
    "NumMedia": "0",
    "NumSegments": "1",
}


@dataclass(frozen=True, slots=True)
class Text:
    """One signed webhook, ready to be written to a socket; `body` is what is echoed."""

    body: str
    request: bytes


def texts(count: int) -> list[Text]:
    """Each with its own MessageSid; consecutive ones are of different senders."""
    return [_text(number) for number in range(count)]


def _text(number: int) -> Text:
    sid = f"SM{number:032x}"
    body = f"text number {number}"
    sender = f"+1555{2_000_000 + number % SENDERS}"
    form = PLACES | {"From": sender, "Body": body} | dict.fromkeys(SIDS, sid)
    path = f"/v1/engage/{ADDRESS}"
    signed = PUBLIC + path + "".join(name + form[name] for name in sorted(form))
    signature = b64encode(hmac.digest(TOKEN.encode(), signed.encode(), hashlib.sha1)).decode()
    content = urlencode(form)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench.example.com\r\n"
        f"X-Twilio-Signature: {signature}\r\n"
        "I-Twilio-Idempotency-Token: 2b1f4f0e-3f53-4d0c-9c63-000000000000\r\n"
        "User-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    return Text(body, f"{head}{content}".encode())


@dataclass(slots=True)
class Provider:
    """
    A cheap Twilio: 201 to every text, as bare ASGI. `waiting` has who waits for which body.
    It also is the bot behind a URL, which echoes.
    """

    waiting: dict[str, asyncio.Future[None]] = field(default_factory=dict)
    count: int = 0
    unexpected: int = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        body = (await receive())["body"]
        if scope["path"] == "/bot":
            status, answer = 200, orjson.dumps({"messages": [orjson.loads(body)["text"]]})
        else:
            status, answer = 201, self._take(parse_qs(body.decode()))
        await send({"type": "http.response.start", "status": status, "headers": JSON})
        await send({"type": "http.response.body", "body": answer})

    def _take(self, form: dict[str, list[str]]) -> bytes:
        self.count += 1
        body = form["Body"][0]
        waiter = self.waiting.pop(body, None)
        if waiter is None:
            self.unexpected += 1
        elif not waiter.done():
            waiter.set_result(None)
        said = {"sid": f"SM{self.count:032x}", "status": "queued", "body": body}
        addresses = {"to": form["To"][0], "from": form["From"][0], "account_sid": ACCOUNT}
        rest = {"error_code": None, "error_message": None, "num_segments": "1", "price": None}
        return orjson.dumps({**said, **addresses, **rest})


@asynccontextmanager
async def serving(provider: Provider, port: int) -> Any:
    """The provider listens inside the block."""
    config = uvicorn.Config(
        provider, port=port, log_level="error", access_log=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    try:
        yield
    finally:
        server.should_exit = True
        await task


class Line(asyncio.Protocol):
    """One keep-alive connection: one request at a time, the status of its answer."""

    def __init__(self) -> None:
        self._buffer = b""
        self._answer: asyncio.Future[int] | None = None
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionError("the server hung up"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, blank, rest = self._buffer.partition(b"\r\n\r\n")
        if not blank:
            return
        _, _, after = head.lower().partition(b"content-length: ")
        length = int(after.split(b"\r\n", 1)[0] or 0)
        if len(rest) >= length and self._answer is not None:
            self._buffer = rest[length:]
            answer, self._answer = self._answer, None
            answer.set_result(int(head[9:12]))

    async def ask(self, request: bytes) -> int:
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        self._transport.close()


@dataclass(slots=True)
class Seen:
    """What came of the texts of one run; times in seconds."""

    acks: list[float] = field(default_factory=list)
    wholes: list[float] = field(default_factory=list)
    refused: int = 0
    lost: int = 0


async def text_for(
    seconds: float, port: int, provider: Provider, todo: Iterator[Text], people: int
) -> Seen:
    """
    `people` text at the same time; each waits for the acknowledgement and the answer before
    the next text. Returns when all have theirs.
    """
    seen = Seen()
    end = time.perf_counter() + seconds
    await asyncio.gather(*(_person(end, port, provider, todo, seen) for _ in range(people)))
    return seen


async def _person(
    end: float, port: int, provider: Provider, todo: Iterator[Text], seen: Seen
) -> None:
    loop = asyncio.get_running_loop()
    _, line = await loop.create_connection(Line, "127.0.0.1", port)
    with suppress(StopIteration):
        while (started := time.perf_counter()) < end:
            text = next(todo)
            answered = provider.waiting[text.body] = loop.create_future()
            status = await line.ask(text.request)
            acknowledged = time.perf_counter()
            if status != 200:
                seen.refused += 1
                del provider.waiting[text.body]
                continue
            try:
                async with asyncio.timeout(PATIENCE):
                    await answered
            except TimeoutError:
                seen.lost += 1
                continue
            seen.acks.append(acknowledged - started)
            seen.wholes.append(time.perf_counter() - started)
    line.close()
