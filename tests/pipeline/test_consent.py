"""STOP, START and HELP, as they come through the real webhook."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse

from tests.bots.server import Asked, serving
from tests.pipeline.told import become, creating, notes, statuses
from tests.web.provider import EMPTY, Provider
from tests.web.rows import on
from tests.world import ANN, BOB, Account, World, document, until, world

STOPPED = "The contact opted out of being texted, so the bot was not asked."
STARTED = "The contact wants to be texted again, so the bot was not asked."
SILENT = "The contact has opted out, so the bot was not asked. START would lift that."
HELPED = "The contact asked for help, which is answered without the bot."
SUPPRESSED = "not sent: opted out"


@dataclass
class Bot:
    """Echoes, and remembers what it was asked."""

    asked: list[tuple[str, str]]
    document: dict[str, Any]


@pytest.fixture
def bot() -> Bot:
    asked: list[tuple[str, str]] = []

    def answering(question: Asked) -> JSONResponse:
        turn = question.turn
        asked.append((turn["contact"], turn["text"]))
        words = [f"{turn['text']}{n}" for n in ("", " 2")] if "two" in turn["text"] else None
        return JSONResponse({"messages": words or [turn["text"]]})

    return Bot(asked, {"Name": "Echo", "Type": "http", "Url": serving(answering)})


@pytest.fixture
async def here(tmp_path: Path, database_url: str) -> AsyncIterator[World]:
    async with world(tmp_path, database_url, send_retries=(30,)) as made:
        yield made


async def apply(here: World, bot: Bot) -> Provider:
    account = Account()
    await here.apply(document(account, bot.document))
    return Provider(here.egress, here.url, account)


async def noted(here: World, *wanted: str, handset: str = ANN) -> bool:
    return list(wanted) == await here.until(lambda: notes(here, handset), list(wanted))


@pytest.mark.parametrize("word", ["STOP", "stop", " Unsubscribe ", "CANCEL", "Quit", "OPTOUT"])
@on("sqlite")
async def test_who_says_stop_is_not_texted_and_no_bot_is_asked(
    here: World, bot: Bot, word: str
):
    provider = await apply(here, bot)

    answer = await provider.text(word)
    await provider.text("hello?")

    assert (200, EMPTY) == (answer.status, answer.body)
    assert await noted(here, STOPPED, SILENT)
    assert [] == await here.received()
    assert [] == bot.asked


async def test_what_waits_to_be_sent_is_dropped_at_stop(here: World, bot: Bot):
    await apply(here, bot)
    await here.post("/faults", creating("refuse", status=429))
    await here.text("two")
    [note] = await until(lambda: notes(here), bool)
    assert "the text waits" in note
    assert ["waiting to be sent", "waiting for an earlier text"] == await statuses(here)

    await here.text("STOP")

    assert [SUPPRESSED] * 2 == await statuses(here)
    assert [] == await here.received()


@on("postgres")
async def test_stop_does_not_wait_behind_a_slow_bot(here: World, bot: Bot):
    release: list[bool] = []

    async def answering(question: Asked) -> JSONResponse:
        import asyncio

        while not release:
            await asyncio.sleep(0.01)
        return JSONResponse({"messages": ["too late"]})

    slow = {"Name": "Slow", "Type": "http", "Url": serving(answering)}
    await here.apply(document(Account(), slow))
    await here.text("hello?")

    await here.text("STOP")
    release.append(True)

    assert [SUPPRESSED] == await become(here, SUPPRESSED)
    assert [] == await here.received()


@on("sqlite")
async def test_a_stop_holds_for_this_contact_only(here: World, bot: Bot):
    await apply(here, bot)

    await here.text("STOP")
    await here.text("hi", handset=BOB)

    assert ["hi"] == await here.until(lambda: here.received(BOB), ["hi"])
    assert [(BOB, "hi")] == bot.asked


@pytest.mark.parametrize("word", ["START", "yes", "Unstop"])
async def test_start_lifts_a_stop_and_is_not_a_question_to_the_bot(
    here: World, bot: Bot, word: str
):
    await apply(here, bot)
    await here.text("STOP")

    await here.text(word)
    await here.text("hi again")

    assert ["hi again"] == await here.until(here.received, ["hi again"])
    assert [(ANN, "hi again")] == bot.asked
    assert await noted(here, STOPPED, STARTED)


@pytest.mark.parametrize("word", ["yes", "START"])
@on("sqlite")
async def test_yes_from_somebody_who_never_opted_out_is_for_the_bot(
    here: World, bot: Bot, word: str
):
    await apply(here, bot)

    await here.text(word)

    assert [word] == await here.until(here.received, [word])
    assert [(ANN, word)] == bot.asked


@on("postgres")
async def test_a_stop_within_a_sentence_is_for_the_bot(here: World, bot: Bot):
    await apply(here, bot)

    await here.text("please stop by at ten")

    assert ["please stop by at ten"] == await here.until(
        here.received, ["please stop by at ten"]
    )


@on("sqlite")
async def test_help_is_answered_by_the_carrier_and_not_by_the_bot(here: World, bot: Bot):
    await apply(here, bot)

    await here.text("HELP")
    await here.text("hi")

    assert ["hi"] == await here.until(here.received, ["hi"])
    assert [(ANN, "hi")] == bot.asked
    assert await noted(here, HELPED)


@pytest.mark.parametrize(
    ("opt_out", "word", "told"),
    [("STOP", "arrêt", STOPPED), ("START", "bonjour", STARTED), ("HELP", "aide", HELPED)],
)
@on("postgres")
async def test_what_twilio_says_of_a_text_goes_before_the_text_itself(
    here: World, bot: Bot, opt_out: str, word: str, told: str
):
    provider = await apply(here, bot)

    answer = await provider.text(word, OptOutType=opt_out)

    assert (200, EMPTY) == (answer.status, answer.body)
    assert await noted(here, told)
    assert [] == bot.asked


async def test_a_stop_that_comes_twice_counts_once(here: World, bot: Bot):
    provider = await apply(here, bot)
    stop = provider.fields("STOP")

    await provider.post(stop)
    await provider.text("START")
    await provider.post(stop)
    await provider.text("hi")

    assert ["hi"] == await here.until(here.received, ["hi"])
