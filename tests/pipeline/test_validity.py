"""How long a text makes sense: what the carrier is told of it, and what is never sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.told import become, creating, echo, notes, statuses
from tests.web.rows import on
from tests.world import ANN, BOB, ECHO, Account, World, document, flow_bot, until, world

TOO_LATE, WAITS = "too late, dropped", "waiting to be sent"


async def validity(here: World, n: int = 0) -> int:
    """What the carrier was told with the request of this place, in seconds."""
    asked = await until(lambda: _asked(here), lambda found: len(found) > n)
    return int(asked[n].form["ValidityPeriod"])


async def _asked(here: World) -> list[Any]:
    return here.asked


@pytest.mark.parametrize(
    ("config", "settings", "told"),
    [
        ({}, {}, range(895, 901)),
        ({}, {"expiry": 300}, range(295, 301)),
        ({"ValidityPeriod": 120}, {}, range(115, 121)),
        ({"ValidityPeriod": 36_000}, {"expiry": 300}, range(35_995, 36_001)),
        ({}, {"expiry": 3}, [6]),
        ({}, {"expiry": 86_400}, [36_000]),
    ],
    ids=[
        "unless told otherwise",
        "as the operator sets it",
        "as the endpoint has it",
        "where the endpoint goes before the setting",
        "never less than Twilio can keep to",
        "never more than Twilio takes",
    ],
)
@on("sqlite")
async def test_the_carrier_is_told_how_long_a_text_is_worth_delivering(
    tmp_path: Path, database_url: str, config: Any, settings: Any, told: Any
):
    async with world(tmp_path, database_url, **settings) as here:
        await echo(here, **config)

        await here.text("hi")

        assert await validity(here) in told


@on("sqlite")
async def test_a_text_that_waited_is_given_what_is_left(tmp_path: Path, database_url: str):
    async with world(tmp_path, database_url, send_retries=(0.1,)) as here:
        await echo(here, ValidityPeriod=100)
        await here.post("/faults", creating("refuse", status=429, retry_after=2))

        await here.text("hi")

        assert 2 <= await validity(here) - await validity(here, 1) <= 8
        assert ["hi"] == await here.until(here.received, ["hi"])


@on("sqlite")
async def test_a_text_that_could_only_come_too_late_is_not_tried_again(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url) as here:
        await echo(here, ValidityPeriod=6)
        await here.post("/faults", creating("refuse", status=429, retry_after=6))

        await here.text("hi")

        assert ["failed"] == await become(here, "failed")
        [note] = await notes(here)
        assert note.endswith("the text waits. It was not sent.")
        assert 1 == len(here.asked)


async def test_what_waits_longer_than_it_makes_sense_is_dropped_and_told(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url, expiry=0.5, paused=3) as here:
        await echo(here)
        await here.post("/faults", creating("refuse", status=400, code=21606))
        await here.text("one")
        assert await until(lambda: notes(here), bool)
        await here.text("two")
        assert 2 == len(await until(lambda: statuses(here), lambda now: len(now) > 1))

        assert [TOO_LATE, TOO_LATE] == await become(here, TOO_LATE, TOO_LATE)
        await here.text("three")
        assert ["three"] == await here.until(here.received, ["three"])
        assert 2 == len(here.asked)


@on("sqlite")
async def test_a_text_that_comes_too_late_for_its_slot_is_not_sent(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url, requests=1, expiry=1) as here:
        await here.apply(document(Account(), flow_bot(ECHO)))
        await here.post("/faults", creating("slow_before", seconds=1.5, to=ANN))
        await here.text("one")
        assert await until(lambda: _asked(here), bool)

        await here.text("two", BOB)

        assert [TOO_LATE] == await become(here, TOO_LATE, handset=BOB)
        assert ["one"] == [one.form["Body"] for one in here.asked]
