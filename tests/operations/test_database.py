"""The database is brought up to date, copied while it is written to, and put back."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Calendar
from tests.operations.test_apply import flowit
from tests.operations.texting import texting
from tests.store.samples import ANN
from tests.web.rows import change, on
from tests.world import ADDRESS, ECHO, Account, document, flow_bot, until, world
from threadline.app import App, open_app
from threadline.errors import Busy, Invalid, NotFound, StoreDown
from threadline.operations import database, secrets
from threadline.operations.apply import apply
from threadline.settings import Settings
from threadline.store import migrations

NEWEST = max(number for number, _texts in migrations.steps("sqlite"))
FILE = "threadline.db"


def quiet(_done: int, _all: int) -> None:
    """Nobody looks how far it is."""


def on_file(folder: Path) -> Settings:
    return Settings.read(data=folder, database_url="")


async def codes(doing: Any) -> list[str]:
    with pytest.raises(Invalid) as why:
        await doing
    return [one.code for one in why.value.problems]


async def timeline(settings: Settings, clock: Calendar | None = None) -> list[Any]:
    app = await open_app(settings, clock)
    try:
        return list(await app.store.timeline(ADDRESS, ANN))
    finally:
        await app.close()


# Upgrade


async def test_tables_are_made_once_and_told_by_their_steps(
    tmp_path: Path, new_database_url: str
):
    settings = Settings.read(data=tmp_path, database_url=new_database_url)
    first = await database.upgrade(settings)
    again = await database.upgrade(settings)

    assert {"before": 0, "after": NEWEST} == first
    assert {"before": NEWEST, "after": NEWEST} == again
    assert [] == (await database.check(settings))["findings"]


@on("sqlite")
async def test_a_file_that_a_server_holds_is_not_upgraded(app: App, settings: Settings):
    with pytest.raises(Busy, match="Another process works on"):
        await database.upgrade(settings)


# Check


async def test_a_check_makes_no_database(tmp_path: Path):
    with pytest.raises(NotFound, match="`threadline db upgrade`"):
        await database.check(on_file(tmp_path / "nowhere"))

    assert not (tmp_path / "nowhere").exists()


async def test_a_database_that_cannot_be_reached_is_told_so(tmp_path: Path):
    url = f"postgresql://nobody@/nothing?host={tmp_path}"
    with pytest.raises(StoreDown, match="PostgreSQL cannot be reached"):
        await database.check(Settings.read(data=tmp_path, database_url=url))


async def test_a_secret_that_no_key_opens_is_found(settings: Settings, clock: Calendar):
    app = await open_app(settings, clock)
    await apply(app, documents=[flowit()])
    await app.close()
    keys = settings.data / "vault.keys"
    sound = (await database.check(settings))["findings"]
    keys.rename(settings.data / "elsewhere")
    gone = (await database.check(settings))["findings"]
    made = keys.exists()
    (settings.data / "elsewhere").rename(keys)
    keys.chmod(0o644)
    exposed = (await database.check(settings))["findings"]

    assert [] == sound
    assert ["key_missing"] == [one["code"] for one in gone]
    assert "twiliokeys" in gone[0]["path"]
    assert not made
    assert ["keys_exposed"] == [one["code"] for one in exposed]


# Backup and restore


@pytest.mark.timeout(120)
async def test_a_backup_of_a_server_at_work_is_one_moment_of_it(tmp_path: Path):
    """Texts come all the time; what is restored is whole, and what the server had then."""
    data, file, spare = tmp_path / "data", tmp_path / "copy.db", tmp_path / "spare"
    async with world(data, "") as here:
        await here.apply(document(Account(), flow_bot(ECHO)))
        await here.text("first")
        await until(here.received, lambda found: len(found) >= 1)
        stop = asyncio.Event()
        sent = 0

        async def chatter() -> None:
            nonlocal sent
            while not stop.is_set():
                await here.text(f"text {sent}")
                sent += 1

        talking = asyncio.create_task(chatter())
        steps: list[tuple[int, int]] = []

        def told(done: int, total: int) -> None:
            steps.append((done, total))

        before = sent
        copied = await database.backup(on_file(data), file, told, with_keys=True)
        await until(_number(lambda: sent), lambda n: n > before)
        stop.set()
        await talking
        whole = await here.timeline()
        checked = await database.check(on_file(data), here.app.clock())
    with_keys = on_file(spare)
    found = await database.restore(with_keys, file, quiet, with_keys=True)
    restored_check = await database.check(with_keys)
    restored = await timeline(with_keys)

    assert [] == checked["findings"] == restored_check["findings"]
    assert steps[-1][0] == steps[-1][1] > 0
    assert file.stat().st_size == copied["bytes"]
    assert found["kept"] is None
    assert 0 < len(restored) < len(whole)
    places = [(one["seq"], one["element"]) for one in restored]
    assert places == [(one["seq"], one["element"]) for one in whole[: len(restored)]]
    assert [0o600, 0o600] == [
        one.stat().st_mode & 0o777 for one in (file, Path(copied["keys"]))
    ]


def _number(what: Any) -> Any:
    async def asked() -> int:
        return int(what())

    return asked


async def test_a_writer_that_never_rests_does_not_keep_a_backup_from_its_end(
    tmp_path: Path, clock: Calendar
):
    """It would begin anew with every write, were it not of one moment."""
    settings = on_file(tmp_path / "data")
    app = await open_app(settings, clock)
    here = await texting(app)
    for n in range(60):
        await here.answered(f"{n} {'x' * 90_000}")
    writes = 0

    def told(_done: int, _all: int) -> None:
        nonlocal writes
        with closing(sqlite3.connect(settings.data / FILE)) as db, db:
            db.execute("UPDATE organizations SET title = title || '.'")
        writes += 1

    await database.backup(settings, tmp_path / "copy.db", told)
    await app.close()
    with closing(sqlite3.connect(tmp_path / "copy.db")) as db:
        [[title]] = db.execute("SELECT title FROM organizations")

    assert 20 > writes > 1
    assert "Flow IT" == title


async def test_what_a_killed_server_had_not_put_into_the_file_is_in_the_backup(
    tmp_path: Path, clock: Calendar
):
    settings, left = on_file(tmp_path / "data"), on_file(tmp_path / "left")
    app = await open_app(settings, clock)
    here = await texting(app)
    await here.text("hi")
    left.data.mkdir()
    for one in settings.data.glob(f"{FILE}*"):  # as a machine that lost its power has them
        shutil.copy(one, left.data / one.name)
    await app.close()
    (left.data / f"{FILE}-shm").unlink()
    await database.backup(left, tmp_path / "copy.db", quiet)
    await database.restore(on_file(tmp_path / "spare"), tmp_path / "copy.db", quiet)

    assert 1 == len(await timeline(on_file(tmp_path / "spare"), clock))


async def test_the_old_database_is_kept_beside_the_restored_one(
    tmp_path: Path, clock: Calendar
):
    settings, file = on_file(tmp_path / "data"), tmp_path / "copy.db"
    app = await open_app(settings, clock)
    here = await texting(app)
    await here.answered("one", "two")
    await here.sending()
    await database.backup(settings, file, quiet)
    await here.text("later")
    await app.close()
    found = await database.restore(settings, file, quiet)
    kept = Path(found["kept"])

    assert f"{FILE}.before-restore" == kept.name
    assert 1 == found["waiting"]
    assert 3 == len(await timeline(settings, clock))
    with closing(sqlite3.connect(kept)) as db:
        assert [(4,)] == db.execute("SELECT COUNT(*) FROM timeline").fetchall()
    assert ["file_exists"] == await codes(database.restore(settings, file, quiet))


async def test_a_damaged_database_is_kept_and_replaced_too(tmp_path: Path, clock: Calendar):
    """Mostly that is why somebody restores."""
    settings, file = on_file(tmp_path / "data"), tmp_path / "copy.db"
    app = await open_app(settings, clock)
    await texting(app)
    await database.backup(settings, file, quiet)
    await app.close()
    (settings.data / FILE).write_bytes(b"no database at all" * 1000)
    (settings.data / f"{FILE}-wal").write_bytes(b"nor a log")
    found = await database.restore(settings, file, quiet)

    assert b"no database at all" * 1000 == Path(found["kept"]).read_bytes()
    assert [] == (await database.check(settings))["findings"]
    assert [] == await timeline(settings, clock)


async def test_nothing_is_restored_under_a_running_server(tmp_path: Path, clock: Calendar):
    settings, file = on_file(tmp_path / "data"), tmp_path / "copy.db"
    app = await open_app(settings, clock)
    await database.backup(settings, file, quiet)
    before = sorted(settings.data.iterdir())
    with pytest.raises(Busy):
        await database.restore(settings, file, quiet)

    assert before == sorted(settings.data.iterdir())
    await app.close()


async def test_what_is_no_backup_replaces_nothing(tmp_path: Path, clock: Calendar):
    settings = on_file(tmp_path / "data")
    app = await open_app(settings, clock)
    await texting(app)
    copy = tmp_path / "copy.db"
    await database.backup(settings, copy, quiet)
    await app.close()
    before = (settings.data / FILE).read_bytes()
    torn, text, newer = (tmp_path / name for name in ("torn.db", "text.db", "newer.db"))
    text.write_text("Dear diary")
    with closing(sqlite3.connect(tmp_path / "other.db")) as db:
        db.execute("CREATE TABLE diary (words)")
    torn.write_bytes(copy.read_bytes()[:-30_000])
    shutil.copy(copy, newer)
    await change(f"sqlite:///{newer}", "INSERT INTO migrations VALUES (9999, 0)")
    told = {
        name: await codes(database.restore(settings, tmp_path / name, quiet))
        for name in ("nothing.db", "text.db", "other.db", "torn.db")
    }
    with pytest.raises(Busy, match="has step 9999"):
        await database.restore(settings, newer, quiet)

    assert {
        "nothing.db": ["backup_invalid"],
        "text.db": ["backup_invalid"],
        "other.db": ["backup_invalid"],
        "torn.db": ["database_damaged"],
    } == told
    assert before == (settings.data / FILE).read_bytes()
    assert [] == list(settings.data.glob(".*"))


async def test_a_backup_that_fails_leaves_nothing_behind(tmp_path: Path, clock: Calendar):
    settings = on_file(tmp_path / "data")
    app = await open_app(settings, clock)

    def stopped(_done: int, _all: int) -> None:
        raise KeyboardInterrupt

    def doing() -> None:
        asyncio.run(database.backup(settings, tmp_path / "copy.db", stopped))

    with pytest.raises(KeyboardInterrupt):
        await asyncio.to_thread(doing)
    await app.close()

    assert ["data"] == [one.name for one in tmp_path.iterdir()]


async def test_a_backup_replaces_no_file(tmp_path: Path, clock: Calendar):
    settings, file = on_file(tmp_path / "data"), tmp_path / "copy.db"
    app = await open_app(settings, clock)
    file.write_text("dear to somebody")

    assert ["file_exists"] == await codes(database.backup(settings, file, quiet))
    assert "dear to somebody" == file.read_text()
    await app.close()


async def test_keys_go_with_a_backup_only_if_that_is_asked_for(tmp_path: Path, clock: Calendar):
    settings = on_file(tmp_path / "data")
    app = await open_app(settings, clock)
    await apply(app, documents=[{"Organization": "flowit"}])
    said = {"organization": "flowit", "name": "keys", "type": "secret"}
    srn = (await secrets.create(app, **said, value="tea"))["Srn"]  # type: ignore[arg-type]
    await database.backup(settings, tmp_path / "bare.db", quiet)
    await database.backup(settings, tmp_path / "whole.db", quiet, with_keys=True)
    await app.close()
    bare, whole = on_file(tmp_path / "bare"), on_file(tmp_path / "whole")
    await database.restore(bare, tmp_path / "bare.db", quiet)
    await database.restore(whole, tmp_path / "whole.db", quiet, with_keys=True)
    lacking = (await database.check(bare))["findings"]
    again = await open_app(whole, clock)
    value = await again.vault.reveal(srn)
    await again.close()
    unknown = database.restore(bare, tmp_path / "bare.db", quiet, with_keys=True)

    names = {one.name for one in tmp_path.iterdir()}
    assert {"whole.db.keys"} == {one for one in names if one.endswith(".keys")}
    assert [("key_missing", srn)] == [(one["code"], one["path"]) for one in lacking]
    assert "tea" == value
    assert ["backup_invalid"] == await codes(unknown)


async def test_keys_that_are_put_back_keep_those_that_were_there(
    tmp_path: Path, clock: Calendar
):
    settings, file = on_file(tmp_path / "data"), tmp_path / "copy.db"
    app = await open_app(settings, clock)
    await database.backup(settings, file, quiet, with_keys=True)
    before = (settings.data / "vault.keys").read_text()
    await secrets.rotate(app)
    after = (settings.data / "vault.keys").read_text()
    await app.close()
    await database.restore(settings, file, quiet, with_keys=True)

    assert before == (settings.data / "vault.keys").read_text()
    assert after == (settings.data / "vault.keys.before-restore").read_text()


@pytest.mark.parametrize(
    ("verb", "tool"),
    [("backup", "pg_dump --format=custom "), ("restore", "pg_restore --clean")],
)
async def test_postgresql_has_tools_of_its_own_and_no_password_in_their_command(
    tmp_path: Path, verb: str, tool: str
):
    url = "postgresql://tea:hush@db.example.com:5433/threadline?sslmode=require&password=hush"
    settings = Settings.read(data=tmp_path, database_url=url)
    with pytest.raises(Invalid) as why:
        await getattr(database, verb)(settings, Path("a file"), quiet)
    [problem] = why.value.problems

    assert "engine_unfit" == problem.code
    assert f"Run: {tool}" in problem.mend
    assert "'a file'" in problem.mend
    target = "postgresql://tea@db.example.com:5433/threadline?sslmode=require"
    assert f"--dbname='{target}'" in problem.mend
    assert "hush" not in str(why.value)
