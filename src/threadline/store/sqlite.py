"""SQLite: one process, one writer thread, every batch one transaction."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import sqlite3
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any

from threadline.errors import Busy, NotFound, StoreDown
from threadline.store import migrations, statements
from threadline.store.doorbell import Doorbell
from threadline.store.script import Moment, Row, Run, Script, Transaction

READERS = 2
AT_ONCE = 64
"""Rows in one statement, at most; smaller sets go in powers of two, so that few texts recur."""
CACHE_KB = 8_192
"""Of each connection. With more of it a store of a million messages is slower, not faster."""
LOG_BYTES = 16_000_000
"""How far the log grows before it is put into the file, beside the writer."""
LOG_PAGES = 32_000
"""Of 4 kB: how far it grows before the writer does so itself."""
LOOK_EVERY = 16
"""Commits between two looks at how long the log is."""


class SqliteDriver:
    """Opened on the path of a database file; `lock` next to it keeps other processes out."""

    shared_lane = True

    def __init__(self, path: Path, doorbell: Doorbell) -> None:
        self._path = path
        self._doorbell = doorbell
        self._statements = statements.load("sqlite")
        self._writer = ThreadPoolExecutor(1, "threadline-writer")
        self._readers = ThreadPoolExecutor(READERS, "threadline-reader")
        self._tidier = ThreadPoolExecutor(1, "threadline-tidier")
        self._tidying: asyncio.Task[None] | None = None
        self._commits = 0
        self._idle_readers: list[sqlite3.Connection] = []
        self._lock_file = -1
        self._feed = 0

    async def open(self) -> None:
        """Take the lock, bring the tables up to date. Raises `Busy`, `StoreDown`."""
        await asyncio.get_running_loop().run_in_executor(self._writer, self._open)

    def _open(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock_file = hold(self._path)
        with contextlib.ExitStack() as undo:
            undo.callback(self._let_go)
            try:
                os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))  # people's texts
                self._db = self._connect()
                undo.callback(self._db.close)
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = FULL")
                self._db.execute("PRAGMA foreign_keys = ON")
                self._db.execute(f"PRAGMA wal_autocheckpoint = {LOG_PAGES}")
                self._db.execute(f"PRAGMA journal_size_limit = {LOG_BYTES}")
                self._migrate()
                # What a statement would have to take back; else that is a file of its own.
                self._db.execute("PRAGMA temp_store = MEMORY")
                self._feed = self._run(self._db, Run("feed_end"))[0]["feed"]
                self._db.create_function("next_feed", 1, self._next_feed)
                for name in ("orphan_attempts", "orphan_conversations"):
                    self._run(self._db, Run(name))
            except sqlite3.Error as why:
                raise StoreDown(self._told(why)) from why
            undo.pop_all()

    async def connect(self) -> None:
        """Only to ask, beside whoever holds the lock. Raises `NotFound`."""
        if not self._path.exists():
            raise NotFound(
                f"There is no database {self._path} yet. `threadline serve` makes one, and so "
                "does `threadline db upgrade`."
            )

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(
            self._path, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        db.row_factory = sqlite3.Row
        db.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        return db

    def _migrate(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.execute(migrations.CREATE)
            applied = {row["number"] for row in self._db.execute("SELECT * FROM migrations")}
            for number, texts in migrations.missing("sqlite", applied):
                for text in texts:
                    self._db.execute(text)
                now = time.time_ns() // 1000
                self._db.execute("INSERT INTO migrations VALUES (?, ?)", (number, now))
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise

    def _next_feed(self, now: int) -> int:
        """More than ever before, however the clock goes. For statements, in the writer."""
        self._feed = max(self._feed + 1, now)
        return self._feed

    async def commit(
        self,
        work: Sequence[tuple[Transaction, Sequence[Any]]],
        moment: Moment,
    ) -> list[list[Any]]:
        """All of it in one transaction. Raises `StoreDown` if nothing was kept."""
        topics: set[str] = set()
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(self._writer, self._commit, work, moment, topics)
        self._doorbell.ring(topics)
        if self._tidying is None and self._log_is_long():
            self._tidying = asyncio.create_task(self._tidy())
        return found

    def _log_is_long(self) -> bool:
        self._commits += 1
        if self._commits % LOOK_EVERY:
            return False
        try:
            return os.stat(f"{self._path}-wal").st_size > LOG_BYTES
        except OSError:
            return False

    async def _tidy(self) -> None:
        """
        Put the log into the file while texts go on being written to it; only what came in the
        meantime is put there by the writer, so that no text waits long for it.
        """
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._tidier, self._checkpoint)
            await loop.run_in_executor(self._writer, self._restart_log)
        finally:
            self._tidying = None

    def _checkpoint(self) -> None:
        with contextlib.suppress(sqlite3.Error), contextlib.closing(self._connect()) as db:
            db.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _restart_log(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._db.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _commit(
        self,
        work: Sequence[tuple[Transaction, Sequence[Any]]],
        moment: Moment,
        topics: set[str],
    ) -> list[list[Any]]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            found = [self._play(do(moment, items), topics) for do, items in work]
            self._db.execute("COMMIT")
        except sqlite3.OperationalError as why:
            self._roll_back()
            raise StoreDown(self._told(why)) from why
        except BaseException:
            self._roll_back()
            raise
        return found

    def _told(self, why: Exception) -> str:
        """What is wrong with which file, and how to mend it."""
        return (
            f"The database {self._path} cannot be used: {why}. Mend its rights, or make room "
            "on its disk; a server then goes on by itself."
        )

    def _roll_back(self) -> None:
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def _play(self, script: Script, topics: set[str]) -> list[Any]:
        rows: list[Row] | None = None
        try:
            while True:
                step = script.send(rows)  # type: ignore[arg-type]  # the first time it is None
                if isinstance(step, Run):
                    rows = self._run(self._db, step)
                else:
                    step.do(topics)
                    rows = []
        except StopIteration as end:
            return list(end.value)

    def _run(self, db: sqlite3.Connection, run: Run) -> list[Row]:
        statement = self._statements[run.name]
        if statement is None:
            return []
        values = [run.values[name] for name in statement.values]
        if statement.columns is None:
            return db.execute(statement.text, values).fetchall()
        found: list[Row] = []
        rows = run.rows or ()
        done = 0
        while done < len(rows):
            size = min(AT_ONCE, 1 << (len(rows) - done).bit_length() - 1)
            some = rows[done : done + size]
            if statement.numbered:
                some = [(n, *row) for n, row in enumerate(some, done + 1)]
            done += size
            bound = [*chain.from_iterable(some), *values]
            found += db.execute(statement.of(size), bound).fetchall()
        return found

    async def ask(self, run: Run) -> list[Row]:
        """Read only, beside the writer."""
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._readers, self._ask, run)
        except sqlite3.Error as why:
            raise StoreDown(self._told(why)) from why

    def _ask(self, run: Run) -> list[Row]:
        try:
            db = self._idle_readers.pop()
        except IndexError:
            db = self._connect()
        try:
            return self._run(db, run)
        finally:
            self._idle_readers.append(db)

    async def close(self) -> None:
        """Let go of the file and its lock."""
        if self._tidying is not None:
            await self._tidying
        self._tidier.shutdown()
        self._readers.shutdown()
        await asyncio.get_running_loop().run_in_executor(self._writer, self._close)
        self._writer.shutdown()

    def _close(self) -> None:
        for db in self._idle_readers:
            db.close()
        if self._lock_file >= 0:
            self._db.close()
            self._let_go()

    def _let_go(self) -> None:
        os.close(self._lock_file)
        self._lock_file = -1


def hold(path: Path) -> int:
    """
    Keeps other processes from writing to the file, until what it returns is closed. Raises
    `Busy`.
    """
    lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise Busy(
            f"Another process works on {path}. Stop it first: two processes on one file are "
            "slower than one. For several nodes use PostgreSQL."
        ) from None
    return lock
