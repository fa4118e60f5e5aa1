"""The composition root: what an app knows, and how soon it knows better."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.conftest import Calendar
from tests.world import ADDRESS, Account, document, flow_bot, until
from threadline.app import App, open_app
from threadline.errors import (
    BotRefused,
    Busy,
    Invalid,
    KeyMissing,
    NotFound,
    StoreDown,
    UnknownAddress,
)
from threadline.operations.apply import apply
from threadline.settings import Settings


async def opened(folder: Path, clock: Calendar, **more: str) -> App:
    return await open_app(Settings.read(data=folder, **more), clock)


async def test_what_is_applied_is_known_at_once(
    tmp_path: Path, database_url: str, clock: Calendar
):
    app = await opened(tmp_path, clock, database_url=database_url)
    with pytest.raises(UnknownAddress):
        await app.endpoint_at(ADDRESS)
    await apply(app, documents=[document(Account())])
    endpoint = await app.endpoint_at(ADDRESS)
    found = await app.endpoint(endpoint.id), await app.bot(endpoint, "MySmsBot")
    running = await app.running(endpoint, "MySmsBot")
    same = await app.channel(endpoint) is await app.channel(endpoint)
    with pytest.raises(NotFound):
        await app.endpoint(endpoint.id + 1_000)
    with pytest.raises(BotRefused, match="no bot 'X' in flowit"):
        await app.bot(endpoint, "X")
    await app.close()

    assert endpoint == found[0]
    assert running
    assert same


async def test_a_change_on_another_node_is_known_here(
    tmp_path: Path, postgres_url: str, clock: Calendar
):
    here = await opened(tmp_path, clock, database_url=postgres_url)
    there = await opened(tmp_path, clock, database_url=postgres_url)
    account = Account()
    await apply(here, documents=[document(account)])
    endpoint = await until(lambda: known(there), bool)
    paused = {**flow_bot(), "State": "PAUSED"}
    await apply(here, documents=[document(account, paused)])

    async def running() -> bool:
        return await there.running(endpoint, "MySmsBot")

    found = await until(running, lambda is_running: not is_running)
    await asyncio.gather(here.close(), there.close())
    assert not found


async def known(app: App) -> object:
    return (await app.catalog()).addresses.get(ADDRESS)


async def test_a_catalog_is_read_again_after_a_while(
    tmp_path: Path, database_url: str, clock: Calendar
):
    """So that a node which missed a notification is wrong for a short time only."""
    app = await opened(tmp_path, clock, database_url=database_url)
    first = await app.catalog()
    same = await app.catalog() is first
    clock.skip(app.settings.secret_ttl + 1)
    again = await app.catalog()
    await app.close()

    assert same
    assert again is not first


async def test_one_process_at_a_time_works_on_a_sqlite_file(tmp_path: Path, clock: Calendar):
    app = await opened(tmp_path, clock)
    with pytest.raises(Busy, match="Stop it first"):
        await opened(tmp_path, clock)
    await app.close()
    again = await opened(tmp_path, clock)
    await again.close()


async def test_an_app_that_cannot_open_lets_go_of_everything(tmp_path: Path, clock: Calendar):
    keys = tmp_path / "vault.keys"
    keys.write_text("nonsense")
    keys.chmod(0o600)
    with pytest.raises(Invalid, match="keys_malformed"):
        await opened(tmp_path, clock)
    keys.chmod(0o644)
    with pytest.raises(Invalid, match="keys_exposed"):
        await opened(tmp_path, clock)
    keys.unlink()
    keys.mkdir()
    with pytest.raises(KeyMissing):
        await opened(tmp_path, clock)
    keys.rmdir()
    app = await opened(tmp_path, clock)
    await app.close()

    assert "0o600" == oct(keys.stat().st_mode & 0o777)


@pytest.mark.parametrize(
    "url", ["postgresql://nobody@127.0.0.1:1/x", "sqlite:////proc/none/x.db"]
)
async def test_a_database_that_is_not_there_is_told(tmp_path: Path, clock: Calendar, url: str):
    with pytest.raises((StoreDown, OSError)):
        await opened(tmp_path, clock, database_url=url)
