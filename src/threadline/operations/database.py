"""
The database itself: brought up to date, checked, copied and put back.

Only the check needs no more than to read; what writes does so without a server.
"""

from __future__ import annotations

import asyncio
import shlex
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from threadline.errors import Invalid, KeyMissing, NotFound, Problem
from threadline.model.clock import SECOND
from threadline.model.resources.server import DatabaseCheck
from threadline.settings import Settings
from threadline.store import backup as copies
from threadline.store import bring_up_to_date, looking, migrations, soundness
from threadline.store.backup import Progress
from threadline.store.script import Run
from threadline.store.statements import Engine
from threadline.store.views import Asking
from threadline.vault import KeyRing, sealing

LATE = 10
"""Leases after which an attempt should have been looked after."""


async def check(settings: Settings, now: int = 0) -> DatabaseCheck:
    """
    What is not sound about it, each with its mend. `now` is the time where a server is at
    work; 0 = none is. Raises `NotFound`, `StoreDown`.
    """
    engine = _engine(settings)
    late = now - round(LATE * settings.lease * SECOND) if now else 0
    async with looking(settings.database) as driver:
        taken, problems = await soundness.look(driver, engine, late)
        if not problems:
            problems = await _sealed(settings, driver)
    newest = max(number for number, _texts in migrations.steps(engine))
    return {
        "engine": engine,
        "step": max(taken, default=0),
        "newest": newest,
        "findings": [
            {"code": one.code, "path": one.path, "message": one.message, "mend": one.mend}
            for one in problems
        ],
    }


async def upgrade(settings: Settings) -> dict[str, int]:
    """
    Bring the tables up to date, and tell the steps they were at `before` and are at `after`;
    0 = there were none. Raises `Busy` while a server holds the file, `StoreDown`.
    """
    before = await _step(settings)
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    await bring_up_to_date(settings.database)
    return {"before": before, "after": await _step(settings)}


async def backup(
    settings: Settings, file: Path, progress: Progress, *, with_keys: bool = False
) -> dict[str, Any]:
    """
    A copy of the database in one new file, while a server may go on: `file`, its `bytes`, and
    `keys`, the file with the vault's keys if they were wanted too. Raises `Invalid`,
    `NotFound`, `StoreDown`.
    """
    if _engine(settings) != "sqlite":
        command = f"pg_dump --format=custom --file={shlex.quote(str(file))}"
        raise _elsewhere(f"{command} --dbname={shlex.quote(without_password(settings))}")
    keys = file.with_name(f"{file.name}.keys") if with_keys else None
    if keys is not None and not keys_file(settings).exists():
        message = "There is no such file to copy."
        mend = "Keep THREADLINE_VAULT_KEYS apart from the database, and leave --with-keys out."
        raise Invalid([Problem("keys_elsewhere", str(keys_file(settings)), message, mend)])
    await asyncio.to_thread(copies.back_up, _existing(settings), file, progress)
    if keys is not None:  # after it, so that every key is there that sealed something in it
        await asyncio.to_thread(KeyRing.copy, keys_file(settings), keys)
    return {"file": str(file), "bytes": file.stat().st_size, "keys": keys and str(keys)}


async def restore(
    settings: Settings, file: Path, progress: Progress, *, with_keys: bool = False
) -> dict[str, Any]:
    """
    Put a backup in the place of the database: `kept` is where the old one is now, `waiting`
    how many texts wait to be sent in the one that is restored. Raises `Busy` while a server
    runs, `Invalid`, `StoreDown`.
    """
    if _engine(settings) != "sqlite":
        command = f"pg_restore --clean --if-exists {shlex.quote(str(file))}"
        raise _elsewhere(f"{command} --dbname={shlex.quote(without_password(settings))}")
    keys = file.with_name(f"{file.name}.keys")
    if with_keys and not keys.exists():
        mend = "Leave --with-keys out, and put the vault's keys there yourself."
        raise Invalid([Problem("backup_invalid", str(keys), "There is no such file.", mend)])
    kept = await asyncio.to_thread(copies.restore, file, _path(settings), progress)
    if with_keys:
        await asyncio.to_thread(KeyRing.copy, keys, keys_file(settings), replaces=True)
    async with looking(settings.database) as driver:
        [row] = await driver.ask(Run("view_waiting"))
    return {"kept": kept and str(kept), "waiting": row["drafts"], "keys": with_keys}


def without_password(settings: Settings) -> str:
    """The URL of the database, as it may stand in a command. Pure."""
    parts = urlsplit(settings.database)
    user, at, host = parts.netloc.rpartition("@")
    query = urlencode([one for one in parse_qsl(parts.query) if one[0] != "password"], safe="/")
    place = f"{user.partition(':')[0]}{at}{host}"
    return urlunsplit((parts.scheme, place, parts.path, query, ""))


def keys_file(settings: Settings) -> Path:
    """Where the keys of the vault are, unless the environment has them."""
    return settings.data / "vault.keys"


async def _step(settings: Settings) -> int:
    """The last step that the tables have; 0 = there are none."""
    try:
        async with looking(settings.database) as driver:
            return max(await soundness.steps(driver), default=0)
    except NotFound:
        return 0


async def _sealed(settings: Settings, driver: Asking) -> list[Problem]:
    """Whether every secret can be opened with the keys that there are."""
    given, file = settings.vault_keys.get_secret_value(), keys_file(settings)
    rows = await driver.ask(Run("secrets"))
    mend = "Put the key back, or store the secret anew: `threadline secret replace`."
    found = []
    try:
        ring = KeyRing.load(given or file) if given or file.exists() else None
    except Invalid as why:
        return list(why.problems)
    for row in rows:
        try:
            id = sealing.key_id(row["sealed"])
            if ring is not None:
                ring.key(id)
                continue
        except KeyMissing:
            pass
        except sealing.Damaged:
            id = "?"
        message = f"The key {id} that it is sealed with is not here."
        found.append(Problem("key_missing", row["srn"], message, mend))
    return found


def _engine(settings: Settings) -> Engine:
    return "sqlite" if settings.database.startswith("sqlite:") else "postgres"


def _path(settings: Settings) -> Path:
    return Path(settings.database.removeprefix("sqlite:///"))


def _existing(settings: Settings) -> Path:
    path = _path(settings)
    if not path.exists():
        raise NotFound(f"There is no database {path} yet.")
    return path


def _elsewhere(command: str) -> Invalid:
    message = "This database is PostgreSQL's, which has its own tools for that."
    return Invalid([Problem("engine_unfit", "--database-url", message, f"Run: {command}")])
