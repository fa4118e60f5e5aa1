"""How fast a sender goes is written down with the endpoint, whoever changes either."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Calendar
from tests.web.rows import ask, on
from tests.world import ADDRESS, Account, document
from threadline.app import App, open_app
from threadline.operations import endpoints, secrets
from threadline.operations.apply import apply
from threadline.operations.endpoints import Wanted
from threadline.settings import Settings

TOLL_FREE = "+18005550100"
SRN = f"srn:vault::flowit:secretdoc:{ADDRESS}-keys"


@pytest.fixture
async def app(tmp_path: Path, database_url: str, clock: Calendar) -> Any:
    opened = await open_app(Settings.read(data=tmp_path, database_url=database_url), clock)
    yield opened
    await opened.close()


async def paces(app: App) -> dict[str, int]:
    """Microseconds for a segment, by the number."""
    rows = await ask(app.settings.database, "SELECT route, pace FROM senders")
    return {route.partition("/")[2]: pace for route, pace in rows}


@on("sqlite")
async def test_a_sender_has_the_pace_of_its_kind_or_the_one_it_is_given(app: App):
    account = Account()
    await apply(app, documents=[document(account, config={"MessagesPerSecond": None})])
    by_kind = await paces(app)
    await apply(app, documents=[document(account, config={"MessagesPerSecond": 4})])

    assert {account.number: 1_000_000} == by_kind
    assert {account.number: 250_000} == await paces(app)


@on("sqlite")
@pytest.mark.parametrize("by", ["apply", "replace"])
async def test_a_new_number_in_the_secret_brings_its_own_pace(app: App, by: str):
    account = Account()
    moved = replace(account, number=TOLL_FREE)
    config = {"MessagesPerSecond": None}
    await apply(app, documents=[document(account, config=config)])
    if by == "apply":
        await apply(app, documents=[{**document(moved), "Bots": [], "Endpoints": []}])
    else:
        await secrets.replace(app, srn=SRN, value=moved.value)

    assert 333_333 == (await paces(app))[TOLL_FREE]


def test_a_pace_is_saved_as_the_time_that_a_segment_takes():
    wanted = [Wanted("flowit", {"Address": "a"}, "", pace=pace) for pace in (0.5, 100.0, None)]

    assert [2_000_000, 10_000, 0] == [one.pace for one in endpoints.saves(wanted)]
