"""A worker that is killed while it sends: before its request, and after it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.pipeline.carrying import carrying, received, set_up
from tests.pipeline.told import DROPPED, creating
from tests.web.nodes import node
from tests.web.provider import Provider
from tests.web.rows import ask
from tests.world import ANN, BOB, Account, until
from threadline.egress import Egress
from threadline.store.unknown import DIED


async def test_a_worker_that_is_killed_before_or_after_its_request_leaves_it_to_the_next(
    tmp_path: Path, database_url: str
):
    egress, account = Egress(), Account()
    await set_up(tmp_path, database_url, account)
    async with (
        carrying(egress, account) as (simulated, carrier_url),
        node(
            *(tmp_path, egress),
            database_url=database_url,
            twilio_api_url=carrier_url,
            requests=1,
            lease=4,
        ) as running,
    ):
        # Ann's text is with the carrier, which does not answer; Bob's waits for its slot.
        for fault in (creating("lost", to=ANN), DROPPED):
            simulated.faults.add(fault)
        provider = Provider(egress, running.url, account)
        await provider.text("for Ann", ANN)

        async def accepted() -> list[str]:
            return received(simulated, ANN)

        assert ["for Ann"] == await until(accepted, bool)
        await provider.text("for Bob", BOB)

        async def begun() -> Any:
            return (await ask(database_url, "SELECT COUNT(*) FROM attempts"))[0][0]

        assert 2 == await until(begun, lambda n: n == 2)
        await running.kill()
        await running.start()
        await running.ready(egress)

        async def arrived() -> list[str]:
            return received(simulated, BOB)

        assert ["for Bob"] == await until(arrived, bool)

        async def ended() -> dict[tuple[str, str], int]:
            found = await ask(
                database_url,
                "SELECT o.contact, a.status, COUNT(*) FROM attempts AS a "
                "JOIN outbox AS o ON o.id = a.outbox_id GROUP BY o.contact, a.status",
            )
            return {(who, status): n for who, status, n in found}

        settled = {(ANN, "accepted"): 1, (BOB, "lost"): 1, (BOB, "accepted"): 1}
        assert settled == await until(ended, lambda found: found == settled)
        assert ["for Ann"] == received(simulated, ANN)
        said = await ask(database_url, "SELECT element FROM timeline WHERE author = 'system'")
        assert 2 == sum(DIED in element for (element,) in said)
        assert 0 == await running.end()
    await egress.close()
