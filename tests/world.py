"""The whole product in one test: a real server, a real carrier, and handsets to text with."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import orjson

from threadline import carrier
from threadline.app import App, open_app
from threadline.egress import Answer, Egress
from threadline.operations.apply import apply
from threadline.settings import Settings
from threadline.web import server

OURS = "+15550109999"
ANN, BOB = "+15550100001", "+15550100002"
ADDRESS = "myorganization-twiliosms"
PATIENCE = 20

TEA = {
    "nodes": {
        "start": {"type": "Start", "next": "hello"},
        "hello": {"type": "Dialogue", "text": "Hello!", "next": "ask"},
        "ask": {
            "type": "Prompt",
            "text": "Tea or coffee?",
            "options": {"tea": "good", "coffee": "out"},
        },
        "good": {"type": "Dialogue", "text": "Good choice.", "next": "end"},
        "out": {"type": "Dialogue", "text": "Out of beans.", "next": "ask"},
        "end": {"type": "End"},
    }
}
ECHO = {
    "nodes": {
        "start": {"type": "Start", "next": "say"},
        "say": {"type": "Dialogue", "text": "${msg.payload.user.message}", "next": "wait"},
        "wait": {"type": "Input", "store": "last", "next": "say"},
    }
}


def flow_bot(flow: Any = TEA, name: str = "MySmsBot") -> dict[str, Any]:
    return {"Name": name, "Type": "flow", "Flow": flow}


@dataclass
class Account:
    """A simulated account with one number."""

    number: str = OURS
    sid: str = field(default_factory=lambda: f"AC{secrets.token_hex(16)}")
    token: str = field(default_factory=lambda: secrets.token_hex(16))

    @property
    def value(self) -> dict[str, Any]:
        return {"accountSid": self.sid, "authToken": self.token, "phoneNumber": self.number}


def document(
    account: Account,
    *bots: dict[str, Any],
    organization: str = "flowit",
    address: str = ADDRESS,
    config: dict[str, Any] | None = None,
    **fields: Any,
) -> dict[str, Any]:
    """An organization with one endpoint, as `threadline apply` takes it."""
    alias = f"{address}-keys"
    srn = f"srn:vault::{organization}:secretdoc:{alias}"
    known = bots or (flow_bot(),)
    endpoint = {
        "Address": address,
        "Name": "MySms",
        "Status": "online",
        "EngagementType": "TwilioSms",
        "EngagementConfig": {"Secret": srn, "MessagesPerSecond": 1000, **(config or {})},
        "TargetBotReference": known[0]["Name"],
        **fields,
    }
    return {
        "Organization": organization,
        "Secrets": [{"Name": alias, "Type": "secretdoc", "Value": account.value}],
        "Bots": list(known),
        "Endpoints": [endpoint],
    }


@dataclass
class Asked:
    """A request to the carrier for a text: what it said, and while it was there (seconds)."""

    form: dict[str, str]
    began: float
    ended: float = float("inf")


@dataclass
class Desk:
    """Stands before the carrier and writes down who asks it to send a text."""

    app: Any
    asked: list[Asked] = field(default_factory=list)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        creates = scope.get("method") == "POST" and scope["path"].endswith("/Messages.json")
        if not creates:
            await self.app(scope, receive, send)
            return
        heard = [await receive()]
        while heard[-1].get("more_body"):
            heard.append(await receive())
        form = b"".join(one.get("body", b"") for one in heard).decode()
        asked = Asked(dict(parse_qsl(form)), asyncio.get_running_loop().time())
        self.asked.append(asked)

        async def again() -> Any:
            return heard.pop(0) if heard else await receive()

        try:
            await self.app(scope, again, send)
        finally:
            asked.ended = asyncio.get_running_loop().time()


@dataclass
class World:
    """
    `app` is the server's; `url` where it listens; `carrier_url` where the carrier does, which
    was `asked` for these texts.
    """

    app: App
    url: str
    carrier_url: str
    carrier: carrier.Carrier
    egress: Egress
    asked: list[Asked]

    async def apply(self, *documents: dict[str, Any]) -> None:
        """Make them true, and connect each number at the carrier."""
        found = await apply(self.app, documents=list(documents))
        urls = {one["address"]: next(iter(one["urls"].values())) for one in found["endpoints"]}
        for one in documents:
            value = one["Secrets"][0]["Value"]
            hook = urls[one["Endpoints"][0]["Address"]]
            number = {"number": value["phoneNumber"], "sms_url": hook}
            account = {"sid": value["accountSid"], "token": value["authToken"]}
            await self.post("/carrier/accounts", {**account, "numbers": [number]})

    async def post(self, path: str, value: Any) -> Any:
        """To the carrier, as JSON."""
        answer = await self.ask("POST", self.carrier_url + path, value)
        assert answer.status < 300, answer.body
        return orjson.loads(answer.body)

    async def ask(self, method: str, url: str, value: Any = None) -> Answer:
        data = None if value is None else orjson.dumps(value)
        kind = None if value is None else "application/json"
        return await self.egress.provider.request(method, url, data=data, content_type=kind)

    async def text(self, body: str, handset: str = ANN, to: str = OURS) -> Any:
        """A person texts; returns what the carrier says of the webhook."""
        path = f"/handsets/{handset.replace('+', '%2B')}/texts?wait=true"
        return await self.post(path, {"to": to, "body": body})

    async def received(self, handset: str = ANN, ours: str = OURS) -> list[str]:
        """What the handset has been sent by us so far, in order."""
        path = f"/handsets/{handset.replace('+', '%2B')}/texts?with={ours.replace('+', '%2B')}"
        answer = await self.ask("GET", self.carrier_url + path)
        texts = orjson.loads(answer.body)["texts"]
        return [t["body"] for t in texts if t["direction"] == "received" and not t["automatic"]]

    async def timeline(self, handset: str = ANN, address: str = ADDRESS) -> list[Any]:
        return list(await self.app.store.timeline(address, handset))

    async def until(self, what: Callable[[], Awaitable[Any]], wanted: Any) -> Any:
        """Look until it is so, then return it; after a while return what it is."""
        return await until(what, lambda found: found == wanted)


async def until(what: Callable[[], Awaitable[Any]], enough: Callable[[Any], bool]) -> Any:
    """Look until it is enough, for at most as long as anybody has patience."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while True:
        found = await what()
        if enough(found) or asyncio.get_running_loop().time() > deadline:
            return found
        await asyncio.sleep(0.01)


@asynccontextmanager
async def world(
    data: Path, database_url: str, *, latency: float = 0.0, **settings: Any
) -> AsyncIterator[World]:
    """Everything running, on free ports; stopped afterwards."""
    quick = {"poll": 0.05, "unknown": 0.2, "turn_retries": (0.05, 0.1), "paused": 0.3}
    egress = Egress()
    with server.listen("127.0.0.1", 0) as line, server.listen("127.0.0.1", 0) as other:
        carrier_url = f"http://127.0.0.1:{other.getsockname()[1]}"
        simulated = carrier.Carrier(egress, latency=latency)
        desk = Desk(carrier.create(simulated))
        carrier_server, carrying = server.serve_on(other, desk)
        read = Settings.read(
            data=data,
            database_url=database_url,
            twilio_api_url=carrier_url,
            **{"allow_networks": "127.0.0.0/8", "grace": 5, **quick, **settings},
        )
        app = await open_app(read)
        try:
            async with server.running(app, line):
                yield World(app, app.public_url, carrier_url, simulated, egress, desk.asked)
        finally:
            await simulated.stop()
            carrier_server.should_exit = True
            await asyncio.gather(carrying, return_exceptions=True)
            await egress.close()
