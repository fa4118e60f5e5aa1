"""A conversation in an operator's hands: the bot is not asked, and all else goes on as ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response

from tests.bots.server import Asked, serving
from tests.pipeline.samples import NOON, claimed, endpoint
from tests.web.rows import on
from tests.world import ADDRESS, ANN, Account, World, document, until, world
from threadline.errors import Invalid
from threadline.model.clock import MINUTE
from threadline.model.rows import Session
from threadline.operations import desk
from threadline.pipeline.turns import begin, left

ANN_AT = {"endpoint": ADDRESS, "contact": ANN}


@dataclass
class Bot:
    """Echoes what it is asked; while it `waits`, it does not answer."""

    asked: list[str] = field(default_factory=list)
    waits: asyncio.Event = field(default_factory=asyncio.Event)
    slow: bool = False

    async def answer(self, question: Asked) -> Response:
        self.asked.append(question.turn["text"])
        while self.slow:
            await asyncio.sleep(0.01)
        return JSONResponse([f"bot: {question.turn['text']}"])


@pytest.fixture
def bot() -> Bot:
    return Bot()


@pytest.fixture
async def here(tmp_path: Path, database_url: str, bot: Bot) -> AsyncIterator[World]:
    connector = {"Name": "Echo", "Type": "http", "Url": serving(bot.answer)}
    async with world(tmp_path, database_url) as made:
        await made.apply(document(Account(), connector))
        yield made


async def hears(here: World, *wanted: str) -> bool:
    return list(wanted) == await here.until(here.received, list(wanted))


async def settled(here: World) -> bool:
    """No text of the contact waits for anybody any longer."""

    async def waiting() -> list[int]:
        known = await here.app.store.conversations_with(ADDRESS, ANN)
        return [one["waiting"] for one in known]

    return [0] == await here.until(waiting, [0])


async def test_the_operator_answers_until_the_bot_has_it_back(here: World, bot: Bot):
    await here.text("one")
    before = await hears(here, "bot: one")
    await desk.take_over(here.app, **ANN_AT)
    await here.text("two")
    quiet = await settled(here)
    await desk.reply(here.app, **ANN_AT, text="A person here.", by="Cara")
    spoken = await hears(here, "bot: one", "A person here.")
    await desk.hand_back(here.app, **ANN_AT)
    await here.text("three")

    assert (before, quiet, spoken) == (True, True, True)
    assert await hears(here, "bot: one", "A person here.", "bot: three")
    assert ["one", "three"] == bot.asked
    assert ["contact", "bot", "system", "contact", "operator", "system", "contact", "bot"] == [
        entry["author"] for entry in await here.timeline()
    ]


@on("sqlite")
async def test_what_the_bot_was_about_to_answer_is_dropped(here: World, bot: Bot):
    bot.slow = True
    await here.text("one")
    await until(lambda: _of(bot.asked), bool)
    await desk.take_over(here.app, **ANN_AT)
    quiet = await settled(here)
    bot.slow = False
    await desk.reply(here.app, **ANN_AT, text="A person here.")
    await desk.hand_back(here.app, **ANN_AT)
    await here.text("two")

    assert quiet
    assert await hears(here, "A person here.", "bot: two")
    assert ["one", "two"] == bot.asked


async def _of(found: list[Any]) -> list[Any]:
    return found


@on("sqlite")
async def test_stop_is_obeyed_as_ever(here: World, bot: Bot):
    await here.text("one")
    await hears(here, "bot: one")
    await desk.take_over(here.app, **ANN_AT)
    await here.text("STOP")
    await settled(here)
    with pytest.raises(Invalid, match="They opted out"):
        await desk.reply(here.app, **ANN_AT, text="But wait!")
    notes = [e["element"] for e in await here.timeline() if e["element"]["type"] == "note"]

    assert ["one"] == bot.asked
    assert ["taken_over", "not_asked"] == [one["code"] for one in notes]


OPEN = Session(3, True, "MySmsBot", NOON - 5 * MINUTE, NOON)


def test_a_session_goes_on_while_the_operator_talks():
    text = claimed(OPEN, after=9)
    finished = left(text, begin(text, endpoint()))

    assert (3, NOON + 9 * MINUTE) == (finished.session.number, finished.session.seen)
    assert (text.state, text.context, ()) == (finished.state, finished.context, finished.said)


@pytest.mark.parametrize(
    "session", [Session(), Session(3, False, "MySmsBot", NOON, NOON), OPEN]
)
def test_none_is_begun_for_what_no_bot_is_asked(session: Session):
    text = claimed(session, after=11)
    finished = left(text, begin(text, endpoint()))

    assert session == finished.session
