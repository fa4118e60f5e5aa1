"""News that comes late, twice or from two sides: nothing is sent twice, late or for nothing."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.conftest import LEASE, Calendar
from tests.store.samples import ANN, BOB, DOCUMENT, OURS, answer, endpoint, text
from threadline.errors import StoreDown
from threadline.model.catalog import SaveEndpoint, SaveOrganization
from threadline.model.clock import seconds
from threadline.model.endpoint import Endpoint
from threadline.model.messages import Receipt, Status
from threadline.model.pacing import PATIENCE
from threadline.model.rows import Outcome, Settled
from threadline.store import SqlStore, open_store

PAUSE = seconds(300)
LATER = seconds(900)


async def say(
    store: SqlStore, tea: Endpoint, contact: str, *texts: str, for_: int = LATER
) -> None:
    """The contact writes, and the bot answers with these texts."""
    await store.keep(tea, [text(f"{contact}-{texts}", contact)])
    [claimed] = await store.claim_turns(1)
    until = claimed.received_at + for_
    await store.finish_turns([answer(claimed, *texts, expires_at=until)])


async def sendings(store: SqlStore) -> list[Any]:
    return list((await store.claim_drafts(256)).sendings)


async def resting(store: SqlStore, tea: Endpoint) -> None:
    """The sender has failed so often that it rests."""
    for n in range(PATIENCE):
        await say(store, tea, f"+1555011{n:04}", "x")
    failed = [
        Outcome(one, "failed", note="down", code="c", trouble=True)
        for one in await sendings(store)
    ]
    await store.record_outcomes(failed)


async def test_texts_that_came_too_late_do_not_keep_a_resting_sender_from_trying(
    store: SqlStore, clock: Calendar
):
    tea = await endpoint(store)
    await resting(store, tea)
    for n in range(50):
        await say(store, tea, f"+1555010{n:04}", f"old {n}")
    clock.skip(901)
    await say(store, tea, "+15550130000", "fresh")

    assert ["fresh"] == [one.text for one in await sendings(store)]


async def test_a_probe_that_is_reported_before_it_is_answered_ends_the_rest(
    store: SqlStore, clock: Calendar
):
    tea = await endpoint(store)
    await resting(store, tea)
    for n in range(4):
        await say(store, tea, f"+1555012{n:04}", "waits")
    clock.skip(2)
    [probe] = await sendings(store)
    await store.apply_receipts(tea, [Receipt("SM1", Status.SENT, probe.attempt)], PAUSE)

    assert 1 < len(await sendings(store))


async def test_a_stop_said_again_is_not_lifted_by_the_start_between(
    store: SqlStore, clock: Calendar
):
    tea = await endpoint(store)
    await store.keep(tea, [text("1", ANN, "STOP", consent="stop")])
    clock.skip(60)
    between = clock()
    clock.skip(60)
    await store.keep(tea, [text("3", ANN, "STOP", consent="stop")])
    await store.keep(tea, [text("2", ANN, "START", consent="start", sent_at=between)])

    assert 1 == len(await store.opt_outs("flowit", "", 9))


async def test_an_opt_out_by_hand_is_not_lifted_by_an_older_start(
    store: SqlStore, clock: Calendar
):
    tea = await endpoint(store)
    await store.keep(tea, [text("1", ANN, "STOP", consent="stop", sender=f"AC1/{OURS}")])
    clock.skip(60)
    between = clock()
    clock.skip(60)
    await store.take_off(tea.address, ANN, "asked by phone")
    start = text("2", ANN, "START", consent="start", sent_at=between, sender=f"AC1/{OURS}")
    await store.keep(tea, [start])

    assert 1 == len(await store.opt_outs("flowit", "", 9))


async def test_a_stop_that_is_learned_of_late_does_not_undo_the_start_after_it(
    store: SqlStore, clock: Calendar
):
    tea = await endpoint(store)
    stopped = clock()
    clock.skip(60)
    await store.keep(tea, [text("2", ANN, "START", consent="start")])
    clock.skip(60)
    await store.keep(tea, [text("1", ANN, "STOP", consent="stop", sent_at=stopped)])

    assert [] == await store.opt_outs("flowit", "", 9)


async def test_what_twilio_took_for_a_stop_counts_though_the_list_brought_it_first(
    store: SqlStore, clock: Calendar
):
    tea = await endpoint(store)
    await store.keep(tea, [text("1", ANN, "ARRET", sent_at=clock())])
    webhook = text("1", ANN, "ARRET", consent="stop", answered=True, params=(("Body", "x"),))
    await store.keep(tea, [webhook])

    assert 1 == len(await store.opt_outs("flowit", "", 9))


async def test_a_stop_to_the_new_account_holds_for_what_the_old_one_had_in_doubt(
    store: SqlStore, clock: Calendar
):
    tea = await endpoint(store)
    await say(store, tea, ANN, "one")
    [sending] = await sendings(store)
    await store.record_outcomes([Outcome(sending, "unknown", due_at=clock(), note="?")])
    [doubt] = await store.claim_unknown(9)
    await store.keep(tea, [text("2", ANN, "STOP", consent="stop", sender=f"AC2/{OURS}")])
    await store.record_settled([Settled(doubt, "resend", 2)])

    assert [] == await sendings(store)


async def test_a_text_that_was_discarded_is_not_sent_because_it_failed(
    store: SqlStore, clock: Calendar
):
    tea = await endpoint(store)
    await say(store, tea, ANN, "one")
    [sending] = await sendings(store)
    due = clock() + seconds(60)
    await store.record_outcomes([Outcome(sending, "unknown", due_at=due, note="?")])
    [said] = [e for e in await store.timeline(tea.address, ANN) if e["author"] == "bot"]
    await store.discard_text("flowit", sending.conversation, said["seq"])
    late = Receipt("SM1", Status.UNDELIVERED, sending.attempt, "30008", "?", "retry", 0, 1)
    await store.apply_receipts(tea, [late], PAUSE)

    assert [] == await sendings(store)


async def test_a_text_that_arrived_is_not_sent_again_because_its_second_copy_did_not(
    store: SqlStore, clock: Calendar
):
    tea = await endpoint(store)
    await say(store, tea, ANN, "one")
    [first] = await sendings(store)
    await store.record_outcomes([Outcome(first, "unknown", due_at=clock(), note="?")])
    [doubt] = await store.claim_unknown(9)
    await store.record_settled([Settled(doubt, "resend", 2)])
    [second] = await sendings(store)
    queued = Outcome(second, "sent", provider_id="SM2", status=Status.QUEUED)
    await store.record_outcomes([queued])
    await store.apply_receipts(tea, [Receipt("SM1", Status.DELIVERED, first.attempt)], PAUSE)
    failed = Receipt("SM2", Status.UNDELIVERED, second.attempt, "30022", "?", "retry", 0, 3)
    await store.apply_receipts(tea, [failed], PAUSE)

    assert [] == await sendings(store)


async def test_texts_of_the_endpoint_that_had_the_number_before_are_known(
    store: SqlStore, clock: Calendar
):
    route = f"AC1/{OURS}"
    await store.change([SaveOrganization("flowit"), SaveEndpoint("flowit", DOCUMENT, route)])
    [before] = await store.endpoints()
    await store.keep(before, [text("1", ANN)])
    off, new = DOCUMENT | {"Status": "offline"}, DOCUMENT | {"Address": "flowit-new"}
    await store.change([SaveEndpoint("flowit", off, route)])
    await store.change([SaveEndpoint("flowit", new, route)])
    [now] = [one for one in await store.endpoints() if one.address == "flowit-new"]
    known = text("1", ANN).provider_id

    assert {known} == await store.known_texts(now, [known, "SMother"])


async def test_what_was_claimed_is_sent_though_what_came_too_late_cannot_be_dropped(
    tmp_path: Any, clock: Calendar
):
    class Full(SqlStore):
        async def _do(self, kind: str, items: Any) -> list[Any]:
            if kind == "drop":
                raise StoreDown("the disk is full")
            return await super()._do(kind, items)

    plain = await open_store(f"sqlite:///{tmp_path}/x.db", clock, LEASE)
    store = Full(plain._driver, clock, LEASE, plain.doorbell)
    tea = await endpoint(store)
    await say(store, tea, ANN, "too late", for_=1)
    await say(store, tea, BOB, "in time")
    clock.skip(1)

    assert ["in time"] == [one.text for one in await sendings(store)]
    await plain.close()


async def test_an_earlier_text_is_not_sent_again_while_a_later_one_is_claimed(
    postgres_url: str, clock: Calendar, monkeypatch: pytest.MonkeyPatch
):
    here, there = [await open_store(postgres_url, clock, LEASE) for _node in range(2)]
    tea = await endpoint(here)
    await say(here, tea, ANN, "first", "second")
    [first] = await sendings(here)
    queued = Outcome(first, "sent", provider_id="SM1", status=Status.QUEUED)
    await here.record_outcomes([queued])
    taken: list[Any] = []
    driver: Any = here._driver
    run = driver._run

    async def meanwhile(connection: Any, step: Any) -> Any:
        rows = await run(connection, step)
        if step.name == "overtaken":  # the other node looks for work at this very moment
            taken.extend(await asyncio.wait_for(sendings(there), 10))
        return rows

    monkeypatch.setattr(driver, "_run", meanwhile)
    failed = Receipt("SM1", Status.UNDELIVERED, first.attempt, "30022", "?", "retry", 0, 3)
    await here.apply_receipts(tea, [failed], PAUSE)
    taken += await sendings(here)

    assert ["first"] == [one.text for one in taken]
    await here.close()
    await there.close()
