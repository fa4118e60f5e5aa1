"""How the tables come to be: once, in order, whoever starts first."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.conftest import LEASE, Calendar
from tests.store.samples import endpoint, text
from tests.web.rows import ask, change
from threadline.errors import Busy
from threadline.store import SqlStore, migrations, open_store


async def numbers(database_url: str) -> list[int]:
    rows = await ask(database_url, "SELECT number FROM migrations ORDER BY number")
    return [number for (number,) in rows]


async def test_an_empty_database_gets_every_step(new_database_url: str, clock: Calendar):
    store = await open_store(new_database_url, clock, LEASE)
    await store.close()
    again = await open_store(new_database_url, clock, LEASE)
    await again.close()

    expected = [number for number, _statements in migrations.steps("sqlite")]
    assert expected == await numbers(new_database_url)
    assert expected == sorted(set(expected))
    assert expected == [number for number, _statements in migrations.steps("postgres")]


async def test_a_database_that_is_ahead_of_the_program_is_refused_and_left_alone(
    database_url: str, clock: Calendar
):
    store = await open_store(database_url, clock, LEASE)
    await store.close()
    await change(database_url, "INSERT INTO migrations VALUES (9999, 0)")
    before = await numbers(database_url)

    with pytest.raises(Busy, match=r"has step 9999.* Start the newer version that made it"):
        await open_store(database_url, clock, LEASE)

    assert before == await numbers(database_url)
    await change(database_url, "DELETE FROM migrations WHERE number = 9999")
    mended = await open_store(database_url, clock, LEASE)  # nothing is held by who was refused
    await mended.close()


async def test_nodes_that_start_at_the_same_time_make_the_tables_once(
    new_postgres_url: str, clock: Calendar
):
    stores = await asyncio.gather(
        *(open_store(new_postgres_url, clock, LEASE) for _ in range(4))
    )
    try:
        tea = await endpoint(stores[0])
        kept = await asyncio.gather(*(one.keep(tea, [text(1)]) for one in stores))
    finally:
        await asyncio.gather(*(one.close() for one in stores))

    assert 1 == sum(one for [one] in kept)
    expected = [number for number, _statements in migrations.steps("postgres")]
    assert expected == await numbers(new_postgres_url)


async def test_a_second_store_on_one_file_is_refused_and_the_first_goes_on(
    tmp_path: Path, clock: Calendar
):
    url = f"sqlite:///{tmp_path}/threadline.db"

    async def opened() -> SqlStore | Busy:
        try:
            return await open_store(url, clock, LEASE)
        except Busy as why:
            return why

    found = await asyncio.gather(*(opened() for _ in range(4)))
    stores = [one for one in found if isinstance(one, SqlStore)]
    refusals = [str(one) for one in found if isinstance(one, Busy)]

    assert 1 == len(stores)
    assert all("Another process works on" in one for one in refusals)
    assert [True] == await stores[0].keep(await endpoint(stores[0]), [text(1)])
    await stores[0].close()
    third = await open_store(url, clock, LEASE)
    await third.close()
