"""Functions that are bots, of every kind that Python has."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

from threadline import (
    BotRefused,
    End,
    MissionDone,
    Option,
    Remember,
    SuggestionPrompt,
    ToBot,
    ToPerson,
    Turn,
    Wake,
)

STOPPED = threading.Event()
"""What `forever` waits for, until its test is over."""


def plain(turn: Turn) -> str:
    return f"You said: {turn.text}"


async def later(turn: Turn) -> list[Any]:
    count = turn.state.get("count", 0) + 1
    return [f"Text {count}.", Remember({"count": count}, {"texts": count})]


def parts(turn: Turn) -> Iterator[Any]:
    yield "Tea or coffee?"
    yield SuggestionPrompt((Option("t", "Tea"), Option("c", "Coffee")))


async def stream(turn: Turn) -> AsyncIterator[Any]:
    for line in await turn.past(2):
        yield f"{line.author}: {line.text}"
    yield {"type": "message", "message": f"Now: {turn.text}"}


class Shop:
    """An object that is called."""

    async def __call__(self, turn: Turn) -> str:
        return f"Welcome, {turn.contact}."


shop = Shop()


def silent(turn: Turn) -> None:
    return None


def acting(turn: Turn) -> Any:
    """Does what it is told."""
    return {
        "bye": ["Goodbye!", End()],
        "person": ["One moment.", ToPerson("They asked.")],
        "push": ToBot("other", returns=True),
        "done": MissionDone(),
        "wake": Wake(60),
        "twice": [ToBot("a"), ToBot("b")],
        "both": [ToBot("a"), End()],
        "forget": Remember(context={"name": None}),
        "much": Remember(context={"all": "x" * 20_000}),
        "odd": Remember({"what": object()}),
        "list": Remember([1]),  # type: ignore[arg-type]
        "never": Wake(-1),
        "number": 3,
        "strange": {"type": "message"},
        "wrong": SuggestionPrompt("tea"),  # type: ignore[arg-type]
        "many": ["x"] * 101,
    }.get(turn.text, "?")


def changing(turn: Turn) -> str:
    turn.context["cart"]["items"].clear()
    return "Cleared."


def failing(turn: Turn) -> str:
    raise KeyError(turn.text)


async def refusing(turn: Turn) -> str:
    raise BotRefused("The shop is closed for good.")


def endless(turn: Turn) -> Iterator[str]:
    while True:
        yield "again"


async def endless_later(turn: Turn) -> AsyncIterator[str]:
    while True:
        yield "again"


def forever(turn: Turn) -> str:
    STOPPED.wait()
    return "late"


def where(turn: Turn) -> str:
    return threading.current_thread().name


def clocked(turn: Turn) -> str:
    return str(time.gmtime(turn.at // 1_000_000).tm_year)


number = 3
