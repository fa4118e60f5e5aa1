"""A database that is away for a moment is nobody's fault: no sender pauses for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Calendar
from tests.pipeline.samples import unknown
from tests.world import Account, document, world
from threadline.errors import StoreDown
from threadline.pipeline import outbox
from threadline.pipeline.pacing import Accounts
from threadline.pipeline.retry import Waits


class Away:
    """Looks nothing up, as while the database is gone; takes what is written."""

    def __init__(self) -> None:
        self.outcomes: list[object] = []

    async def endpoint(self, id: int) -> object:
        raise StoreDown("the database did not answer")

    async def record_outcomes(self, outcomes: list[object]) -> list[bool]:
        self.outcomes += outcomes
        return [True]


async def test_a_draft_waits_a_moment_and_its_sender_does_not_pause(clock: Calendar):
    away, waits = Away(), Waits()

    outcome = await outbox.send(  # type: ignore[arg-type]
        away, away, Accounts(1), clock, waits, unknown().sending
    )

    assert ("waiting", clock() + waits.poll, "") == (outcome.kind, outcome.due_at, outcome.note)


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_channel_is_never_older_than_the_catalog(tmp_path: Path, engine: str):
    async with world(tmp_path, f"{engine}:///{tmp_path}/threadline.db") as here:
        account = Account()
        await here.apply(document(account))
        old = await here.app.endpoint_at("myorganization-twiliosms")
        await here.apply(document(account, config={"PublicUrl": "https://new.example.com"}))

        channel = await here.app.channel(old)

        assert "https://new.example.com" == channel.public_url  # type: ignore[attr-defined]
