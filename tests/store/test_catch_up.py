"""What every store promises about senders whose list at the provider is read."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import LEASE, Calendar
from tests.store.samples import DOCUMENT, OURS, answer, text
from tests.web.rows import ask, change, on
from threadline.model.catalog import ResumeSenders, SaveEndpoint, SaveOrganization
from threadline.model.catchup import CatchUp, CaughtUp, Gate
from threadline.model.clock import MINUTE
from threadline.model.endpoint import Endpoint
from threadline.store import SqlStore, open_store

ROUTE = f"AC1/{OURS}"
WHY = "What came while Threadline was down is being fetched first."


async def save(store: SqlStore, *, route: str | None = ROUTE, **fields: Any) -> Endpoint:
    saved = SaveEndpoint("flowit", DOCUMENT | fields, route)
    await store.change([SaveOrganization("flowit"), saved])
    address = saved.document["Address"]
    return next(one for one in await store.endpoints() if one.address == address)


async def gate(store: SqlStore, clock: Calendar, lately: float = 420) -> int:
    """As at a start: what nobody has watched for so many seconds waits for a minute."""
    now = clock()
    return await store.gate_senders(Gate(now - round(lately * 1e6), now + MINUTE, WHY))


async def read(store: SqlStore, clock: Calendar, claimed: CatchUp) -> bool:
    """Its list was read, and is due again after five minutes."""
    done = CaughtUp(claimed, clock() + 5 * MINUTE, clock(), opens=True)
    [opened] = await store.record_caught_up([done])
    return opened


async def waiting(store: SqlStore) -> None:
    """A draft is ready to be sent."""
    [tea] = await store.endpoints()
    await store.keep(tea, [text(1)])
    [claimed] = await store.claim_turns(1)
    await store.finish_turns([answer(claimed, "Tea?")])


async def sendable(store: SqlStore) -> int:
    """How many drafts could be claimed now; they are."""
    return len((await store.claim_drafts(10)).sendings)


async def test_a_sender_is_known_from_when_its_endpoint_first_went_online(
    store: SqlStore, clock: Calendar
):
    await save(store, Status="offline")
    assert [] == await store.claim_catch_up(10)
    clock.skip(100)
    online = await save(store)
    first = clock()
    clock.skip(100)
    await save(store, Status="offline")
    await save(store)

    [claimed] = await store.claim_catch_up(10)

    assert (first, 0) == (claimed.known_since, claimed.caught_up_at)
    assert (online.id, "flowit-sms") == (claimed.endpoint_id, claimed.address)


async def test_one_that_texted_before_its_endpoint_was_online_is_known_since_then_only(
    store: SqlStore, clock: Calendar
):
    tea = await save(store, Status="offline")
    await store.keep(tea, [text(1)])
    clock.skip(100)
    await save(store)

    [claimed] = await store.claim_catch_up(10)

    assert clock() == claimed.known_since


async def test_an_endpoint_without_a_provider_and_one_offline_are_not_read(store: SqlStore):
    await save(store, route=None)
    await save(store, Address="other")
    await save(store, Address="other", Status="offline")

    assert [] == await store.claim_catch_up(10)


async def test_another_organizations_sender_of_the_same_number_is_not_read(
    store: SqlStore, clock: Calendar
):
    await save(store)
    [claimed] = await store.claim_catch_up(10)
    await save(store, Status="offline")
    moved = SaveEndpoint("acme", DOCUMENT | {"Address": "acme-sms"}, ROUTE)
    await store.change([SaveOrganization("acme"), moved])
    clock.skip(3600)

    [after] = await store.claim_catch_up(10)

    assert "acme-sms" == after.address
    assert claimed.sender_id != after.sender_id


async def test_a_list_is_read_by_one_node_at_a_time_and_again_when_it_is_due(
    store: SqlStore, clock: Calendar
):
    await save(store)

    found = await asyncio.gather(*(store.claim_catch_up(5) for _ in range(10)))
    [claimed] = [one for some in found for one in some]
    clock.skip(1)
    await read(store, clock, claimed)
    read_at = clock()

    clock.skip(5 * 60 - 1)
    assert [] == await store.claim_catch_up(5)
    clock.skip(1)
    [again] = await store.claim_catch_up(5)
    assert read_at == again.caught_up_at


async def test_many_are_shared_out_and_each_is_read_by_one(store: SqlStore):
    for n in range(12):
        await save(store, Address=f"number-{n}", route=f"AC1/+1555010{n:04}")

    found = await asyncio.gather(*(store.claim_catch_up(2) for _ in range(10)))
    rest = await store.claim_catch_up(12)

    taken = [one.address for some in (*found, rest) for one in some]
    assert {f"number-{n}" for n in range(12)} == set(taken)
    assert 12 == len(taken)


async def test_the_list_of_a_node_that_died_is_read_by_another(
    store: SqlStore, clock: Calendar
):
    await save(store)
    [lost] = await store.claim_catch_up(1)

    clock.skip(LEASE / 1e6 - 1)
    assert [] == await store.claim_catch_up(1)
    clock.skip(1)

    assert [lost] == await store.claim_catch_up(1)


async def test_a_list_that_could_not_be_read_is_due_when_it_says(
    store: SqlStore, clock: Calendar
):
    await save(store)
    [claimed] = await store.claim_catch_up(1)

    await store.record_caught_up([CaughtUp(claimed, clock() + MINUTE // 2)])

    clock.skip(30)
    [again] = await store.claim_catch_up(1)
    assert 0 == again.caught_up_at


async def test_a_slow_reader_does_not_put_the_watermark_back(store: SqlStore, clock: Calendar):
    await save(store)
    [slow] = await store.claim_catch_up(1)
    began = clock()
    clock.skip(61)
    [quick] = await store.claim_catch_up(1)
    await read(store, clock, quick)
    ended = clock()

    await store.record_caught_up([CaughtUp(slow, clock(), began, opens=True)])

    [after] = await store.claim_catch_up(1)
    assert ended == after.caught_up_at


async def test_after_a_downtime_drafts_wait_until_the_list_was_read(
    store: SqlStore, clock: Calendar
):
    await save(store)
    [claimed] = await store.claim_catch_up(1)
    await read(store, clock, claimed)
    await waiting(store)
    clock.skip(420.1)

    assert 1 == await gate(store, clock)
    assert 0 == await sendable(store)
    [due] = await store.claim_catch_up(1)
    assert clock() + MINUTE == due.opens_at
    assert await read(store, clock, due)
    assert 1 == await sendable(store)
    assert not await read(store, clock, due)


@on("sqlite")
async def test_who_waits_for_drafts_is_woken_when_the_list_was_read(
    store: SqlStore, clock: Calendar
):
    await save(store)
    await gate(store, clock, lately=-1)
    [due] = await store.claim_catch_up(1)
    rung: list[int] = []
    store.doorbell.listen("outbox", lambda: rung.append(1))

    await read(store, clock, due)
    assert [1] == rung
    await read(store, clock, due)
    assert [1] == rung


async def test_drafts_wait_no_longer_than_the_gate_and_that_is_told_once(
    store: SqlStore, clock: Calendar
):
    await save(store)
    await waiting(store)
    clock.skip(420.1)
    await gate(store, clock)
    [due] = await store.claim_catch_up(1)
    assert not due.late
    await store.record_caught_up([CaughtUp(due, clock() + MINUTE)])

    clock.skip(59.9)
    assert 0 == await sendable(store)
    clock.skip(0.1)

    assert 1 == await sendable(store)
    [late] = await store.claim_catch_up(1)
    assert (True, 0) == (late.late, late.opens_at)
    await store.record_caught_up([CaughtUp(late, clock())])
    [later] = await store.claim_catch_up(1)
    assert not later.late


async def test_a_list_read_in_part_does_not_let_the_drafts_go(store: SqlStore, clock: Calendar):
    await save(store)
    await waiting(store)
    clock.skip(420.1)
    await gate(store, clock)
    [due] = await store.claim_catch_up(1)

    part = CaughtUp(due, clock(), clock() - MINUTE)
    assert [False] == await store.record_caught_up([part])

    assert 0 == await sendable(store)
    [rest] = await store.claim_catch_up(1)
    assert (clock() - MINUTE, due.opens_at) == (rest.caught_up_at, rest.opens_at)


@on("sqlite")
async def test_on_a_file_every_start_follows_a_downtime(store: SqlStore, clock: Calendar):
    await save(store)
    [claimed] = await store.claim_catch_up(1)
    await read(store, clock, claimed)
    clock.skip(1)

    assert 1 == await gate(store, clock)
    assert 1 == len(await store.claim_catch_up(1))


@on("postgres")
async def test_a_node_that_joins_others_holds_nobody_up(store: SqlStore, clock: Calendar):
    await save(store)
    [claimed] = await store.claim_catch_up(1)
    await read(store, clock, claimed)
    await save(store, Address="new", route="AC1/+15550100009")
    [claimed] = await store.claim_catch_up(1)
    clock.skip(400)

    assert 0 == await gate(store, clock)


@pytest.mark.parametrize(("code", "minutes"), [("auth", 5), ("operator", 0.5)])
async def test_a_sender_paused_for_longer_or_by_an_operator_keeps_its_reason(
    database_url: str, store: SqlStore, clock: Calendar, code: str, minutes: float
):
    await save(store)
    clock.skip(3600)
    until = clock() + round(minutes * MINUTE)
    pause = f"UPDATE senders SET paused_until = {until}, paused_code = '{code}'"
    await change(database_url, pause)

    assert 0 == await gate(store, clock)
    [due] = await store.claim_catch_up(1)
    assert 0 == due.opens_at
    assert not await read(store, clock, due)

    found = await ask(database_url, "SELECT paused_until, paused_code FROM senders")
    assert [(until, code)] == found


async def test_what_an_operator_mends_does_not_open_what_waits_for_the_list(
    store: SqlStore, clock: Calendar
):
    await save(store)
    await waiting(store)
    clock.skip(3600)
    await gate(store, clock)

    await store.change([ResumeSenders("flowit")])

    assert 0 == await sendable(store)


async def test_an_endpoint_from_before_there_was_catch_up_is_known_since_the_start(
    database_url: str, store: SqlStore, clock: Calendar
):
    tea = await save(store)
    await save(store, Address="other", route="AC1/+15550100009")
    await store.keep(tea, [text(1)])
    await change(database_url, "DELETE FROM senders WHERE route = 'AC1/+15550100009'")
    await change(database_url, "UPDATE senders SET known_since = 0")
    assert [] == await store.claim_catch_up(10)
    clock.skip(3600)

    await gate(store, clock)

    found = await store.claim_catch_up(10)
    assert {("flowit-sms", clock()), ("other", clock())} == {
        (one.address, one.known_since) for one in found
    }


async def test_which_texts_are_known_is_asked_in_lists(store: SqlStore):
    tea = await save(store)
    await store.keep(tea, [text(n) for n in range(5)])

    asked = [f"SM{n}" for n in range(3, 8)]

    other = replace(tea, id=tea.id + 1, organization="acme")

    assert {"SM3", "SM4"} == await store.known_texts(tea, asked)
    assert set() == await store.known_texts(other, asked)
    assert set() == await store.known_texts(tea, [])


async def test_the_watermark_outlives_the_process(database_url: str, clock: Calendar):
    first = await open_store(database_url, clock, LEASE)
    await save(first)
    [claimed] = await first.claim_catch_up(1)
    await read(first, clock, claimed)
    await first.close()
    read_at = clock()
    clock.skip(3600)

    second = await open_store(database_url, clock, LEASE)
    [again] = await second.claim_catch_up(1)
    await second.close()

    assert read_at == again.caught_up_at
