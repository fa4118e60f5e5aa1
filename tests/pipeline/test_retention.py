"""What is too old is taken away once, by one node at a time, whatever dies when."""

from __future__ import annotations

import asyncio
from collections import Counter

from tests.conftest import LEASE, Calendar
from tests.store.samples import ANN, BOB, answer, endpoint, text
from tests.world import until
from threadline.model.catalog import SaveOrganization
from threadline.model.clock import DAY
from threadline.model.feed import Which
from threadline.model.retention import Overdue, old
from threadline.pipeline import retention
from threadline.store import SqlStore, open_store

SECONDS = DAY // 1_000_000


async def keeps(store: SqlStore, days: int | None, organization: str = "flowit") -> None:
    await store.change([SaveOrganization(organization, retention_days=days)])


async def aged(store: SqlStore, clock: Calendar, count: int) -> None:
    """So many texts that are five days old, and one that is not, of who keeps three."""
    tea = await endpoint(store)
    await store.keep(tea, [text(n, ANN if n % 2 else BOB) for n in range(count)])
    await all_answered(store)
    clock.skip(5 * SECONDS)
    await store.keep(tea, [text("young")])
    await keeps(store, 3)


async def all_answered(store: SqlStore) -> None:
    while claimed := await store.claim_turns(9):
        await store.finish_turns([answer(one) for one in claimed])


async def left(store: SqlStore) -> Counter[str]:
    """How many entries of flowit are redacted, and how many are not."""
    entries, place, more = [], (-1, 0, 0), True
    while more:
        portion = await store.feed(Which("flowit"), place, 1000)
        entries, place, more = entries + portion.found, portion.place, portion.more
    return Counter(one.element["type"] for one in entries)


async def test_two_nodes_take_nothing_away_twice(database_url: str, clock: Calendar):
    one = await open_store(database_url, clock, LEASE)
    two = await open_store(database_url, clock, LEASE) if "postgres" in database_url else one
    await aged(one, clock, 40)
    texts = 0
    for n in range(12):
        steps = await asyncio.gather(
            retention.take_on(one, clock, "one", "flowit", limit=5),
            retention.take_on(two, clock, "two", "flowit", limit=5),
        )
        texts += sum(step.texts for step in steps)
        clock.skip(60 * (n % 2))  # now and then the other may go on
    found = await left(one)
    await one.close()
    if two is not one:
        await two.close()

    assert 40 == texts
    assert {"redacted": 40, "message": 1} == found


async def test_a_portion_that_is_written_twice_is_taken_away_once(
    store: SqlStore, clock: Calendar
):
    await aged(store, clock, 4)
    aging = await store.aging("flowit")
    said = await store.feed(Which("flowit"), aging.place)
    came = await store.arrivals("flowit", 0, 100, clock())
    same, more = old(aging, said, came, [], clock(), "one")

    assert (4, None) == (await store.take_away(same), await store.take_away(same))
    assert not more


async def test_one_node_goes_on_while_another_is_at_it(store: SqlStore, clock: Calendar):
    await aged(store, clock, 4)
    first = await retention.take_on(store, clock, "one", "flowit", limit=2)
    second = await retention.take_on(store, clock, "two", "flowit", limit=2)
    clock.skip(second.held)
    third = await retention.take_on(store, clock, "two", "flowit", limit=2)

    assert (2, True) == (first.texts, first.more)
    assert (0, False) == (second.texts, second.more)
    assert 0 < second.held <= 10
    assert 2 == third.texts


async def test_it_goes_on_after_a_restart_where_it_was(database_url: str, clock: Calendar):
    one = await open_store(database_url, clock, LEASE)
    await aged(one, clock, 6)
    await retention.take_on(one, clock, "one", "flowit", limit=4)
    await one.close()
    clock.skip(60)
    two = await open_store(database_url, clock, LEASE)
    before = await two.aging("flowit")
    step = await retention.take_on(two, clock, "two", "flowit", limit=4)
    found = await left(two)
    await two.close()

    assert before.place > (-1, 0, 0)
    assert 2 == step.texts
    assert {"redacted": 6, "message": 1} == found


async def test_who_changes_their_mind_is_obeyed_before_the_next_portion(
    store: SqlStore, clock: Calendar
):
    await aged(store, clock, 4)
    aging = await store.aging("flowit")
    said = await store.feed(Which("flowit"), aging.place)
    came = await store.arrivals("flowit", 0, 100, clock())
    overdue = await store.overdue("flowit", Overdue(0, 0), 100)
    seen, _more = old(aging, said, came, overdue, clock(), "one")
    await keeps(store, None)

    assert None is await store.take_away(seen)
    assert retention.Step() == await retention.take_on(store, clock, "one", "flowit")
    assert {"message": 5} == await left(store)


async def test_all_that_others_said_is_passed_without_a_portion_of_ours(
    store: SqlStore, clock: Calendar
):
    """A window of the feed and of the inbox in which nothing is ours ends no look."""
    tea, acme = await endpoint(store), await endpoint(store, "acme-sms", "acme")
    for n in range(0, 5100, 850):
        many = [text(f"a{one}", f"+1555010{one:04}", "") for one in range(n, n + 850)]
        await store.keep(acme, many)
    await store.keep(tea, [text("ours")])
    claimed = await store.claim_turns(9999)
    ours = [one for one in claimed if one.endpoint_id == tea.id]
    await store.finish_turns([answer(one) for one in ours])
    clock.skip(5 * SECONDS)
    await keeps(store, 3)
    held = await retention.take_all(store, clock, "one", ["flowit"])
    inbox = await store.arrivals("flowit", (await store.aging("flowit")).inbox, 9, clock())

    assert 0.0 == held
    assert [] == inbox.found
    assert 1 == (await left(store))["redacted"]


async def test_a_change_of_the_days_is_obeyed_at_once_while_the_worker_runs(
    store: SqlStore, clock: Calendar
):
    await aged(store, clock, 4)
    await keeps(store, None)
    running = asyncio.create_task(retention.run(store, store.doorbell, clock))

    async def redacted() -> int:
        return (await left(store))["redacted"]

    try:
        await keeps(store, 10)
        await keeps(store, 3)
        await until(redacted, lambda count: count == 4)
    finally:
        running.cancel()

    assert {"redacted": 4, "message": 1} == await left(store)
