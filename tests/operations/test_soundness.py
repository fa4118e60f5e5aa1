"""What is wrong with a database is found, named and mended; a sound one is left in peace."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.operations.texting import Texting, texting
from tests.store.samples import BOB
from tests.web.rows import change, on
from threadline.app import App, open_app
from threadline.errors import Problem
from threadline.model.clock import seconds
from threadline.operations import database, messages
from threadline.settings import Settings
from threadline.store import looking, soundness
from threadline.store.soundness import check_steps
from threadline.store.statements import Engine

CLAIMED = seconds(60)


@pytest.fixture
async def here(app: App) -> Texting:
    """With texts that are sent, being sent, held, looked up, parked, and one for the bot."""
    found = await texting(app)
    await found.answered("one", "two", "three")
    await found.sending()
    await found.answered("lost", "next", contact=BOB)
    await found.loses_sight()
    await found.text("hello?", contact="+15550100003")
    return found


async def findings(settings: Settings, late: int = 0) -> list[Problem]:
    engine: Engine = "sqlite" if settings.database.startswith("sqlite") else "postgres"
    async with looking(settings.database) as driver:
        return (await soundness.look(driver, engine, late))[1]


async def told(settings: Settings, late: int = 0) -> list[tuple[str, str]]:
    return [(one.code, one.path) for one in await findings(settings, late)]


async def test_a_database_at_work_is_sound(here: Texting, settings: Settings):
    assert [] == await told(settings, late=here.app.clock())


FAULTS = {
    "too many wait": ("UPDATE conversations SET waiting = 5", "waiting_miscounted"),
    "too few wait": ("UPDATE inbox SET status = 'waiting'", "waiting_miscounted"),
    "the timeline is ahead": ("UPDATE conversations SET seq = 1", "timeline_ahead"),
    "nothing leads": (
        "UPDATE outbox SET status = 'sent', open = 0 WHERE status = 'sending'",
        "text_held_by_nothing",
    ),
    "nobody sends it": (
        "UPDATE attempts SET status = 'lost' WHERE status = 'sending'",
        "text_without_attempt",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_what_is_not_sound_is_found_and_its_mend_mends_it(
    here: Texting, settings: Settings, fault: str
):
    sql, code = FAULTS[fault]
    await change(settings.database, sql)
    found = await findings(settings)
    for _again in range(3):  # a mend may bring up what was hidden behind it
        for one in await findings(settings):
            [statement] = re.findall(r"check again: (UPDATE .*?);", one.mend)
            await change(settings.database, statement)

    assert {code} == {one.code for one in found}
    assert [] == await told(settings)


async def test_a_text_that_is_under_way_unseen_can_be_given_up(
    here: Texting, settings: Settings
):
    sql = "DELETE FROM timeline WHERE author = 'bot' AND conversation_id = 1 AND seq = 3"
    await change(settings.database, sql)
    [one] = await findings(settings)
    [id] = re.findall(r"`threadline message discard (.*)`", one.mend)
    await messages.discard(here.app, organization="flowit", id=id)

    assert ("text_unseen", "text 1-3") == (one.code, one.path)
    assert [] == await told(settings)


async def test_an_attempt_that_nobody_looks_after_is_found_only_where_somebody_should(
    here: Texting, settings: Settings
):
    now = here.app.clock()

    assert [] == await told(settings, late=now + CLAIMED)
    late = await told(settings, late=now + CLAIMED + 1)
    assert {"attempt_forgotten"} == {code for code, _path in late}
    assert [] == await told(settings)


async def test_a_database_of_another_version_is_told_so(tmp_path: Path, new_database_url: str):
    settings = Settings.read(data=tmp_path, database_url=new_database_url)
    await database.upgrade(settings)
    await change(settings.database, "INSERT INTO migrations VALUES (9999, 0)")
    ahead = await told(settings)
    await change(settings.database, "DELETE FROM migrations WHERE number > 2")
    behind = await findings(settings)

    assert [("database_ahead", "migrations")] == ahead
    assert ["database_behind"] == [one.code for one in behind]
    assert "`threadline db upgrade`" in behind[0].mend


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        ([1, 2, 4], []),
        ([], ["The tables are at step 0 of 4."]),
        ([1, 2], ["The tables are at step 2 of 4."]),
        ([1, 4], ["The tables never got step 2."]),
        ([1, 2, 4, 5], ["The tables have step 5, which this version does not know."]),
    ],
    ids=str,
)
def test_steps_are_compared_with_those_that_are_known(taken: list[int], expected: list[str]):
    assert expected == [one.message for one in check_steps(taken, [1, 2, 4])]


@on("sqlite")
async def test_a_row_that_belongs_to_nothing_is_found(here: Texting, settings: Settings):
    await change(settings.database, "DELETE FROM senders")
    found = await findings(settings)

    assert {("database_damaged", "outbox"), ("database_damaged", "conversations")} == {
        (one.code, one.path) for one in found
    }


@on("sqlite")
@pytest.mark.parametrize("place", [0, 60_000], ids=["its beginning", "its middle"])
async def test_a_damaged_file_is_told_so(settings: Settings, clock: Any, place: int):
    app = await open_app(settings, clock)
    here = await texting(app)
    for n in range(30):
        await here.answered(f"{n} {'x' * 900}")
    await app.close()
    file = settings.database.removeprefix("sqlite:///")
    with open(file, "r+b") as raw:
        raw.seek(place)
        raw.write(b"\xa5" * 20_000)

    assert {("database_damaged", "the file")} == set(await told(settings))


@on("sqlite")
async def test_a_file_that_keeps_no_log_is_told_so(settings: Settings, clock: Any):
    app = await open_app(settings, clock)
    await app.close()
    await change(settings.database, "PRAGMA journal_mode = DELETE")
    before = await told(settings)
    app = await open_app(settings, clock)
    after = await told(settings)
    await app.close()

    assert [("journal_unfit", "journal_mode")] == before
    assert [] == after
