"""PostgreSQL: many nodes over one database, every batch one transaction."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Sequence
from typing import Any

import asyncpg

from threadline.errors import Busy, StoreDown
from threadline.store import migrations, statements
from threadline.store.doorbell import Doorbell
from threadline.store.script import Moment, Row, Run, Script, Transaction

CHANNEL = "threadline"
MIGRATION_LOCK = 7_431_089_225_114
POOL = 10
TRIES = 5
LISTENS_WITHIN = 5
CONNECT = 10
ANSWER = 20
HEARTBEAT = 5
TELL = 0.1
"""Seconds between two words to other nodes that there is something new."""
MIGRATION = 600
"""Seconds: a database that is silent for longer is taken for gone."""

AGAIN = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
GONE = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # such as a connection that died while it was handed out
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.ObjectNotInPrerequisiteStateError,  # it takes no connections for the time being
)
"""What says that the database is not there, rather than that a statement is wrong."""


class PostgresDriver:
    """Opened on a URL, `postgresql://…`."""

    shared_lane = False

    def __init__(self, url: str, doorbell: Doorbell) -> None:
        self._url = url
        self._doorbell = doorbell
        self._statements = statements.load("postgres")
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._listening: asyncio.Future[Any] | None = None
        self._hears = asyncio.Event()
        self._news = asyncio.Event()

    async def connect(self) -> None:
        """Only to ask, however long an answer takes. Raises `StoreDown`."""
        try:
            self._pool = await asyncpg.create_pool(
                self._url, min_size=1, max_size=1, timeout=CONNECT
            )
        except GONE as why:
            raise StoreDown(f"PostgreSQL cannot be reached: {why}") from why

    async def open(self) -> None:
        """Connect, bring the tables up to date, start to listen. Raises `StoreDown`."""
        try:
            self._pool = await asyncpg.create_pool(
                self._url, min_size=1, max_size=POOL, timeout=CONNECT, command_timeout=ANSWER
            )
            async with self._pool.acquire(timeout=ANSWER) as connection:
                await _migrate(connection)
                await self._rebase_feed(connection)
        except GONE as why:
            raise StoreDown(f"PostgreSQL cannot be reached: {why}") from why
        except asyncpg.PostgresError as why:
            await self.close()
            raise StoreDown(f"PostgreSQL refused to make the tables: {why}") from why
        except Busy:
            await self.close()
            raise
        self._listening = asyncio.gather(self._listen(), self._tell())
        with contextlib.suppress(TimeoutError):  # it goes on trying
            async with asyncio.timeout(LISTENS_WITHIN):
                await self._hears.wait()

    async def _rebase_feed(self, connection: Any) -> None:
        """Under the same lock: who comes second finds it done."""
        async with connection.transaction():
            lock = "SELECT pg_advisory_xact_lock($1)"
            await connection.execute(lock, MIGRATION_LOCK, timeout=MIGRATION)
            values = {"now": time.time_ns() // 1000}
            await self._run(connection, Run("rebase_feed", values))

    @property
    def pool(self) -> asyncpg.Pool[asyncpg.Record]:
        if self._pool is None:
            raise StoreDown("the store is not open")
        return self._pool

    async def commit(
        self,
        work: Sequence[tuple[Transaction, Sequence[Any]]],
        moment: Moment,
    ) -> list[list[Any]]:
        """
        All of it in one transaction, with one notification for all nodes. `StoreDown` also
        means: it may have been kept, the connection was lost while committing.
        """
        for attempt in range(TRIES):
            topics: set[str] = set()
            try:
                found = await self._commit(work, moment, topics)
            except AGAIN:
                if attempt == TRIES - 1:
                    raise
            except GONE as why:
                if isinstance(why, asyncpg.ReadOnlySQLTransactionError):
                    await self.pool.expire_connections()  # they would stay so
                raise StoreDown(f"the database did not take it: {why}") from why
            else:
                self._doorbell.ring(topics)
                self._news.set()
                return found
        raise AssertionError("unreachable")

    async def _commit(
        self,
        work: Sequence[tuple[Transaction, Sequence[Any]]],
        moment: Moment,
        topics: set[str],
    ) -> list[list[Any]]:
        async with (
            self.pool.acquire(timeout=ANSWER) as connection,
            connection.transaction(),
        ):
            found = [await self._play(connection, do(moment, i), topics) for do, i in work]
            if topics:
                await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, ",".join(topics))
        return found

    async def _play(self, connection: Any, script: Script, topics: set[str]) -> list[Any]:
        rows: list[Row] | None = None
        while True:
            try:
                step = script.send(rows)  # type: ignore[arg-type]  # the first time it is None
            except StopIteration as end:
                return list(end.value)
            if isinstance(step, Run):
                rows = await self._run(connection, step)
            else:
                step.do(topics)
                rows = []

    async def _run(self, connection: Any, run: Run) -> list[Row]:
        statement = self._statements[run.name]
        if statement is None:
            return []
        values = [run.values[name] for name in statement.values]
        if statement.columns is None:
            return list(await connection.fetch(statement.text, *values))
        if not run.rows:
            return []
        columns = [list(column) for column in zip(*run.rows, strict=True)]
        return list(await connection.fetch(statement.text, *columns, *values))

    async def ask(self, run: Run) -> list[Row]:
        """Read only."""
        try:
            async with self.pool.acquire(timeout=ANSWER) as connection:
                return await self._run(connection, run)
        except GONE as why:
            raise StoreDown(f"the database did not answer: {why}") from why

    async def _listen(self) -> None:
        """Pass on what other nodes ring; after a lost connection ring everything."""
        while True:
            with contextlib.suppress(*GONE, asyncpg.PostgresError):
                connection = await asyncpg.connect(self._url, timeout=CONNECT)
                try:
                    await connection.add_listener(CHANNEL, self._heard)
                    self._doorbell.ring_all()
                    self._hears.set()
                    while True:  # a connection that nobody answers on is none
                        await asyncio.sleep(HEARTBEAT)
                        await connection.execute("SELECT 1", timeout=ANSWER)
                finally:
                    connection.terminate()
            self._doorbell.ring_all()
            await asyncio.sleep(1)

    async def _tell(self) -> None:
        """
        That there is something new, for those on other nodes who watch. Beside the commits
        and few at a time, because each notification holds up those who commit.
        """
        while True:
            await self._news.wait()
            self._news.clear()
            with contextlib.suppress(*GONE, asyncpg.PostgresError):
                async with self.pool.acquire(timeout=ANSWER) as connection:
                    await connection.execute("SELECT pg_notify($1, 'timeline')", CHANNEL)
            await asyncio.sleep(TELL)

    def _heard(self, _connection: Any, _pid: int, _channel: str, payload: object) -> None:
        self._doorbell.ring(str(payload).split(","))

    async def close(self) -> None:
        """Let go of every connection."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        if self._pool is not None:
            try:
                async with asyncio.timeout(5):
                    await self._pool.close()
            except (TimeoutError, *GONE):
                self._pool.terminate()


async def _migrate(connection: Any) -> None:
    """Under a lock, because several nodes may start at once."""
    async with connection.transaction():
        lock = "SELECT pg_advisory_xact_lock($1)"
        await connection.execute(lock, MIGRATION_LOCK, timeout=MIGRATION)
        await connection.execute(migrations.CREATE)
        rows = await connection.fetch("SELECT number FROM migrations")
        for number, texts in migrations.missing("postgres", {row["number"] for row in rows}):
            for text in texts:
                await connection.execute(text, timeout=MIGRATION)
            now = time.time_ns() // 1000
            await connection.execute("INSERT INTO migrations VALUES ($1, $2)", number, now)
