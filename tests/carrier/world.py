"""A carrier on a free port, and somebody's server that it calls."""

from __future__ import annotations

import asyncio
import json
import socket
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
import jsonschema
import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.server import ServerState

from threadline.carrier import Carrier

SID = "AC" + "0" * 31 + "1"
TOKEN = "a token of 32 characters, or not"
KEY, SECRET = "SK" + "0" * 31 + "1", "the key's secret"
OTHER_SID = "AC" + "0" * 31 + "2"
SERVICE = "MG" + "0" * 31 + "1"

BOT = "+15550100000"
SECOND = "+15550100009"
FOREIGN = "+15550200000"
ANN = "+15550100001"
BEN = "+15550100002"

EMPTY = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'
PATIENCE = 5

SCHEMAS = json.loads((Path(__file__).parent / "twilio-schemas.json").read_text())


def twiml(inside: str = "") -> Response:
    return Response(f"<Response>{inside}</Response>", media_type="text/xml")


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}


@dataclass(frozen=True, slots=True)
class Call:
    """One request that the carrier made."""

    method: str
    url: str
    headers: dict[str, str]
    params: dict[str, str]
    fields: list[tuple[str, str]]


Answer = Callable[[], Awaitable[Response]]


@dataclass
class Receiver:
    """Somebody's server: keeps what it is told, and answers as scripted, else with `usual`."""

    url: str = ""
    usual: Response | None = None
    script: list[Response | Answer] = field(default_factory=list)
    calls: asyncio.Queue[Call] = field(default_factory=asyncio.Queue)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        fields = parse_qsl((await request.body()).decode(), keep_blank_values=True)
        raw = scope["raw_path"].decode() + (
            f"?{q.decode()}" if (q := scope["query_string"]) else ""
        )
        call = Call(request.method, self.url + raw, dict(request.headers), dict(fields), fields)
        self.calls.put_nowait(call)
        answer = self.script.pop(0) if self.script else self.usual
        response = (
            await answer() if callable(answer) and not isinstance(answer, Response) else answer
        )
        await (response or Response(EMPTY, media_type="text/xml"))(scope, receive, send)

    async def next(self) -> Call:
        async with asyncio.timeout(PATIENCE):
            return await self.calls.get()

    def rest(self) -> list[Call]:
        """What it was told and nobody has looked at yet."""
        return [self.calls.get_nowait() for _ in range(self.calls.qsize())]


@asynccontextmanager
async def serving(app: ASGIApp) -> AsyncIterator[str]:
    """
    The URL of an application that runs for as long: uvicorn's protocol without its `Server`,
    which takes a few tenths of a second to go.
    """
    config = uvicorn.Config(app, log_level="critical", lifespan="off")
    config.load()
    state = ServerState()

    def protocol() -> asyncio.Protocol:
        made = config.http_protocol_class
        return made(config=config, server_state=state, app_state={})  # type: ignore[operator]

    # with its protocol named, asyncio turns Nagle's delay of 40 ms off
    line = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    line.bind(("127.0.0.1", 0))
    server = await asyncio.get_running_loop().create_server(protocol, sock=line)
    try:
        yield f"http://127.0.0.1:{line.getsockname()[1]}"
    finally:
        server.close()
        for connection in list(state.connections):
            connection.transport.abort()
        for task in list(state.tasks):
            task.cancel()
        await asyncio.gather(*state.tasks, return_exceptions=True)


@dataclass
class World:
    """A carrier with two accounts, and the ways to talk to it."""

    carrier: Carrier
    url: str
    http: aiohttp.ClientSession
    receiver: Receiver

    async def api(
        self,
        method: str,
        path: str,
        form: dict[str, Any] | list[tuple[str, str]] | None = None,
        *,
        auth: tuple[str, str] = (SID, TOKEN),
        account: str = SID,
    ) -> tuple[int, Any]:
        """Status and JSON of one request to the REST API."""
        url = f"{self.url}/2010-04-01/Accounts/{account}{path}"
        headers = basic(*auth)
        how = {"params": form} if method == "GET" else {"data": form}
        async with self.http.request(method, url, headers=headers, **how) as answer:
            text = await answer.text()
            is_json = "json" in answer.headers.get("content-type", "")
            return answer.status, json.loads(text) if is_json else text

    async def create(self, to: str = ANN, body: str = "hi", **more: str) -> tuple[int, Any]:
        return await self.api(
            "POST", "/Messages.json", {"To": to, "From": BOT, "Body": body, **more}
        )

    async def ask(self, method: str, path: str, document: Any = None) -> tuple[int, Any]:
        """Status and JSON of one request to the carrier's own API."""
        async with self.http.request(method, self.url + path, json=document) as answer:
            return answer.status, await answer.json() if await answer.read() else None

    async def fault(self, where: str, what: str, **more: Any) -> dict[str, Any]:
        _, rule = await self.ask("POST", "/faults", {"where": where, "what": what, **more})
        return dict(rule)

    async def text(self, body: str, sender: str = ANN, to: str = BOT, **more: Any) -> Any:
        """A person texts, and waits until somebody's server has answered."""
        wish = {"to": to, "body": body, **more}
        return (await self.ask("POST", f"/handsets/{sender}/texts?wait=true", wish))[1]

    async def inbox(self, handset: str = ANN, after: int = 0) -> list[dict[str, Any]]:
        """What a person received, once everything that is under way has arrived."""
        async with asyncio.timeout(PATIENCE):
            await self.carrier.settle()
        _, found = await self.ask("GET", f"/handsets/{handset}/texts?after={after}")
        return [text for text in found["texts"] if text["direction"] == "received"]

    async def bodies(self, handset: str = ANN) -> list[str]:
        return [text["body"] for text in await self.inbox(handset)]

    async def alerts(self) -> list[dict[str, Any]]:
        return list((await self.ask("GET", "/alerts"))[1]["alerts"])

    def point(self, rest: str = "/sms", **more: str) -> None:
        """Sets the bot's SmsUrl, and what else is given."""
        number = self.carrier.state.numbers[BOT]
        self.carrier.state.change_number(number, sms_url=self.receiver.url + rest, **more)


def matches(name: str, value: Any) -> None:
    """Raises unless `value` is what Twilio's own description calls `name`."""
    root = _translated(SCHEMAS)
    schema = {"$ref": f"#/components/schemas/{name}", "components": root["components"]}
    jsonschema.Draft202012Validator(schema).validate(value)
    described = root["components"]["schemas"][name]["properties"]
    assert set(described) == set(value)


def _translated(value: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema: `nullable` is a type of its own there."""
    if isinstance(value, list):
        return [_translated(one) for one in value]
    if not isinstance(value, dict):
        return value
    plain = {name: _translated(one) for name, one in value.items() if name != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if value.get("nullable") is True else plain
