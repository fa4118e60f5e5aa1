"""What was said is counted and found once, whatever dies when."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.conftest import LEASE, Calendar
from tests.store.samples import ANN, BOB, answer, endpoint, text
from tests.world import until
from threadline.model.clock import HOUR
from threadline.model.digest import digest as digested
from threadline.model.feed import Which
from threadline.model.wanted import Wanted
from threadline.pipeline import digest
from threadline.store import SqlStore, open_store


async def counts(store: SqlStore, owner: str = "flowit") -> list[tuple[Any, ...]]:
    names = ("hour", "endpoint", "received", "by_bot", "by_operator")
    return [tuple(row[name] for name in names) for row in await store.tallies(owner, 0)]


async def test_texts_of_each_hour_are_counted_by_who_said_them(
    store: SqlStore, clock: Calendar
):
    tea, acme = await endpoint(store), await endpoint(store, "acme-sms", "acme")
    hour = clock() // HOUR
    await store.keep(tea, [text(1), text(2, BOB)])
    await store.keep(acme, [text(3)])
    claimed = await store.claim_turns(1)
    await store.finish_turns([answer(claimed[0], "one", "two")])
    clock.skip(3600)
    await store.keep(tea, [text(4)])
    while (await digest.read_on(store, clock, "here", 2)).more:
        pass

    assert [(hour, "flowit-sms", 2, 2, 0), (hour + 1, "flowit-sms", 1, 0, 0)] == await counts(
        store
    )
    assert [(hour, "acme-sms", 1, 0, 0)] == await counts(store, "acme")


async def test_a_portion_that_is_written_twice_counts_once(store: SqlStore, clock: Calendar):
    tea = await endpoint(store)
    await store.keep(tea, [text(1)])
    reading = await store.reading()
    portion = await store.feed(Which(), reading.place)
    same = digested(reading, portion.found, portion.place, "here")
    first = await store.digest(same)
    again = await store.digest(same)

    assert (True, False) == (first, again)
    assert [1] == [row[2] for row in await counts(store)]


async def test_nodes_that_read_at_the_same_time_count_once(database_url: str, clock: Calendar):
    one = await open_store(database_url, clock, LEASE)
    two = await open_store(database_url, clock, LEASE) if "postgres" in database_url else one
    tea = await endpoint(one)
    await one.keep(tea, [text(n) for n in range(40)])
    for n in range(10):
        await asyncio.gather(
            digest.read_on(one, clock, "one", 5), digest.read_on(two, clock, "two", 5)
        )
        clock.skip(60 * (n % 2))  # now and then the other may go on
    await one.close()
    if two is not one:
        await two.close()
    again = await open_store(database_url, clock, LEASE)
    told = await counts(again)
    await again.close()

    assert 40 == sum(row[2] for row in told)


async def test_one_node_reads_while_another_is_at_it(store: SqlStore, clock: Calendar):
    tea = await endpoint(store)
    await store.keep(tea, [text(1)])
    await digest.read_on(store, clock, "one")
    await store.keep(tea, [text(2)])
    held = await digest.read_on(store, clock, "two")
    clock.skip(held.held)
    await digest.read_on(store, clock, "two")

    assert 0 < held.held <= 10
    assert [2] == [row[2] for row in await counts(store)]


async def test_a_new_text_is_found_while_the_worker_runs(store: SqlStore, clock: Calendar):
    tea = await endpoint(store)
    await store.keep(tea, [text(1, ANN, "from before")])
    running = asyncio.create_task(digest.run(store, store.doorbell, clock))

    async def found(word: str) -> bool:
        return bool(await store.find_conversations("flowit", Wanted(words=(word,)), 1))

    try:
        await until(lambda: found("before"), bool)
        await store.keep(tea, [text(2, ANN, "and afterwards")])
        await until(lambda: found("afterwards"), bool)
    finally:
        running.cancel()

    assert [2] == [row[2] for row in await counts(store)]
