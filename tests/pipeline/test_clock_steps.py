"""A machine's clock that is set while texts are on their way: nobody waits for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse, Response
from structlog.testing import capture_logs

from tests.bots.server import Asked, serving
from tests.pipeline.carrying import carrying, received
from tests.store.samples import text
from tests.web.nodes import node
from tests.web.rows import ask
from tests.world import ADDRESS, ANN, ECHO, Account, World, document, flow_bot, until, world
from threadline.app import now, open_app
from threadline.egress import Egress
from threadline.model.clock import HOUR, SECOND, SteadyClock
from threadline.operations.apply import apply
from threadline.settings import Settings


@pytest.fixture
def logs() -> Iterator[list[Any]]:
    with capture_logs() as captured:
        yield captured


def told(logs: list[Any], event: str) -> list[Any]:
    return [entry for entry in logs if entry["event"] == event]


def set_machine(here: World, by: int) -> None:
    """Somebody sets the clock of the machine that the server runs on."""
    clock = here.app.clock
    assert isinstance(clock, SteadyClock)
    before = clock.wall
    clock.wall = lambda: before() + by


class Failing:
    """A bot that fails the first time it is asked; `meanwhile` happens while it thinks."""

    def __init__(self) -> None:
        self.asked = 0
        self.meanwhile = lambda: None
        self.document = {"Name": "Theirs", "Type": "http", "Url": serving(self.answer)}

    async def answer(self, asked: Asked) -> Response:
        self.asked += 1
        if self.asked == 1:
            return Response("trouble", 500)
        self.meanwhile()
        return JSONResponse({"messages": [asked.turn["text"]]})


async def test_what_was_kept_before_the_clock_was_set_back_is_answered_after_a_restart_at_once(
    tmp_path: Path, database_url: str
):
    egress, account = Egress(), Account()
    settings = Settings.read(data=tmp_path, database_url=database_url)
    app = await open_app(settings, lambda: now() + HOUR)
    await apply(app, documents=[document(account, flow_bot(ECHO))])
    endpoint = await app.endpoint_at(ADDRESS)
    sender = f"{account.sid}/{account.number}"
    await app.store.keep(endpoint, [text(1, says="one", sender=sender)])
    await app.close()

    async with (
        carrying(egress, account) as (simulated, carrier_url),
        node(
            tmp_path, egress, database_url=database_url, twilio_api_url=carrier_url
        ) as running,
    ):

        async def answers() -> list[str]:
            return received(simulated, ANN)

        assert ["one"] == await until(answers, bool)
        warnings = [json.loads(line) for line in running.log.splitlines()]
        [behind] = told(warnings, "clock_behind")
        assert "warning" == behind["level"]
        assert 3500 < behind["seconds"] <= 3600
        assert "NTP" in behind["mend"]
    await egress.close()


async def test_a_text_whose_bot_is_to_be_asked_again_waits_no_longer_when_the_clock_is_set_back(
    tmp_path: Path, database_url: str, logs: list[Any]
):
    bot = Failing()
    async with world(tmp_path, database_url, turn_retries=(0.5,)) as here:
        await here.apply(document(Account(), bot.document))
        await here.text("one")

        async def asked() -> int:
            return bot.asked

        assert 1 == await until(asked, bool)
        set_machine(here, -HOUR)

        assert ["one"] == await here.until(here.received, ["one"])
        await here.text("two")
        assert ["one", "two"] == await here.until(here.received, ["one", "two"])
    [step] = told(logs, "clock_stepped")
    assert ("back", 3600, "warning") == (
        step["direction"],
        round(step["seconds"]),
        step["log_level"],
    )


async def test_a_clock_that_is_set_forward_while_the_bot_thinks_gives_one_answer(
    tmp_path: Path, database_url: str, logs: list[Any]
):
    bot = Failing()
    async with world(tmp_path, database_url) as here:
        await here.apply(document(Account(), bot.document))
        bot.meanwhile = lambda: set_machine(here, HOUR) if bot.asked == 2 else None

        await here.text("one")
        await here.text("two")

        assert ["one", "two"] == await here.until(here.received, ["one", "two"])
        await here.text("three")
        expected = ["one", "two", "three"]
        assert expected == await here.until(here.received, expected)
    [step] = told(logs, "clock_stepped")
    assert ("forward", 3600) == (step["direction"], round(step["seconds"]))


async def test_what_a_conversation_says_stays_in_the_order_of_its_times(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url) as here:
        await here.apply(document(Account(), flow_bot(ECHO)))
        expected: list[str] = []
        for by in (-HOUR, HOUR // 2, -HOUR, 0):
            expected.append(f"{len(expected)}")
            await here.text(expected[-1])
            assert expected == await here.until(here.received, expected)
            set_machine(here, by)

    times = [at for [at] in await ask(database_url, "SELECT at FROM timeline ORDER BY seq")]
    assert sorted(times) == times


@pytest.mark.parametrize("apart", [-HOUR, 10 * SECOND])
async def test_a_node_whose_clock_is_not_the_database_s_says_so_at_its_start(
    tmp_path: Path, postgres_url: str, apart: int, logs: list[Any]
):
    settings = Settings.read(data=tmp_path, database_url=postgres_url)
    clock = SteadyClock(lambda: now() + apart, now, print)

    await (await open_app(settings, clock)).close()

    [differs] = told(logs, "clock_differs")
    assert -apart // SECOND == round(differs["seconds"])
    assert "NTP" in differs["mend"]


async def test_clocks_that_agree_are_not_mentioned(
    tmp_path: Path, database_url: str, logs: list[Any]
):
    settings = Settings.read(data=tmp_path, database_url=database_url)
    for _start in range(2):
        app = await open_app(settings)
        await apply(app, documents=[document(Account())])
        endpoint = await app.endpoint_at(ADDRESS)
        await app.store.keep(endpoint, [text(1)])
        await app.close()

    assert [] == [entry for entry in logs if entry["event"].startswith("clock_")]
