"""What an operator reads of a conversation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse

from tests.bots import server
from tests.world import ADDRESS, ANN, ECHO, Account, World, document, flow_bot, until
from threadline.model.wanted import Wanted

LOOKED_UP = r"Whether it was sent is looked up at \d\d:\d\d:\d\d UTC\."
AGAIN = r"It is tried again at \d\d:\d\d:\d\d UTC\."
RESENT = r"The text is not at the provider after two looks, so it is sent once more\."
FOUND = r"The text was found at the provider: it had been sent\."
MAYBE = r"Twilio had an internal error; the text may have been sent\. " + LOOKED_UP
BROKEN = r"Twilio was reached, but the connection broke before its whole answer was here\. "
FULL = r"Twilio takes no more requests at once from this account; the text waits\. " + AGAIN


async def notes(here: World, handset: str = ANN, address: str = ADDRESS) -> list[str]:
    """The sentences for the operator, in order."""
    entries = await here.timeline(handset, address)
    return [e["element"]["text"] for e in entries if e["element"]["type"] == "note"]


async def statuses(here: World, handset: str = ANN, address: str = ADDRESS) -> list[str]:
    """What became of each text to the contact, in order."""
    return [e["status"] for e in await here.timeline(handset, address) if e["status"]]


async def heard(here: World, handset: str = ANN, address: str = ADDRESS) -> list[str]:
    """The texts of the contact, in order."""
    entries = await here.timeline(handset, address)
    return [e["element"].get("message", "") for e in entries if e["author"] == "contact"]


async def become(here: World, *wanted: str, handset: str = ANN) -> list[str]:
    """The statuses, once they are what is wanted, or nobody has patience any more."""
    return list(await until(lambda: statuses(here, handset), lambda now: now == list(wanted)))


def readable(sentences: list[str]) -> bool:
    """Whether these are sentences for people, and nothing of the program shows through."""
    inner = ("Traceback", "Error(", "<class", "None", "asyncpg", "sqlite3", "aiohttp")
    whole = all(one.endswith(".") and " " in one for one in sentences)
    return whole and not any(word in one for one in sentences for word in inner)


def assert_told(expected: list[str], found: list[str]) -> None:
    """Each sentence fits its pattern, and there is no other."""
    assert len(expected) == len(found), found
    for pattern, note in zip(expected, found, strict=True):
        assert re.fullmatch(pattern, note), note
    assert readable(found), found


@dataclass
class Listener:
    """A bot that says what it hears, and remembers who `asked` it what."""

    asked: list[tuple[str, str]]
    document: dict[str, Any]


def listener() -> Listener:
    asked: list[tuple[str, str]] = []

    def answering(question: server.Asked) -> JSONResponse:
        turn = question.turn
        asked.append((turn["contact"], turn["text"]))
        return JSONResponse({"messages": [turn["text"]]})

    return Listener(asked, {"Name": "Echo", "Type": "http", "Url": server.serving(answering)})


def teller(*texts: str) -> dict[str, Any]:
    """A bot that always says this, in so many texts."""

    def answering(_question: server.Asked) -> JSONResponse:
        return JSONResponse({"messages": list(texts)})

    return {"Name": "Teller", "Type": "http", "Url": server.serving(answering)}


async def noted(here: World, *wanted: str, handset: str = ANN) -> list[str]:
    """The notes, once they are what is wanted, or nobody has patience any more."""
    return list(await until(lambda: notes(here, handset), lambda now: now == list(wanted)))


async def flags(here: World, organization: str = "flowit") -> list[str]:
    """Why conversations are flagged."""
    wanted = Wanted(flagged=True)
    found = await here.app.store.find_conversations(organization, wanted, 100)
    return [str(one["flagged"]) for one in found]


async def echo(here: World, **config: Any) -> Account:
    """An endpoint whose bot says what it hears."""
    account = Account()
    await here.apply(document(account, flow_bot(ECHO), config=config))
    return account


def creating(what: str, **more: Any) -> dict[str, Any]:
    """A fault in taking a text."""
    return {"where": "create", "what": what, **more}


def calling(what: str, **more: Any) -> dict[str, Any]:
    """A fault in all status callbacks."""
    return {"where": "callback", "what": what, "times": None, **more}


def listing(**more: Any) -> dict[str, Any]:
    """The list of texts cannot be had."""
    return {"where": "list", "what": "refuse", "status": 500, **more}


DROPPED = calling("drop")
