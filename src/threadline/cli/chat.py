"""threadline chat: a phone in the terminal."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from threadline.cli.demo import HANDSET
from threadline.errors import NotSent

CARRIER = "http://127.0.0.1:8081"


def chat(
    number: Annotated[str, typer.Option(help="Your own number: any that you like.")] = HANDSET,
    to: Annotated[
        str | None, typer.Option(help="The bot's number; else the carrier's first one.")
    ] = None,
    carrier: Annotated[str, typer.Option(help="Where the carrier listens.")] = CARRIER,
) -> None:
    """
    Text a bot from the terminal, as with a phone.

    Lines that are piped in are sent one by one, each after the answer to the one before.
    Example: threadline chat --carrier http://127.0.0.1:8081
    """
    try:
        asyncio.run(_chat(number, to, carrier))
    except NotSent as why:
        raise NotSent(f"{why} Start a carrier with `threadline demo --serve`.") from why


async def _chat(number: str, to: str | None, carrier: str) -> None:
    from threadline.cli.handset import first_number, run_handset

    ours = to or await first_number(carrier)
    banner = f"You are {number} and text {ours}. /help tells more, Ctrl-D leaves."
    await run_handset(carrier, number, ours, banner=banner)
