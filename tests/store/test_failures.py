"""PostgreSQL that loses a connection, or two that wait for each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from tests.conftest import LEASE, Calendar
from tests.store.samples import ANN, BOB, answer, endpoint, text
from tests.world import until
from threadline.errors import StoreDown
from threadline.store import SqlStore, open_store

ROW = "SELECT 1 FROM conversations WHERE contact = $1 FOR UPDATE"
WAITING = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = $1"


@pytest.fixture
async def store(postgres_url: str, clock: Calendar) -> AsyncIterator[SqlStore]:
    opened = await open_store(postgres_url, clock, LEASE)
    yield opened
    await opened.close()


@asynccontextmanager
async def other(postgres_url: str) -> AsyncIterator[asyncpg.Connection]:
    """Somebody else at the same database."""
    connection = await asyncpg.connect(postgres_url)
    try:
        yield connection
    finally:
        await connection.close()


async def waiting(postgres_url: str) -> list[int]:
    """The backends that wait for a lock of somebody else's."""
    async with other(postgres_url) as watching:
        name = await watching.fetchval("SELECT current_database()")

        async def pids() -> list[int]:
            return [row["pid"] for row in await watching.fetch(WAITING, name)]

        return list(await until(pids, bool))


async def test_a_connection_that_is_lost_in_the_middle_keeps_nothing_and_is_replaced(
    store: SqlStore, postgres_url: str
):
    tea = await endpoint(store)
    await store.keep(tea, [text(1)])
    async with other(postgres_url) as holder:
        transaction = holder.transaction()
        await transaction.start()
        await holder.execute(ROW, ANN)
        keeping = asyncio.create_task(store.keep(tea, [text(2), text(3, BOB)]))

        for pid in await waiting(postgres_url):
            await holder.execute("SELECT pg_terminate_backend($1)", pid)
        with pytest.raises(StoreDown, match="the database did not take it"):
            await keeping
        await transaction.rollback()

    assert [] == await store.timeline("flowit-sms", BOB)
    assert [True, True] == await store.keep(tea, [text(2), text(3, BOB)])
    said = [e["element"]["message"] for e in await store.timeline("flowit-sms", ANN)]
    assert ["text 1", "text 2"] == said


async def test_everybody_whose_connection_is_lost_is_told_and_all_can_go_on(
    store: SqlStore, postgres_url: str, postgres: str
):
    tea = await endpoint(store)
    name = postgres_url.partition("?")[0].rpartition("/")[2]

    async def drop() -> None:
        async with other(postgres) as admin:
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1",
                name,
            )

    kept = 0
    for n in range(10):
        texts = [store.keep(tea, [text(f"{n}-{m}")]) for m in range(20)]
        found = await asyncio.gather(drop(), *texts, return_exceptions=True)
        assert all(one in (None, [True]) or isinstance(one, StoreDown) for one in found)
        kept += sum(one == [True] for one in found)

    async def back() -> bool:
        try:
            await store.ping()
        except StoreDown:
            return False
        return True

    assert await until(back, bool)
    again = [await store.keep(tea, [text(f"{n}-{m}")]) for n in range(10) for m in range(20)]
    assert kept <= sum(one == [False] for one in again)
    entries = await store.timeline("flowit-sms", ANN)
    assert list(range(1, 201)) == [entry["seq"] for entry in entries]


async def test_two_that_wait_for_each_other_are_untangled_and_both_get_through(
    store: SqlStore, postgres_url: str
):
    tea = await endpoint(store)
    await store.keep(tea, [text(1)])
    await store.keep(tea, [text(2, BOB)])
    claimed = sorted(await store.claim_turns(2), key=lambda one: one.conversation)
    async with other(postgres_url) as rival:
        await rival.execute("SET deadlock_timeout = '30s'")  # so that it is not the victim
        transaction = rival.transaction()
        await transaction.start()
        await rival.execute(ROW, claimed[1].contact)
        finishing = asyncio.create_task(
            store.finish_turns([answer(one, "ok") for one in claimed])
        )
        await waiting(postgres_url)

        await rival.execute(ROW, claimed[0].contact)  # the store holds this one
        await transaction.commit()

        assert [True, True] == [done.ours for done in await finishing]
    for contact in (ANN, BOB):
        entries = await store.timeline("flowit-sms", contact)
        assert ["contact", "bot"] == [entry["author"] for entry in entries]


async def test_a_ring_is_heard_again_after_the_listening_connection_was_lost(
    store: SqlStore, postgres_url: str, clock: Calendar
):
    heard: list[str] = []
    store.doorbell.listen("catalog", lambda: heard.append("catalog"))
    async with other(postgres_url) as admin:
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    async def rung() -> int:
        return len(heard)

    assert 1 <= await until(rung, lambda n: n >= 1)  # rings may have been missed meanwhile
    elsewhere = await open_store(postgres_url, clock, LEASE)
    try:

        async def told() -> bool:
            before = len(heard)
            await endpoint(elsewhere)
            return bool(await until(rung, lambda n: n > before)) and len(heard) > before

        assert await until(told, bool)
    finally:
        await elsewhere.close()
