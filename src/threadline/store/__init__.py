"""
Where everything is kept.

    queries.sql   every statement, by name, for both engines
    statements    reads them, in an engine's dialect
    script        a transaction as a generator of statements
    inbox · consent · turns · waits · answers · drafts · outbox · senders · unknown
                  · receipts · catchup:
                  the transactions of the pipeline
    catalog · desk · texts · takeover · redact
                  those of people; `counter` and `operator` are what they ask
    retention     takes away what is too old to be kept
    batch         group commit: many callers, one transaction
    sql           the Store: which transaction does what, and whom it wakes
    sqlite · postgres   drivers: how to run them
    feed · followers    all that was said, and who follows it
    sightings     how each endpoint does, and its provider was last heard of
    views         read-only questions          migrations   how the tables came to be
    soundness     what is wrong with all of it     backup   copies of a file, and back
    doorbell      tells who waits that there is work
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from threadline.errors import StoreDown
from threadline.ports import Clock
from threadline.store.doorbell import Doorbell
from threadline.store.followers import Followers
from threadline.store.sightings import Lookout
from threadline.store.sql import Driver, SqlStore
from threadline.store.sqlite import SqliteDriver

__all__ = ["Followers", "Lookout", "SqlStore", "bring_up_to_date", "looking", "open_store"]


async def open_store(url: str, clock: Clock, lease: int) -> SqlStore:
    """
    `sqlite:///PATH` or `postgresql://…`, its tables brought up to date. `lease` is how long
    a claim is held, in microseconds. Raises `Busy` and `StoreDown`.
    """
    doorbell = Doorbell()
    driver = _driver(url, doorbell)
    await driver.open()
    return SqlStore(driver, clock, lease, doorbell)


async def bring_up_to_date(url: str) -> None:
    """Make the tables what this version wants. Raises `Busy` and `StoreDown`."""
    driver = _driver(url, Doorbell())
    await driver.open()
    await driver.close()


@asynccontextmanager
async def looking(url: str) -> AsyncIterator[Driver]:
    """
    Only to ask, also beside a server: nothing is held, and no table is made. Raises
    `NotFound` and `StoreDown`.
    """
    driver = _driver(url, Doorbell())
    await driver.connect()
    try:
        yield driver
    finally:
        await driver.close()


def _driver(url: str, doorbell: Doorbell) -> Driver:
    if url.startswith("sqlite:///"):
        return SqliteDriver(Path(url.removeprefix("sqlite:///")), doorbell)
    if url.startswith(("postgresql://", "postgres://")):
        try:
            from threadline.store.postgres import PostgresDriver
        except ImportError:
            raise StoreDown(
                "PostgreSQL needs a driver: `pip install 'threadline[postgres]'`"
            ) from None
        return PostgresDriver(url, doorbell)
    raise StoreDown(
        f"{url.partition(':')[0]!r} is no database: use sqlite:/// or postgresql://"
    )
