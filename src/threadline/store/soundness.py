"""
Whether a database is sound: its file, its tables, and what has to be true of their rows.

Everything is only read, each question in one statement, so that it may be asked at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from threadline.errors import Problem, StoreDown
from threadline.store import migrations
from threadline.store.script import Row, Run
from threadline.store.statements import Engine
from threadline.store.views import Asking

MOST = 20
"""Rows of one kind that are told, at most."""
RESTORE = "Keep the file, and put the last backup in its place: `threadline db restore`."
STATEMENT = "With no server running, carry this out on the database, and check again: {sql};"


async def steps(driver: Asking) -> list[int]:
    """Those that the tables were brought up to. Raises `StoreDown`."""
    if not await driver.ask(Run("has_steps")):
        return []
    return [row["number"] for row in await driver.ask(Run("steps"))]


async def look(driver: Asking, engine: Engine, late: int) -> tuple[list[int], list[Problem]]:
    """
    The steps taken, and what is not sound. Since `late` (microseconds) whoever sends has to
    have looked after every attempt; 0 = nobody is there who could.
    """
    try:
        damage = [*await _damage(driver), *await _journal(driver)]
        taken = await steps(driver)
    except StoreDown as why:
        if engine != "sqlite":
            raise
        message = f"It cannot be read: {why.__cause__}."
        return [], [Problem("database_damaged", "the file", message, RESTORE)]
    behind = list(check_steps(taken, [number for number, _texts in migrations.steps(engine)]))
    if damage or behind:  # of rows nothing can be said then
        return taken, [*damage, *behind]
    return taken, await _rows(driver, late)


def check_steps(taken: Sequence[int], known: Sequence[int]) -> Iterator[Problem]:
    """What is wrong with the steps that were taken. Pure."""
    at = "migrations"
    if missing := sorted({*known} - {*taken}):
        message = f"The tables are at step {max(taken, default=0)} of {max(known)}."
        if max(missing) < max(taken, default=0):
            message = f"The tables never got step {missing[0]}."
        mend = "Bring them up to date: `threadline db upgrade`."
        yield Problem("database_behind", at, message, mend)
    if ahead := sorted({*taken} - {*known}):
        message = f"The tables have step {ahead[-1]}, which this version does not know."
        mend = "Use the newer version that made it."
        yield Problem("database_ahead", at, message, mend)


async def _damage(driver: Asking) -> list[Problem]:
    said = [row["said"] for row in await driver.ask(Run("integrity"))]
    found = [
        Problem("database_damaged", "the file", f"{one}.", RESTORE)
        for one in said
        if one != "ok"
    ]
    for row in (await driver.ask(Run("foreign_keys")))[:MOST]:
        message = f"Row {row['row']} belongs to one of {row['parent']} that is not there."
        found.append(Problem("database_damaged", row["child"], message, RESTORE))
    return found[:MOST]


async def _journal(driver: Asking) -> list[Problem]:
    modes = [row["journal_mode"] for row in await driver.ask(Run("journal_mode"))]
    mend = "Start a server on it once, which sets it."
    return [
        Problem("journal_unfit", "journal_mode", f"It is {mode!r}, and has to be 'wal'.", mend)
        for mode in modes
        if mode != "wal"
    ]


async def _rows(driver: Asking, late: int) -> list[Problem]:
    limit = {"limit": MOST}
    asked = {
        "waiting_miscounted": limit,
        "timeline_ahead": limit,
        "text_unseen": limit,
        "text_held_by_nothing": limit,
        "text_without_attempt": limit,
        "attempt_forgotten": {**limit, "late": late},
    }
    found = {name: await driver.ask(Run(name, values)) for name, values in asked.items()}
    return list(told(found))


def told(found: Mapping[str, Iterable[Row]]) -> Iterator[Problem]:
    """What the rows that each question found mean, and how to mend it. Pure."""
    for code, message, sql, mend in (
        (
            "waiting_miscounted",
            "It says that {told} texts wait for the bot, and {there} do.",
            "UPDATE conversations SET waiting = {there} WHERE id = {id}",
            STATEMENT,
        ),
        (
            "timeline_ahead",
            "The next place on its timeline would be {told} + 1, and {there} is taken.",
            "UPDATE conversations SET seq = {there} WHERE id = {id}",
            STATEMENT,
        ),
        (
            "text_unseen",
            "It is under way, and not on the timeline.",
            "",
            "Give it up: `threadline message discard {conversation_id}-{seq}`.",
        ),
        (
            "text_held_by_nothing",
            "It waits for an earlier text, and there is none.",
            "UPDATE outbox SET status = 'waiting' WHERE id = {id}",
            STATEMENT,
        ),
        (
            "text_without_attempt",
            "It is {status}, and nobody is sending it or looking it up.",
            "UPDATE outbox SET status = 'parked', open = 0 WHERE id = {id}",
            f"{STATEMENT} Then `threadline message retry {{conversation_id}}-{{seq}}`.",
        ),
        (
            "attempt_forgotten",
            "Whoever was sending it is gone, and nobody has looked after it.",
            "",
            "Look into the server's log for what keeps its workers, then start it again.",
        ),
    ):
        for row in found.get(code, ()):
            values: dict[str, Any] = {**row}
            todo = mend.format(sql=sql.format(**values), **values)
            yield Problem(code, _where(values), message.format(**values), todo)


def _where(row: Mapping[str, Any]) -> str:
    if "seq" in row:
        return f"text {row['conversation_id']}-{row['seq']}"
    return f"conversation {row['id']}"
