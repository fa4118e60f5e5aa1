"""A phone in the terminal, texting a number of the simulated carrier."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote, urlencode

import orjson
import typer
from prompt_toolkit import PromptSession
from prompt_toolkit.patch_stdout import patch_stdout

from threadline.egress import Client, Egress
from threadline.errors import RequestFailed
from threadline.operations.carrier import ask

LONG_POLL = 25
AGAIN_AFTER = 1.0

TICKS = {"sent": "✓ sent", "delivered": "✓✓ delivered", "failed": "✗ not delivered"}
HELP = """\
  /media URL [words]   send a picture or another file
  /help                show this
  /quit                leave, as Ctrl-D does
  STOP, START, HELP    are texts that the carrier answers itself"""


@dataclass
class Phone:
    """One handset of the carrier. `last` is how far its news has been read."""

    client: Client
    carrier: str
    number: str
    to: str
    last: int = 0

    async def send(self, body: str, media: Sequence[str] = ()) -> None:
        """Raises `RequestFailed`, perhaps with the carrier's own sentence."""
        wish = {"to": self.to, "body": body, "media": list(media)}
        await self._ask("POST", "", data=orjson.dumps(wish), content_type="application/json")

    async def news(self, wait: float) -> list[dict[str, Any]]:
        """New texts and new ticks, after at most `wait` seconds. Raises as `send` does."""
        query = urlencode({"with": self.to, "after": self.last, "wait": wait})
        found = await self._ask("GET", f"?{query}", timeout=wait + 15)
        self.last = found["last"]
        return list(found["texts"])

    async def _ask(self, method: str, rest: str, **how: Any) -> dict[str, Any]:
        url = f"{self.carrier}/handsets/{quote(self.number)}/texts{rest}"
        return await ask(self.client, method, url, **how)


@dataclass
class Screen:
    """What is shown. `write` is called with whole lines, `redraw` when the tick changes."""

    write: Callable[[str], None]
    redraw: Callable[[], None] = lambda: None
    tick: str = ""
    replies: asyncio.Event = field(default_factory=asyncio.Event)

    def show(self, text: dict[str, Any]) -> None:
        if text["direction"] == "sent":
            self.tick = TICKS.get(text["status"], "")
            self.redraw()
            if why := text["error"]:
                self.note(f"Your text was not delivered: {why['message']} ({why['code']})")
            return
        who = "carrier" if text["automatic"] else text["from"]
        lines = [*printable(text["body"]).splitlines(), *map(printable, text["media"])]
        self.write(
            "\n".join(f"{who if n == 0 else '':>12}  {one}" for n, one in enumerate(lines))
        )
        self.replies.set()

    def note(self, sentence: str) -> None:
        self.write(f"  ! {printable(sentence)}")


async def run_handset(
    carrier_url: str, number: str, to: str, *, banner: str = "", quiet_after: float = 3.0
) -> None:
    """
    Text `to` as `number` until Ctrl-D. Without a terminal, lines are read from the input: each
    is sent when the one before was answered or `quiet_after` seconds have passed, and the end
    comes once it was quiet for as long.

    Raises `RequestFailed` if the carrier cannot be used.
    """
    egress = Egress()
    try:
        phone = Phone(egress.provider, carrier_url.rstrip("/"), number, to)
        await phone.news(0)
        if banner:
            typer.echo(banner)
        if sys.stdin.isatty():
            await _type(phone)
        else:
            await _read(phone, quiet_after)
    finally:
        await egress.close()


async def _type(phone: Phone) -> None:
    session: PromptSession[str] = PromptSession()
    screen = Screen(print, session.app.invalidate)
    with patch_stdout():
        following = asyncio.create_task(_follow(phone, screen))
        try:
            while True:
                line = await session.prompt_async("> ", bottom_toolbar=lambda: screen.tick)
                if await _obey(line, phone, screen) == "leave":
                    return
        except (EOFError, KeyboardInterrupt):
            return
        finally:
            following.cancel()


async def _read(phone: Phone, quiet_after: float) -> None:
    screen = Screen(typer.echo)
    following = asyncio.create_task(_follow(phone, screen))
    try:
        while line := await asyncio.to_thread(sys.stdin.readline):
            screen.replies.clear()
            match await _obey(line, phone, screen):
                case "leave":
                    return
                case "sent":
                    await _reply(screen, quiet_after)
        while await _reply(screen, quiet_after):
            screen.replies.clear()
    finally:
        following.cancel()


async def _reply(screen: Screen, seconds: float) -> bool:
    try:
        async with asyncio.timeout(seconds):
            await screen.replies.wait()
    except TimeoutError:
        return False
    return True


async def _follow(phone: Phone, screen: Screen) -> None:
    """Shows what comes, and goes on when the carrier was away for a while."""
    while True:
        try:
            for text in await phone.news(LONG_POLL):
                screen.show(text)
        except RequestFailed as why:
            screen.note(str(why))
            await asyncio.sleep(AGAIN_AFTER)


async def _obey(line: str, phone: Phone, screen: Screen) -> Literal["sent", "stay", "leave"]:
    """Sends the line, or does what it says."""
    match line.strip().split(maxsplit=2):
        case []:
            return "stay"
        case ["/quit", *_]:
            return "leave"
        case ["/help", *_]:
            screen.write(HELP)
            return "stay"
        case ["/media", url, *words]:
            body, media = " ".join(words), [url]
        case [word, *_] if word.startswith("/"):
            screen.note(f"{word} is not a command that can be used so. /help tells them.")
            return "stay"
        case _:
            body, media = line.strip("\r\n"), []
    try:
        await phone.send(body, media)
    except RequestFailed as why:
        screen.note(f"Your text was not sent: {why}")
        return "stay"
    return "sent"


def printable(text: str) -> str:
    """Without what would move the cursor or change its colour. Pure."""
    return "".join(one for one in text if one == "\n" or one.isprintable())


async def first_number(carrier_url: str) -> str:
    """The number that the carrier knows longest. Raises as `ask` does."""
    egress = Egress()
    try:
        url = f"{carrier_url.rstrip('/')}/carrier/accounts"
        found = await ask(egress.provider, "GET", url)
    finally:
        await egress.close()
    numbers = [one["number"] for account in found["accounts"] for one in account["numbers"]]
    if not numbers:
        raise RequestFailed("The carrier has no number to text. Give one with --to.")
    return str(numbers[0])
