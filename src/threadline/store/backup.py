"""Copies of a SQLite database: made beside a server that writes, and put back without one."""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

from threadline.errors import Invalid, Problem, StoreDown
from threadline.store import migrations
from threadline.store.sqlite import hold

Progress = Callable[[int, int], None]
"""Told how many of how many pages are copied."""
PAGES = 2000
"""Copied between two looks at who else wants to read: 8 MB."""
BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite may keep beside a file."""
ASIDE = "before-restore"


def back_up(database: Path, file: Path, progress: Progress) -> None:
    """
    What the database has at this moment, as one new file that only its owner can read, whole
    or not at all. A server may go on writing. Raises `Invalid`, `StoreDown`.
    """
    if file.exists():
        mend = "Choose another name, or move it away."
        raise Invalid([Problem("file_exists", str(file), "It is there already.", mend)])
    with _new(file) as new:
        _copy(database, new, "DELETE", progress)
        raise_damage(new, database)


def restore(file: Path, database: Path, progress: Progress) -> Path | None:
    """
    Put a backup in the place of the database, once it was looked at. Returns where the old one
    is kept, None if there was none. Raises `Busy`, `Invalid`, `StoreDown`.
    """
    database.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = hold(database)
    try:
        _check(file)
        aside = database.with_name(f"{database.name}.{ASIDE}")
        if aside.exists():
            message = "It was kept when a backup was put back before."
            mend = "Move it away, or delete it."
            raise Invalid([Problem("file_exists", str(aside), message, mend)])
        with _new(database, replaces=aside) as new:
            _copy(file, new, "WAL", progress)
            raise_damage(new, file)
        return aside if aside.exists() else None
    finally:
        os.close(lock)


def raise_damage(file: Path, of: Path) -> None:
    """Raises `Invalid`, which names the file that it is a copy `of`, unless it is sound."""
    try:
        with closing(_open(file)) as db:
            said = [row[0] for row in db.execute("PRAGMA integrity_check(1)")]
            strays = db.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.Error as why:
        said, strays = [str(why)], []
    if said != ["ok"] or strays:
        raise _damaged(of, said[0] if said != ["ok"] else f"rows of {strays[0][0]} are alone")


def _damaged(file: Path, what: str) -> Invalid:
    mend = "Take another backup. `threadline db check` tells what is wrong with a database."
    return Invalid([Problem("database_damaged", str(file), f"It is damaged: {what}.", mend)])


def _check(file: Path) -> None:
    """Raises `Invalid` if it is no backup, `Busy` if it is of a newer version."""
    mend = "Name a file that `threadline db backup` made."
    if not file.is_file():
        message = "There is no such file."
        raise Invalid([Problem("backup_invalid", str(file), message, mend)])
    try:
        with closing(_open(file)) as db:
            applied = {row[0] for row in db.execute("SELECT number FROM migrations")}
    except sqlite3.Error as why:
        if why.sqlite_errorcode == sqlite3.SQLITE_CORRUPT:
            raise _damaged(file, str(why)) from None
        message = f"It is no database of Threadline's: {why}."
        raise Invalid([Problem("backup_invalid", str(file), message, mend)]) from None
    migrations.missing("sqlite", applied)
    raise_damage(file, file)


def _open(file: Path) -> sqlite3.Connection:
    """Only to read."""
    found = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
    found.isolation_level = None
    return found


def _copy(
    source: Path, target: Path, mode: Literal["DELETE", "WAL"], progress: Progress
) -> None:
    try:
        with closing(_open(source)) as there, closing(sqlite3.connect(target)) as here:
            # One state of it: else every text that comes would begin the copy anew.
            there.execute("BEGIN")
            there.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()
            there.backup(
                here, pages=PAGES, progress=lambda _status, left, of: progress(of - left, of)
            )
            here.execute(f"PRAGMA journal_mode = {mode}")
    except sqlite3.Error as why:
        message = f"{source} cannot be copied to {target.parent}: {why}. "
        raise StoreDown(f"{message}Mend its rights, or make room on the disk.") from why


@contextmanager
def _new(file: Path, replaces: Path | None = None) -> Iterator[Path]:
    """
    A file to write under another name, which it loses once it is whole and on the disk; what
    was there before is then called `replaces`.
    """
    new = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    os.close(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        yield new
        _sync(new)
        if replaces is not None and file.exists():
            _set_aside(file, replaces)
        new.replace(file)
        _sync(file.parent)
    finally:
        for path in (new, *(new.with_name(f"{new.name}{end}") for end in BESIDE)):
            path.unlink(missing_ok=True)


def _set_aside(file: Path, aside: Path) -> None:
    """With what SQLite keeps beside it, so that not a text is lost of it either."""
    with contextlib.suppress(sqlite3.Error), closing(sqlite3.connect(file)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # then there mostly is nothing beside it
    for end in BESIDE:
        beside = file.with_name(f"{file.name}{end}")
        if beside.exists():
            beside.replace(aside.with_name(f"{aside.name}{end}"))
    os.link(file, aside)  # so that there is a database at every moment


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
