"""How many rows there are, asked of the database itself."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import asyncpg
import pytest

TABLES = (
    *("inbox", "timeline", "conversations", "outbox"),
    *("attempts", "senders", "suppressions"),
)


def on(engine: str) -> pytest.MarkDecorator:
    """For what is the same on both engines, where one of them is proof enough."""
    return pytest.mark.parametrize("database_url", [engine], indirect=True)


async def ask(database_url: str, sql: str) -> list[tuple[Any, ...]]:
    """Read beside the server, as an operator with a database shell does."""
    if database_url.startswith("sqlite:///"):
        with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as db:
            return [tuple(row) for row in db.execute(sql)]
    connection = await asyncpg.connect(database_url)
    try:
        return [tuple(row.values()) for row in await connection.fetch(sql)]
    finally:
        await connection.close()


async def change(database_url: str, sql: str) -> None:
    """Write beside the server."""
    if database_url.startswith("sqlite:///"):
        with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as db, db:
            db.execute(sql)
        return
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def counts(database_url: str) -> dict[str, int]:
    """How many rows each table has that a text or a callback could change."""
    found = {}
    for table in TABLES:
        [[found[table]]] = await ask(database_url, f"SELECT COUNT(*) FROM {table}")
    return found


async def contents(database_url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    return {
        name: sorted(await ask(database_url, f"SELECT * FROM {name}"), key=repr)
        for name in TABLES
    }
