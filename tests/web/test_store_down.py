"""When nothing can be kept nothing is acknowledged, and afterwards all goes on by itself."""

from __future__ import annotations

import asyncio
import json
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg

from tests.pipeline.carrying import carrying, received, set_up
from tests.web.nodes import Node, node
from tests.web.provider import Provider, new_sid
from tests.web.rows import ask
from tests.world import Account, until
from threadline.egress import Egress


@asynccontextmanager
async def unreachable(admin_url: str, name: str) -> AsyncIterator[None]:
    """The database of this name takes nobody inside the block, and throws out who is there."""
    connection = await asyncpg.connect(admin_url)
    await connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name
    )
    try:
        yield
    finally:
        await connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await connection.close()


@asynccontextmanager
async def full(disk_of: Node) -> AsyncIterator[None]:
    """No file of the node can grow inside the block, as on a disk that is full."""
    assert disk_of.process is not None
    grown = (disk_of.data / "threadline.db-wal").stat().st_size
    assert grown > len(disk_of.log) + 8_000, "the log itself has to fit"
    before = resource.prlimit(disk_of.process.pid, resource.RLIMIT_FSIZE)
    limit = (grown, before[1])
    resource.prlimit(disk_of.process.pid, resource.RLIMIT_FSIZE, limit)
    try:
        yield
    finally:
        resource.prlimit(disk_of.process.pid, resource.RLIMIT_FSIZE, before)


async def ready(running: Node, egress: Egress) -> tuple[int, dict[str, Any]]:
    answer = await egress.provider.request("GET", f"{running.url}/readyz")
    return answer.status, json.loads(answer.body)


async def test_without_its_store_it_says_come_again_and_then_answers_once(
    tmp_path: Path, database_url: str, postgres: str
):
    egress, account = Egress(), Account()
    await set_up(tmp_path, database_url, account)
    async with (
        carrying(egress, account) as (simulated, carrier_url),
        node(
            tmp_path, egress, database_url=database_url, twilio_api_url=carrier_url
        ) as running,
    ):
        provider, handset = Provider(egress, running.url, account), "+15550200001"
        assert 200 == (await provider.text("before", handset)).status

        async def answered() -> list[str]:
            return received(simulated, handset)

        assert ["before"] == await until(answered, lambda found: found == ["before"])
        if database_url.startswith("sqlite"):
            outage = full(running)
        else:
            outage = unreachable(postgres, database_url.partition("?")[0].rpartition("/")[2])
        sids = [new_sid() for _ in range(3)]
        async with outage:
            texts = [provider.text(f"{n}", handset, sid) for n, sid in enumerate(sids)]
            refused = await asyncio.gather(*texts)
            alive = await egress.provider.request("GET", f"{running.url}/healthz")
            down = await ready(running, egress)
        assert [503] * 3 == [answer.status for answer in refused]
        assert all(b"send it again" in answer.body for answer in refused)
        assert 200 == alive.status
        assert (503, "down") == (down[0], down[1]["status"])
        assert "No write is taken. The log tells why." == down[1]["parts"]["store"]
        assert [(1,)] == await ask(database_url, "SELECT COUNT(*) FROM inbox")
        # The store is back; the provider asks again, and nobody had to restart anything.
        for n, sid in enumerate(sids):
            taken = await until(
                lambda n=n, sid=sid: provider.text(f"{n}", handset, sid),
                lambda answer: answer.status == 200,
            )
            assert 200 == taken.status

        expected = ["before", "0", "1", "2"]
        assert expected == await until(answered, lambda found: found == expected)
        assert 200 == (await ready(running, egress))[0]
        assert "Exception in ASGI application" not in running.log
    await egress.close()
