"""How fast senders go, and in which order: rows, so it holds over nodes and restarts."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from tests.conftest import LEASE, Calendar
from tests.store.samples import ANN, BOB, DOCUMENT, OURS, answer, endpoint, text
from threadline.model.catalog import SaveEndpoint, SaveOrganization
from threadline.model.clock import SECOND, seconds
from threadline.model.endpoint import Endpoint
from threadline.model.messages import Draft, Receipt, Status
from threadline.model.pacing import BURST, PATIENCE, REPLY_GAP
from threadline.model.rows import Done, Outcome, Said, Sending
from threadline.model.timeline import Text
from threadline.store import SqlStore, open_store

PEOPLE = [f"+1555010{n:04}" for n in range(40)]


async def paced(store: SqlStore, pace: int = SECOND, **config: object) -> Endpoint:
    """An endpoint whose sender takes so long for a segment, in microseconds."""
    document = DOCUMENT | {"EngagementConfig": config}
    saved = SaveEndpoint("flowit", document, f"AC1/{OURS}", pace)
    await store.change([SaveOrganization("flowit"), saved])
    [found] = await store.endpoints()
    return found


async def answered(
    store: SqlStore,
    tea: Endpoint,
    contact: str,
    *texts: str,
    segments: int = 1,
    sends: bool = False,
    **more: object,
) -> Done:
    """A bot has just said so; `sends`: by a worker that would send the first one itself."""
    await store.keep(tea, [text(f"{contact}-{texts}", contact)])
    [claimed] = await store.claim_turns(1)
    finished = answer(claimed, expires_at=2**60, sends=sends, **more)
    finished.said = [Said(Text(one), draft=Draft(one, segments)) for one in texts]
    [done] = await store.finish_turns([finished])
    return done


async def take(store: SqlStore, limit: int = 100) -> list[str]:
    return [one.text for one in (await store.claim_drafts(limit)).sendings]


async def accept(store: SqlStore, *sendings: Sending) -> None:
    done = [
        Outcome(one, "sent", provider_id=f"SM{one.attempt}", status=Status.QUEUED)
        for one in sendings
    ]
    await store.record_outcomes(done)


async def test_a_sender_sends_its_segments_a_second_and_no_more(
    store: SqlStore, clock: Calendar
):
    tea = await paced(store)
    for person in PEOPLE[:5]:
        await answered(store, tea, person, "hi")

    went = []
    for _tenth in range(50):
        went += [(clock() - 1_893_587_400_000_000) // SECOND for _ in await take(store)]
        clock.skip(0.1)

    assert [0, 0, 1, 2, 3] == went  # a tenth of a second early, and never earlier


async def test_a_long_text_keeps_the_next_one_waiting_longer(store: SqlStore, clock: Calendar):
    tea = await paced(store)
    await answered(store, tea, ANN, "long", segments=3)
    await answered(store, tea, BOB, "short")

    first = await store.claim_drafts(9)
    assert ["long"] == [one.text for one in first.sendings]
    assert clock() + 3 * SECOND - BURST == first.again_at
    clock.skip(2.8)
    assert [] == await take(store)
    clock.skip(0.1)
    assert ["short"] == await take(store)


async def test_the_pace_holds_over_a_restart(database_url: str, clock: Calendar):
    before = await open_store(database_url, clock, LEASE)
    tea = await paced(before)
    await answered(before, tea, ANN, "one")
    await answered(before, tea, BOB, "two")
    assert ["one"] == await take(before)
    await before.close()

    after = await open_store(database_url, clock, LEASE)
    assert [] == await take(after)
    clock.skip(1)
    assert ["two"] == await take(after)
    await after.close()


async def test_the_pace_holds_over_all_nodes(postgres_url: str, clock: Calendar):
    nodes = [await open_store(postgres_url, clock, LEASE) for _ in range(3)]
    tea = await paced(nodes[0], SECOND // 100)
    for person in PEOPLE:
        await answered(nodes[0], tea, person, "hi")

    got: list[str] = []
    for found in await asyncio.gather(*(take(node) for node in nodes for _ in range(3))):
        got += found

    assert 11 == len(got)  # a tenth of a second's worth, and the one that begins it
    for node in nodes:
        await node.close()


async def test_a_new_pace_counts_for_what_waits_already(store: SqlStore, clock: Calendar):
    tea = await paced(store)
    for person in PEOPLE[:5]:
        await answered(store, tea, person, "hi")
    assert 1 == len(await take(store))

    await paced(store, pace=0)
    clock.skip(1)

    assert 4 == len(await take(store))


async def test_conversations_of_one_sender_take_turns(store: SqlStore, clock: Calendar):
    tea = await paced(store)
    await answered(store, tea, ANN, "a1", "a2", "a3")
    clock.skip(0.01)
    await answered(store, tea, BOB, "b1", "b2", "b3")

    order = []
    for _ in range(6):
        found = await store.claim_drafts(9)
        order += [one.text for one in found.sendings]
        clock.skip(0.2)
        await accept(store, *found.sendings)
        clock.skip(0.8)

    assert ["a1", "b1", "a2", "b2", "a3", "b3"] == order


async def test_a_busy_sender_leaves_room_for_the_others(store: SqlStore, clock: Calendar):
    tea, coffee = await endpoint(store), await endpoint(store, "other-sms")
    for person in PEOPLE:
        await answered(store, tea, person, "tea")
    clock.skip(1)
    await store.keep(coffee, [text("c", BOB, sender="AC1/other")])
    [claimed] = await store.claim_turns(1)
    await store.finish_turns([answer(claimed, "coffee")])

    assert {"tea": 5, "coffee": 1} == Counter(await take(store, 10))


async def test_the_first_text_of_an_answer_is_handed_out_with_the_turn(store: SqlStore):
    tea = await paced(store, pace=0)

    done = await answered(store, tea, ANN, "one", "two", sends=True)

    assert done.sending is not None
    assert "one" == done.sending.text
    assert [] == await take(store)
    await accept(store, done.sending)
    assert ["two"] == await take(store)


@pytest.mark.parametrize("why", ["slow", "earlier", "paused", "stopped", "queued"])
async def test_nothing_is_handed_out_that_has_to_wait(
    store: SqlStore, clock: Calendar, why: str
):
    tea = await paced(store, pace=seconds(1) if why in ("slow", "queued") else 0)
    if why == "slow":
        await answered(store, tea, BOB, "before", sends=True)
    elif why == "earlier":
        await answered(store, tea, ANN, "before")
    elif why == "queued":
        await answered(store, tea, BOB, "before")
    elif why == "paused":
        done = await answered(store, tea, BOB, "before", sends=True)
        assert done.sending is not None
        pause = Outcome(done.sending, "paused", due_at=clock() + seconds(300), code="x")
        await store.record_outcomes([pause])
    elif why == "stopped":
        await store.keep(tea, [text("stop", ANN, "STOP", consent="stop")])
        [claimed] = await store.claim_turns(1)
        await store.finish_turns([answer(claimed)])

    done = await answered(store, tea, ANN, "one", sends=True)

    assert Done(True) == done


async def test_the_thirty_first_text_in_close_order_waits_half_a_minute(
    store: SqlStore, clock: Calendar
):
    tea = await paced(store, pace=0)
    await answered(store, tea, ANN, *(str(n) for n in range(1, 33)))

    went = []
    for _ in range(30):
        found = await store.claim_drafts(9)
        went += [one.text for one in found.sendings]
        await accept(store, *found.sendings)
    found = await store.claim_drafts(9)

    assert [str(n) for n in range(1, 31)] == went
    assert [] == found.sendings
    assert clock() + REPLY_GAP == found.again_at
    clock.skip(30)
    [late] = (await store.claim_drafts(9)).sendings
    await accept(store, late)
    assert ["31", "32"] == [late.text, *(await take(store))]


async def test_an_ordered_text_holds_back_the_next_one_until_it_is_delivered(
    store: SqlStore, clock: Calendar
):
    tea = await paced(store, pace=0)
    await answered(store, tea, ANN, "one", "two", "three")
    [one] = (await store.claim_drafts(9)).sendings
    held = Outcome(one, "sent", "SM1", Status.QUEUED, due_at=clock() + seconds(20))
    await store.record_outcomes([held])
    assert [] == await take(store)

    await store.apply_receipts(tea, [Receipt("SM1", Status.SENT, one.attempt)], 0)
    assert [] == await take(store)
    await store.apply_receipts(tea, [Receipt("SM1", Status.DELIVERED, one.attempt)], 0)
    [two] = (await store.claim_drafts(9)).sendings
    held = Outcome(two, "sent", "SM2", Status.QUEUED, due_at=clock() + seconds(20))
    await store.record_outcomes([held])
    clock.skip(20)

    assert 1 == await store.release_late()
    assert ["three"] == await take(store)


async def test_a_sender_that_keeps_failing_rests_and_then_tries_with_one_text(
    store: SqlStore, clock: Calendar
):
    tea = await paced(store, pace=0)
    for person in PEOPLE[: PATIENCE + 3]:
        await answered(store, tea, person, "hi")
    failing = (await store.claim_drafts(PATIENCE)).sendings
    down = [
        Outcome(one, "waiting", note="down", code="unreachable", due_at=clock(), trouble=True)
        for one in failing
    ]
    await store.record_outcomes(down)

    resting = await store.claim_drafts(9)
    assert [] == resting.sendings
    assert clock() + SECOND == resting.again_at
    clock.skip(1)
    [probe] = (await store.claim_drafts(9)).sendings
    assert [] == await take(store)
    await accept(store, probe)
    assert PATIENCE + 2 == len(await take(store))


async def test_a_probe_that_fails_lets_the_sender_rest_twice_as_long(
    store: SqlStore, clock: Calendar
):
    tea = await paced(store, pace=0)
    for person in PEOPLE[:PATIENCE]:
        await answered(store, tea, person, "hi")

    async def fail() -> int:
        found = (await store.claim_drafts(9)).sendings
        down = [
            Outcome(one, "waiting", note="down", code="x", due_at=clock(), trouble=True)
            for one in found
        ]
        await store.record_outcomes(down)
        again_at = (await store.claim_drafts(9)).again_at
        assert again_at is not None
        rest = again_at - clock()
        clock.now = again_at
        return rest // SECOND

    assert [1, 2, 4, 8] == [await fail() for _ in range(4)]


async def test_a_day_has_only_so_many_segments(store: SqlStore, clock: Calendar):
    tea = await paced(store, pace=0)
    await answered(store, tea, ANN, "one", segments=2, most=5)
    await answered(store, tea, BOB, "two", "three", segments=2, most=5)

    found = await store.claim_drafts(9)
    assert ["one", "two"] == [one.text for one in found.sendings]
    [*_, last] = await store.timeline("flowit-sms", BOB)
    assert "MaxSegmentsPerDay" in last["discarded"]
    await accept(store, *found.sendings)
    clock.skip(24 * 3600)
    await answered(store, tea, ANN, "four", segments=2, most=5)
    assert ["four"] == await take(store)
