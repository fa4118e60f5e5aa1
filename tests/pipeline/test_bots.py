"""When a bot is slow or fails: what the contact gets, and what the operator reads."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from tests.bots.server import Asked, serving
from tests.pipeline.told import assert_told, become, heard, notes
from tests.web.rows import on
from tests.world import BOB, Account, World, document, world

ASKED_AGAIN = r"The bot at http://\S+ answered 500\. It is asked again at \d\d:\d\d:\d\d UTC\."
PUT_ASIDE = r"The bot at http://\S+ answered 500\. This text was put aside unanswered\."


class Somebody:
    """A bot of somebody else's that answers as `script` says, and then with an echo."""

    def __init__(self, *script: int, seconds: float = 0) -> None:
        self.script = list(script)
        self.seconds = seconds
        self.asked: list[dict[str, Any]] = []
        self.at_once = self.most_at_once = 0
        self.url = serving(self.answer)

    async def answer(self, asked: Asked) -> Response:
        self.asked.append(asked.turn)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(self.seconds)  # a bot may be slow; no test waits by this
        self.at_once -= 1
        if self.script:
            return Response("trouble", self.script.pop(0))
        return JSONResponse({"messages": [asked.turn["text"]]})

    @property
    def document(self) -> dict[str, Any]:
        return {"Name": "Theirs", "Type": "http", "Url": self.url}

    @property
    def turns(self) -> Counter[str]:
        """How often each turn was asked."""
        return Counter(turn["turn"] for turn in self.asked)


async def apply(here: World, bot: Somebody, **config: Any) -> None:
    await here.apply(document(Account(), bot.document, config=config))


async def test_a_bot_that_takes_longer_than_a_lease_is_asked_once(
    tmp_path: Path, database_url: str
):
    bot = Somebody(seconds=2)
    async with world(tmp_path, database_url, lease=0.9) as here:
        await apply(here, bot)

        await here.text("one")

        assert ["one"] == await here.until(here.received, ["one"])
        assert ["one"] == [turn["text"] for turn in bot.asked]
        assert [] == await notes(here)


@on("sqlite")
async def test_a_slow_bot_keeps_nobody_else_waiting(tmp_path: Path, database_url: str):
    bot = Somebody(seconds=1)
    async with world(tmp_path, database_url) as here:
        await apply(here, bot)

        await here.text("one")
        await here.text("from Bob", handset=BOB)

        assert ["from Bob"] == await here.until(lambda: here.received(BOB), ["from Bob"])
        assert ["one"] == await here.until(here.received, ["one"])
        assert 2 == bot.most_at_once


async def test_a_bot_that_fails_twice_is_asked_the_same_turn_again(
    tmp_path: Path, database_url: str
):
    bot = Somebody(500, 500)
    async with world(tmp_path, database_url) as here:
        await apply(here, bot, ErrorMessage="Sorry.")

        await here.text("one")
        await here.text("two")

        assert ["one", "two"] == await here.until(here.received, ["one", "two"])
        assert ["one"] * 3 + ["two"] == [turn["text"] for turn in bot.asked]
        assert [3, 1] == list(bot.turns.values())
        assert_told([ASKED_AGAIN] * 2, await notes(here))


async def test_a_text_that_the_bot_never_answers_is_put_aside_and_the_next_goes_on(
    tmp_path: Path, database_url: str
):
    bot = Somebody(500, 500, 500)
    async with world(tmp_path, database_url) as here:
        await apply(here, bot, ErrorMessage="Sorry, something is broken.")

        await here.text("one")
        await here.text("two")

        expected = ["Sorry, something is broken.", "two"]
        assert expected == await here.until(here.received, expected)
        assert [3, 1] == list(bot.turns.values())
        assert_told([ASKED_AGAIN, ASKED_AGAIN, PUT_ASIDE], await notes(here))
        assert ["delivered"] * 2 == await become(here, "delivered", "delivered")


@on("sqlite")
async def test_a_text_that_is_put_aside_is_not_mentioned_unless_the_endpoint_says_so(
    tmp_path: Path, database_url: str
):
    bot = Somebody(500, 500, 500)
    async with world(tmp_path, database_url) as here:
        await apply(here, bot)

        await here.text("one")
        await here.text("two")

        assert ["two"] == await here.until(here.received, ["two"])


@pytest.mark.parametrize("status", [400, 404, 302])
@on("postgres")
async def test_a_bot_that_refuses_is_not_asked_again(
    tmp_path: Path, database_url: str, status: int
):
    bot = Somebody(status)
    async with world(tmp_path, database_url) as here:
        await apply(here, bot, ErrorMessage="Sorry.")

        await here.text("one")
        await here.text("two")

        assert ["Sorry.", "two"] == await here.until(here.received, ["Sorry.", "two"])
        assert [1, 1] == list(bot.turns.values())
        refused = (
            rf"The bot at http://\S+ answered {status}\..*This text was put aside unanswered\."
        )
        assert_told([refused], await notes(here))
        assert ["one", "two"] == await heard(here)


@on("sqlite")
async def test_a_bot_that_cannot_be_reached_is_asked_again_and_then_put_aside(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url) as here:
        gone = {"Name": "Gone", "Type": "http", "Url": "http://127.0.0.1:9/chat"}
        await here.apply(document(Account(), gone, config={"ErrorMessage": "Sorry."}))

        await here.text("one")

        assert ["Sorry."] == await here.until(here.received, ["Sorry."])
        unreached = r"The bot at http://127.0.0.1:9/chat could not be reached: .*\. "
        again = unreached + r"It is asked again at \d\d:\d\d:\d\d UTC\."
        aside = unreached + r"This text was put aside unanswered\."
        assert_told([again, again, aside], await notes(here))
