"""threadline demo: the whole product on this machine, with a bot, a number and a handset."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from threadline.app import App

NUMBER = "+15550109999"
HANDSET = "+15550100001"
VISITOR = "demo@example.com"
ENDPOINT = {
    "Address": "myorganization-twiliosms",
    "OutboundBotReference": "MySmsBot",
    "InboundBotReference": "MySmsBot",
    "EngagementType": "TwilioSms",
    "Status": "online",
    "AllowedDomains": ["*.servisbot.com", "https://servisbot.com"],
    "EngagementConfig": {"Secret": "srn:vault::flowit:secretdoc:twiliokeys"},
    "Useragent": "useragent",
    "TargetBotReference": "MySmsBot",
    "Name": "MySms",
}
LOOPBACK = "127.0.0.0/8,::1/128"

SERVING = """\
Threadline   {public}   the product, with the bot MySmsBot of organization flowit
Portal       {portal}
             its pages: this link signs you in, one time
Carrier      {carrier}   a simulated Twilio, with the number {number}
Data         {data}   (log: {log})
"""
HANDS_ON = """
This is a phone with the number {handset}. Type a text, such as: hello
The bot answers here. /help tells more, Ctrl-D leaves.
"""
FROM_ELSEWHERE = """
Text the bot from another terminal:
    {program} chat --carrier {carrier}
See what was said:
    {program} conversation show --data {data} {address} {handset}
Ctrl-C stops it.
"""
LEFT = """
The demo has stopped. What was said is kept:
    {program} conversation show --data {data} {address} {handset}
"""


def demo(
    serve: Annotated[bool, typer.Option("--serve", help="Run it without the handset.")] = False,
    data: Annotated[Path, typer.Option(help="Folder for what the demo keeps.")] = Path(
        "threadline-data/demo"
    ),
    port: Annotated[int, typer.Option(help="Threadline's port.")] = 8080,
    carrier_port: Annotated[int, typer.Option(help="The carrier's port.")] = 8081,
) -> None:
    """
    Run everything on this machine, and text its bot.

    Threadline, a sample bot and the simulated carrier start; in a terminal you get a handset.

    Example: threadline demo
    """
    import uvloop

    uvloop.run(_demo(data, port, carrier_port, handset=not serve and sys.stdin.isatty()))


async def _demo(data: Path, port: int, carrier_port: int, *, handset: bool) -> None:
    from threadline import carrier
    from threadline.app import open_app
    from threadline.cli.handset import run_handset
    from threadline.egress import Egress
    from threadline.logs import configure
    from threadline.operations.apply import apply
    from threadline.settings import Settings
    from threadline.web import server

    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = data / "demo.log"
    with (
        server.listen("127.0.0.1", port) as line,
        server.listen("127.0.0.1", carrier_port, "--carrier-port") as carrier_line,
        log.open("ab", buffering=0) as log_file,
    ):
        configure("info", "json", log_file)
        carrier_url = _url(carrier_line)
        settings = Settings.read(
            data=data,
            database_url=f"sqlite:///{data / 'threadline.db'}",
            port=line.getsockname()[1],
            public_url=_url(line),
            twilio_api_url=carrier_url,
            allow_networks=LOOPBACK,
        )
        account = _account(data / "carrier.json")
        app = await open_app(settings)
        await apply(app, documents=[_document(account)])
        egress = Egress()
        known = {**account, "numbers": [{"number": NUMBER, "sms_url": await _hook(app)}]}
        simulated = carrier.Carrier(egress, [known])
        carrier_server, carrying = server.serve_on(carrier_line, carrier.create(simulated))
        names = {
            "portal": await _portal(app),
            "public": settings.public,
            "carrier": carrier_url,
            "number": NUMBER,
            "data": data,
            "log": log,
            "handset": HANDSET,
            "address": ENDPOINT["Address"],
            "program": _program(),
        }
        banner = SERVING.format(**names)
        try:
            if handset:
                async with server.running(app, line):
                    words = banner + HANDS_ON.format(**names)
                    await run_handset(carrier_url, HANDSET, NUMBER, banner=words)
                print(LEFT.format(**names))
            else:
                print(banner + FROM_ELSEWHERE.format(**names), flush=True)
                await server.run(app, line)
        finally:
            await simulated.stop()
            carrier_server.should_exit = True
            await asyncio.gather(carrying, return_exceptions=True)
            await egress.close()


async def _portal(app: App) -> str:
    """A link that signs in who looks at the demo, as the owner of its organization."""
    from threadline.operations import users

    if not await app.store.any_user():
        await users.create_first(
            app,
            email=VISITOR,
            name="Demo",
            password=secrets.token_urlsafe(),
            organization="flowit",
        )
    return (await users.link(app, email=VISITOR, purpose="enter"))["link"]


def _program() -> str:
    """How this very command was called, so that what is printed can be pasted."""
    called = sys.argv[0]
    if called.endswith("__main__.py"):
        return "python -m threadline"
    return "threadline" if called == shutil.which("threadline") else called


async def _hook(app: App) -> str:
    address = str(ENDPOINT["Address"])
    return (await app.endpoint_at(address)).messaging_endpoint(app.public_url)


def _url(line: Any) -> str:
    host, port = line.getsockname()[:2]
    return f"http://{host}:{port}"


def _account(file: Path) -> dict[str, str]:
    """The simulated account, the same at every start."""
    import orjson

    if not file.exists():
        made = {"sid": f"AC{secrets.token_hex(16)}", "token": secrets.token_hex(16)}
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "wb") as out:
            out.write(orjson.dumps(made))
    found: dict[str, str] = orjson.loads(file.read_bytes())
    return found


def _document(account: dict[str, str]) -> dict[str, Any]:
    """Organization flowit with its secret, bot and endpoint, as `threadline apply` takes it."""
    from threadline.operations import sample

    value = {
        "accountSid": account["sid"],
        "authToken": account["token"],
        "phoneNumber": NUMBER,
    }
    return {
        "Organization": "flowit",
        "Title": "Sample organization",
        "Secrets": [{"Name": "twiliokeys", "Type": "secretdoc", "Value": value}],
        "Bots": [sample.bot()],
        "Endpoints": [ENDPOINT],
    }
