"""OrderedDelivery: the next text of a conversation leaves once the one before has arrived."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Calendar
from tests.pipeline.sending import desk
from tests.pipeline.told import become, calling, statuses, teller
from tests.web.rows import on
from tests.world import ANN, BOB, Account, World, document, world
from threadline.carrier.state import Message
from threadline.model.clock import SECOND
from threadline.store import SqlStore

LATENCY = 0.15
LONG = " ".join(f"word{n}" for n in range(500))[:4000]


async def begin(here: World, *texts: str, ordered: bool = True) -> Account:
    """An endpoint whose bot says this."""
    account = Account()
    config = {"OrderedDelivery": ordered}
    await here.apply(document(account, teller(*texts), config=config))
    return account


def sent(here: World, account: Account, to: str = ANN) -> list[Message]:
    """What the carrier got for them, in order: `created` when it came, `updated` at its end."""
    newest = here.carrier.state.newest_first(account.sid)
    ours = [one for one in newest if one.direction == "outbound-api" and one.recipient == to]
    return ours[::-1]


async def got(here: World, *texts: str, handset: str = ANN) -> list[str]:
    return list(await here.until(lambda: here.received(handset), list(texts)))


async def test_a_part_leaves_only_when_the_one_before_was_delivered(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url, latency=LATENCY, delivery=30) as here:
        account = await begin(here, "one", "two", "three")

        await here.text("hi")

        assert ["one", "two", "three"] == await got(here, "one", "two", "three")
        assert ["delivered"] * 3 == await become(here, *["delivered"] * 3)
        for before, after in pairwise(sent(here, account)):
            assert before.updated <= after.created


async def test_where_order_was_not_asked_for_no_part_waits_for_the_one_before(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url, delivery=30) as here:
        await begin(here, "one", "two", "three", ordered=False)
        await here.post("/faults", calling("drop"))

        await here.text("hi")

        assert ["one", "two", "three"] == await got(here, "one", "two", "three")


@on("sqlite")
async def test_a_part_whose_delivery_nobody_reports_holds_the_next_one_back_only_so_long(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url, delivery=0.6) as here:
        account = await begin(here, "one", "two")
        await here.post("/faults", calling("drop"))

        await here.text("hi")

        assert ["one", "two"] == await got(here, "one", "two")
        first, second = sent(here, account)
        assert 0.6 * SECOND <= second.created - first.created


@on("sqlite")
async def test_a_part_that_fails_lets_the_next_one_go(tmp_path: Path, database_url: str):
    async with world(tmp_path, database_url, delivery=30) as here:
        await begin(here, "one", "two")
        await here.post("/faults", {"where": "delivery", "what": "undelivered", "code": 30007})

        await here.text("hi")

        assert ["failed", "delivered"] == await become(here, "failed", "delivered")
        assert ["two"] == await here.received()


async def test_a_reply_of_four_thousand_characters_arrives_whole_and_in_order(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url, latency=LATENCY, delivery=30) as here:
        account = await begin(here, LONG)

        await here.text("hi")

        assert ["delivered"] * 3 == await become(here, *["delivered"] * 3)
        parts = await here.received()
        assert LONG.split() == " ".join(parts).split()
        assert max(map(len, parts)) <= 1600
        for before, after in pairwise(sent(here, account)):
            assert before.updated <= after.created


@on("sqlite")
async def test_who_waits_for_a_delivery_holds_nobody_else_up(tmp_path: Path, database_url: str):
    async with world(tmp_path, database_url, delivery=30) as here:
        await begin(here, "one", "two")
        await here.post("/faults", calling("drop", to=ANN))

        await here.text("hi")
        held = ["queued", "waiting for an earlier text"]
        assert held == await become(here, *held)
        await here.text("hi", BOB)

        assert ["one", "two"] == await got(here, "one", "two", handset=BOB)
        assert held == await statuses(here)
        assert ["one"] == await here.received()


@pytest.mark.parametrize("status", ["queued", "sent"])
@pytest.mark.parametrize("answer", ["is on its way", "was lost"])
async def test_a_callback_before_the_answer_lets_the_next_part_go_only_when_it_is_delivered(
    store: SqlStore, clock: Calendar, status: str, answer: str
):
    here = await desk(store, clock, OrderedDelivery=True)
    await here.answers("one", "two")
    [one] = await here.due()
    if answer == "was lost":
        clock.skip(61)
        assert 1 == await store.expire(0)

    await here.report(one, status)
    early: Any = await here.goes()
    await here.report(one, "delivered")

    assert ([], ["two"]) == (early, await here.goes())
