"""An endpoint that is offline, or whose bot is paused, keeps every text and asks no bot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse

from tests.bots.server import Asked, serving
from tests.pipeline.told import notes
from tests.web.provider import EMPTY, Provider
from tests.web.rows import on
from tests.world import TEA, Account, World, document, flow_bot, world
from threadline.model.clock import MINUTE

AWAY = "We are back at nine."
MINUTES = 0.02
CLOSED: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "the endpoint is offline": (
        {"Status": "offline"},
        {},
        "The endpoint is offline, so the bot was not asked.",
    ),
    "the bot is paused": (
        {},
        {"State": "PAUSED"},
        "The bot MySmsBot is not running, so it was not asked.",
    ),
    "the bot is stopped": (
        {},
        {"State": "STOPPED"},
        "The bot MySmsBot is not running, so it was not asked.",
    ),
}


async def noted(here: World, *wanted: str) -> bool:
    return list(wanted) == await here.until(lambda: notes(here), list(wanted))


@pytest.mark.parametrize("why", CLOSED)
@on("postgres")
async def test_texts_are_acknowledged_and_kept_while(
    tmp_path: Path, database_url: str, why: str
):
    fields, state, note = CLOSED[why]
    async with world(tmp_path, database_url) as here:
        account = Account()
        await here.apply(document(account, flow_bot() | state, **fields))
        provider = Provider(here.egress, here.url, account)

        answer = await provider.text("one")
        await provider.text("two")

        assert (200, EMPTY) == (answer.status, answer.body)
        assert await noted(here, note, note)
        kept = [
            e["element"]["message"] for e in await here.timeline() if e["author"] != "system"
        ]
        assert ["one", "two"] == kept
        assert [] == await here.received()


async def later(here: World, than: float) -> bool:
    return here.app.clock() > than


@pytest.mark.parametrize("why", CLOSED)
@on("sqlite")
async def test_people_are_told_once_a_session_that_nobody_is_there_while(
    tmp_path: Path, database_url: str, why: str
):
    fields, state, note = CLOSED[why]
    policy = {"userSession": {"expireOnInactivityInMinutes": MINUTES}}
    config = {"AwayMessage": AWAY, "Policy": policy}
    async with world(tmp_path, database_url) as here:
        closed = document(Account(), flow_bot() | state, config=config, **fields)
        await here.apply(closed)

        await here.text("one")
        await here.text("two")
        assert await noted(here, note, note)
        assert [AWAY] == await here.until(here.received, [AWAY])

        # Once the session is over by its Policy, the next text begins another.
        [*_, last] = await here.timeline()
        over = last["at"] + MINUTES * MINUTE
        await here.until(lambda: later(here, over), True)
        await here.text("three")
        assert [AWAY, AWAY] == await here.until(here.received, [AWAY, AWAY])


@on("postgres")
async def test_once_it_is_online_the_flow_starts_where_a_session_starts(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url) as here:
        account, config = Account(), {"AwayMessage": AWAY}
        await here.apply(document(account, flow_bot(TEA), config=config, Status="offline"))
        await here.text("tea")
        assert [AWAY] == await here.until(here.received, [AWAY])

        await here.apply(document(account, flow_bot(TEA), config=config))
        await here.text("tea")

        expected = [AWAY, "Hello!", "Tea or coffee?"]
        assert expected == await here.until(here.received, expected)


@on("sqlite")
async def test_once_it_is_online_the_bot_hears_that_a_session_begins(
    tmp_path: Path, database_url: str
):
    asked: list[Any] = []

    def answering(question: Asked) -> JSONResponse:
        asked.append(question.turn)
        return JSONResponse({"messages": ["Hello."], "state": {"greeted": True}})

    bot = {"Name": "Theirs", "Type": "http", "Url": serving(answering)}
    async with world(tmp_path, database_url) as here:
        account, config = Account(), {"AwayMessage": AWAY}
        await here.apply(document(account, bot, config=config, Status="offline"))
        await here.text("one")
        assert [AWAY] == await here.until(here.received, [AWAY])

        await here.apply(document(account, bot, config=config))
        await here.text("two")
        await here.text("three")

        expected = [AWAY, "Hello.", "Hello."]
        assert expected == await here.until(here.received, expected)
        assert [("two", True), ("three", False)] == [(t["text"], t["first"]) for t in asked]
        assert [{}, {"greeted": True}] == [turn["state"] for turn in asked]
