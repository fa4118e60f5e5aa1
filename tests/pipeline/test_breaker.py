"""A provider that is down is asked by one text at a time, and then everything arrives, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import Calendar
from tests.pipeline.sending import Desk, desk, refusal
from tests.pipeline.told import creating, echo
from tests.store.samples import ANN
from tests.web.rows import on
from tests.world import until, world
from threadline.egress import Client, Egress
from threadline.model.clock import SECOND
from threadline.model.pacing import PATIENCE
from threadline.model.rows import Outcome, Sending
from threadline.store import SqlStore

PEOPLE = [f"+1555010{n:04}" for n in range(100, 140)]
DOWN = {"code": "unreachable", "note": "Twilio cannot be reached.", "trouble": True}


@pytest.fixture
async def here(store: SqlStore, clock: Calendar) -> Desk:
    return await desk(store, clock)


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    egress = Egress()
    yield egress.provider
    await egress.close()


@on("sqlite")
async def test_while_the_carrier_is_down_one_text_at_a_time_tries_and_then_all_arrive_once(
    tmp_path: Path, database_url: str
):
    quick = {"send_retries": (0.1,) * 20, "requests": PATIENCE}
    async with world(tmp_path, database_url, **quick) as there:
        await echo(there)
        await there.post("/faults", creating("refuse", status=500, times=None))

        async def failed() -> int:
            return sum(one.ended < float("inf") for one in there.asked)

        for person in PEOPLE[:PATIENCE]:
            await there.text("hi", person)
        assert PATIENCE == await until(failed, lambda n: n >= PATIENCE)
        await asyncio.gather(*(there.text("hi", person) for person in PEOPLE[PATIENCE:]))

        # 35 more wait to be sent; the sender rests for a second, tries, rests for two.
        tried = await until(failed, lambda n: n >= PATIENCE + 2)
        assert PATIENCE + 2 == tried
        first, second = (one.began for one in there.asked[PATIENCE:])
        assert 0.9 <= first - there.asked[PATIENCE - 1].ended
        assert 1.9 <= second - first
        there.carrier.faults.remove()

        async def arrived() -> list[list[str]]:
            return [await there.received(person) for person in PEOPLE]

        assert [["hi"]] * len(PEOPLE) == await there.until(arrived, [["hi"]] * len(PEOPLE))
        assert PATIENCE + 2 + len(PEOPLE) == len(there.asked)


async def answered(here: Desk, count: int) -> list[Sending]:
    """So many people got an answer that a worker has begun to send."""
    for person in PEOPLE[:count]:
        await here.answers("hi", contact=person)
    return await here.due()


async def fail(here: Desk, *sendings: Sending) -> None:
    down = [Outcome(one, "waiting", due_at=here.clock(), **DOWN) for one in sendings]
    await here.store.record_outcomes(down)


@pytest.mark.parametrize("together", [True, False])
async def test_a_short_breakdown_that_many_texts_meet_at_once_is_a_short_rest(
    here: Desk, clock: Calendar, together: bool
):
    begun = await answered(here, 40)
    for batch in [begun] if together else [[one] for one in begun]:
        await fail(here, *batch)

    clock.skip(1)

    assert 1 == len(await here.due())


async def test_what_fails_late_does_not_let_a_second_text_try(here: Desk, clock: Calendar):
    *begun, late = await answered(here, PATIENCE + 1)
    await fail(here, *begun)
    clock.skip(1)
    [_probe] = await here.due()

    await fail(here, late)

    clock.skip(2)
    assert [] == await here.due()


async def test_failures_between_texts_that_go_well_are_not_in_a_row(
    here: Desk, clock: Calendar
):
    for n in range(PATIENCE + 1):
        done = await here.answers("fails", contact=PEOPLE[n], sends=True)
        assert done.sending is not None
        failed = Outcome(done.sending, "waiting", due_at=clock() + 3600 * SECOND, **DOWN)
        await here.store.record_outcomes([failed])
        done = await here.answers("goes well", contact=ANN, sends=True)
        assert done.sending is not None
        await here.accept(done.sending)

    sender = await here.sender()
    assert (0, 0) == (sender["trouble"], sender["paused_until"])


@pytest.mark.parametrize("code", [14107, 30450, 30610])
@on("sqlite")
async def test_a_code_about_one_contact_does_not_let_the_sender_rest(
    here: Desk, clock: Calendar, client: Client, code: int
):
    for one in await answered(here, PATIENCE):
        await here.post(client, one, refusal(400, code))

    await here.answers("from Ann", contact=ANN)
    assert ["from Ann"] == await here.goes()
