"""Too much at once, or no room: what is refused, what the log says, and how it goes on."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.pipeline.carrying import carrying, received, set_up
from tests.pipeline.told import become, creating, echo, notes
from tests.web.nodes import Node, node
from tests.web.provider import Provider, new_sid
from tests.web.rows import counts, on
from tests.web.test_store_down import full
from tests.world import ECHO, Account, document, flow_bot, until, world
from threadline.egress import Answer, Egress

ROOM = 5
HANDSETS = [f"+1555020{n:04}" for n in range(3 * ROOM)]
MOUNTS = ("unshare", "--map-root-user", "--mount")
SMALL = """#!/bin/sh
exec unshare --map-root-user --mount sh -c '
    mount -t tmpfs -o size=2m none {disk} && cp {kept}/* {disk} && exec {python} "$@"' - "$@"
"""
UNPRIVILEGED = """
import ctypes, os, sys
for overrides_file_modes in (1, 2):
    ctypes.CDLL(None).prctl(24, overrides_file_modes, 0, 0, 0)
os.execv(sys.executable, [sys.executable, "-m", "threadline", "serve"])
"""
"""Serves as somebody for whom the modes of files hold, even if root runs the tests."""


@asynccontextmanager
async def held(database_url: str) -> AsyncIterator[None]:
    """Somebody else holds the store inside the block: who writes has to wait."""
    if database_url.startswith("sqlite:///"):
        path = database_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")
        return
    connection = await asyncpg.connect(database_url)
    try:
        async with connection.transaction():
            await connection.execute("LOCK TABLE inbox IN EXCLUSIVE MODE")
            yield
    finally:
        await connection.close()


async def again(provider: Provider, handset: str, sid: str) -> int:
    """200, or nothing while callbacks take the room that there is."""
    status = (await provider.text("hello", handset, sid)).status
    return status if status == 200 else 0


async def test_what_is_more_than_there_is_room_for_is_told_to_come_again_and_not_kept(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url, max_in_flight=ROOM) as here:
        account = Account()
        await here.apply(document(account, flow_bot(ECHO)))
        provider = Provider(here.egress, here.url, account)
        async with held(database_url):
            texts = {
                handset: asyncio.create_task(provider.text("hello", handset))
                for handset in HANDSETS
            }

            async def done() -> int:
                return sum(task.done() for task in texts.values())

            turned_away = len(HANDSETS) - ROOM
            assert turned_away == await until(done, lambda n: n == turned_away)
        answers: dict[str, Answer] = {h: await task for h, task in texts.items()}

        assert {503: turned_away, 200: ROOM} == Counter(a.status for a in answers.values())
        taken = [handset for handset, answer in answers.items() if answer.status == 200]
        for handset in taken:
            assert ["hello"] == await here.until(lambda h=handset: here.received(h), ["hello"])
        assert ROOM == (await counts(database_url))["inbox"]
        for handset in set(HANDSETS) - set(taken):
            assert b"send it again" in answers[handset].body
            assert 200 == await until(partial(again, provider, handset, new_sid()), bool)
            assert ["hello"] == await here.until(lambda h=handset: here.received(h), ["hello"])


def troubles(running: Node) -> list[dict[str, Any]]:
    entries = [json.loads(line) for line in running.log.splitlines()]
    return [entry for entry in entries if entry["level"] in ("error", "warning")]


def assert_an_operator_knows_what_to_do(running: Node, file: Path) -> None:
    """Some line of the log names the file, and says what is to be done about it."""
    said = [str(entry) for entry in troubles(running)]
    about = [one for one in said if str(file) in one]

    assert about, said
    assert [one for one in about if "room" in one or "space" in one], about
    assert "Traceback" not in running.log


async def refused_and_then_taken(
    running: Node, egress: Egress, account: Account, simulated: Any, trouble: Any, why: str
) -> None:
    """Inside `trouble` every text is, for a reason in the log; afterwards all goes on."""
    provider, handset = Provider(egress, running.url, account), HANDSETS[0]
    assert 200 == (await provider.text("before", handset)).status

    async def answers() -> list[str]:
        return received(simulated, handset)

    assert ["before"] == await until(answers, lambda found: found == ["before"])
    found: list[Answer] = []

    async def logged() -> bool:
        found.append(await provider.text("meanwhile", handset))
        return why in running.log

    async with trouble:
        assert await until(logged, bool), running.log

    async def taken() -> int:
        return (await provider.text("after", handset, "SM" + "a" * 32)).status

    assert {503} == {answer.status for answer in found}
    assert all(b"send it again" in answer.body for answer in found)
    assert 200 == await until(taken, lambda status: status == 200)
    expected = ["before", "after"]
    assert expected == await until(answers, lambda found: found == expected)


@on("sqlite")
async def test_a_file_that_cannot_grow_is_named_in_the_log_with_what_to_do(
    tmp_path: Path, database_url: str
):
    egress, account = Egress(), Account()
    await set_up(tmp_path, database_url, account)
    async with (
        carrying(egress, account) as (simulated, carrier_url),
        node(
            tmp_path, egress, database_url=database_url, twilio_api_url=carrier_url
        ) as running,
    ):
        await refused_and_then_taken(
            running, egress, account, simulated, full(running), "disk I/O error"
        )
        assert_an_operator_knows_what_to_do(running, tmp_path / "threadline.db")
    await egress.close()


@asynccontextmanager
async def filled(disk: Path) -> AsyncIterator[None]:
    """Somebody else's file takes all the room there is, to the last byte."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (65_536, 1):
            with suppress(OSError):  # no space left for so much
                while file.write(bytes(size)):
                    pass
    try:
        yield
    finally:
        ballast.unlink()


def mounts() -> bool:
    """Whether this machine lets us have a disk of our own."""
    if not shutil.which("unshare"):
        return False
    tried = subprocess.run(
        [*MOUNTS, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True, check=False
    )
    return tried.returncode == 0


@pytest.mark.skipif(not mounts(), reason="needs a disk of its own, which is not allowed here")
async def test_on_a_disk_that_is_full_nothing_is_acknowledged_and_with_room_all_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    egress, account = Egress(), Account()
    kept, disk, program = tmp_path / "kept", tmp_path / "disk", tmp_path / "python"
    disk.mkdir()
    await set_up(tmp_path, f"sqlite:///{kept}/threadline.db", account)
    program.write_text(SMALL.format(disk=disk, kept=kept, python=sys.executable))
    program.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(program))
    async with (
        carrying(egress, account) as (simulated, carrier_url),
        node(
            tmp_path,
            egress,
            database_url=f"sqlite:///{disk}/threadline.db",
            twilio_api_url=carrier_url,
        ) as running,
    ):
        assert running.process is not None
        inside = Path(f"/proc/{running.process.pid}/root{disk}")
        await refused_and_then_taken(
            running, egress, account, simulated, filled(inside), "disk is full"
        )
        assert_an_operator_knows_what_to_do(running, disk / "threadline.db")
    await egress.close()


@pytest.mark.skipif(sys.platform != "linux", reason="root may write everywhere")
@pytest.mark.parametrize("what", ["file", "folder"])
async def test_a_database_that_may_not_be_written_is_told_at_the_start(
    tmp_path: Path, what: str
):
    folder = tmp_path / "kept"
    file = folder / "threadline.db"
    await set_up(tmp_path, f"sqlite:///{file}", Account())
    (file if what == "file" else folder).chmod(0o444 if what == "file" else 0o555)
    given = {"DATA": str(tmp_path), "DATABASE_URL": f"sqlite:///{file}", "PORT": "0"}

    ended = subprocess.run(
        [sys.executable, "-c", UNPRIVILEGED],
        env={**os.environ, **{f"THREADLINE_{name}": value for name, value in given.items()}},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert ended.returncode, ended.stderr
    assert ended.stderr.startswith(("file_unusable: ", "store_down: ")), ended.stderr
    assert str(folder) in ended.stderr
    assert "Mend its rights" in ended.stderr
    assert "Traceback" not in ended.stderr


async def test_a_database_that_turned_read_only_takes_nothing_until_it_is_not(
    tmp_path: Path, postgres_url: str, postgres: str
):
    egress, account = Egress(), Account()
    await set_up(tmp_path, postgres_url, account)
    async with (
        carrying(egress, account) as (simulated, carrier_url),
        node(
            tmp_path, egress, database_url=postgres_url, twilio_api_url=carrier_url
        ) as running,
    ):
        name = postgres_url.partition("?")[0].rpartition("/")[2]
        await refused_and_then_taken(
            running, egress, account, simulated, read_only(postgres, name), "read-only"
        )
        assert "Traceback" not in running.log
    await egress.close()


@asynccontextmanager
async def read_only(admin_url: str, name: str) -> AsyncIterator[None]:
    """As after a failover to a standby: whoever connects inside the block may only read."""
    connection = await asyncpg.connect(admin_url)
    drop = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"
    await connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    await connection.execute(drop, name)
    try:
        yield
    finally:
        await connection.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        await connection.close()


async def test_a_refusal_in_characters_that_no_database_takes_is_recorded(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url) as here:
        await echo(here)
        await here.post(
            "/faults", creating("refuse", status=400, code=29999, message="no \0 way")
        )

        await here.text("one")
        assert ["failed"] == await become(here, "failed")
        await here.text("two")

        assert ["two"] == await here.until(here.received, ["two"])
        assert "\0" not in "".join(await notes(here))
