"""What was last heard of each endpoint: seen in memory, written down seldom, by every node."""

from __future__ import annotations

import asyncio

from tests.conftest import Calendar
from tests.store.samples import endpoint, text
from tests.web.rows import ask
from threadline.errors import StoreDown
from threadline.store import Lookout, SqlStore
from threadline.store.sightings import Sighting

SOON = 0.02


async def seen(store: SqlStore) -> tuple[int, int, int, int]:
    [row] = await store.health("flowit")
    return row["heard_at"], row["reported_at"], row["refused_at"], row["refused"]


async def test_what_is_seen_is_written_down_a_little_later(store: SqlStore, clock: Calendar):
    lookout = Lookout(store, clock, every=SOON)
    tea = await endpoint(store)
    lookout.heard(tea.id)
    before = await seen(store)
    async with asyncio.timeout(5):
        while (after := await seen(store)) == before:
            await asyncio.sleep(SOON)

    assert (0, 0, 0, 0) == before
    assert (clock(), 0, 0, 0) == after


async def test_many_texts_are_one_row_and_one_write(
    store: SqlStore, clock: Calendar, database_url: str
):
    class Counting:
        written = 0

        async def record_sightings(self, found: list[Sighting]) -> None:
            self.written += len(found)
            await store.record_sightings(found)

    counting = Counting()
    lookout = Lookout(counting, clock)  # type: ignore[arg-type]
    tea = await endpoint(store)
    for _ in range(100):
        lookout.heard(tea.id)
        lookout.reported(tea.id)
    await lookout.flush()
    await lookout.flush()

    assert 1 == counting.written
    assert [(1,)] == [
        tuple(row) for row in await ask(database_url, "SELECT COUNT(*) FROM sightings")
    ]


async def test_the_latest_of_several_nodes_counts(store: SqlStore, clock: Calendar):
    tea = await endpoint(store)
    one, other = Lookout(store, clock), Lookout(store, clock)
    one.heard(tea.id)
    one.refused(tea.id)
    clock.skip(10)
    other.heard(tea.id)
    other.reported(tea.id)
    late = clock()
    await other.flush()
    await one.flush()

    assert (late, late, late - 10_000_000, 1) == await seen(store)


async def test_refusals_add_up_until_a_text_comes(store: SqlStore, clock: Calendar):
    tea, lookout = await endpoint(store), Lookout(store, clock)
    for _ in range(2):
        lookout.refused(tea.id)
        await lookout.flush()
    many = (await seen(store))[3]
    lookout.refused(tea.id)
    lookout.heard(tea.id)
    await lookout.flush()

    assert (2, 0) == (many, (await seen(store))[3])


async def test_what_is_not_written_down_yet_is_told_on_this_node(
    store: SqlStore, clock: Calendar
):
    tea, lookout = await endpoint(store), Lookout(store, clock)
    lookout.heard(tea.id)
    lookout.refused(tea.id)
    [row] = await store.health("flowit")
    told = lookout.with_latest(row)
    await lookout.flush()

    assert (clock(), clock(), 1) == (told["heard_at"], told["refused_at"], told["refused"])
    assert dict(row) == lookout.with_latest(row)


async def test_a_store_that_is_down_costs_only_what_was_seen(clock: Calendar):
    class Down:
        async def record_sightings(self, _found: object) -> None:
            raise StoreDown("It is down.")

    lookout = Lookout(Down(), clock)
    lookout.heard(1)
    await lookout.flush()


async def test_two_that_are_written_together_are_one(store: SqlStore, clock: Calendar):
    tea = await endpoint(store)
    await store.record_sightings(
        [Sighting(tea.id, heard_at=5, refused=1), Sighting(tea.id, refused_at=7, refused=2)]
    )

    assert (5, 0, 7, 3) == await seen(store)


async def test_health_counts_what_waits_and_finds_the_last_failure(
    store: SqlStore, clock: Calendar
):
    tea = await endpoint(store)
    await store.keep(tea, [text(1), text(2)])
    [row] = await store.health("flowit", tea.address, tea.address)

    assert (2, clock(), 0, None) == (
        row["turns"],
        row["oldest_turn"],
        row["drafts"],
        row["failed_at"],
    )
    assert [] == await store.health("flowit", "elsewhere", "elsewhere")
    assert [] == await store.health("acme")
