"""What was acknowledged is answered, once and in order, whenever the server is killed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from tests.pipeline.carrying import carrying, received, set_up
from tests.web.nodes import node
from tests.web.provider import Provider, new_sid
from tests.web.rows import on
from tests.world import Account, until
from threadline import carrier
from threadline.egress import Egress
from threadline.errors import RequestFailed

HANDSETS = [f"+1555020{n:04}" for n in range(40)]
EACH = 5
KILLS = ((50, 0), (120, 20), (200, 90))
"""So many acknowledged and so many answered: then the server is killed."""


@dataclass
class Person:
    """Somebody who texts 1, 2, 3 …, each once the one before was acknowledged."""

    handset: str
    provider: Provider
    texts: list[tuple[str, str]] = field(
        default_factory=lambda: [(str(n), new_sid()) for n in range(1, EACH + 1)]
    )
    acknowledged: int = 0
    repeated: int = 0

    async def text(self) -> None:
        """As Twilio would: what is not acknowledged is posted again, with the same SID."""
        while self.acknowledged < EACH:
            body, sid = self.texts[self.acknowledged]
            try:
                answer = await self.provider.text(body, self.handset, sid)
            except RequestFailed:
                answer = None
            if answer is not None and answer.status == 200:
                self.acknowledged += 1
            else:
                self.repeated += 1
                await asyncio.sleep(0.2)  # Twilio waits a little, too

    def said(self, how_many: int) -> list[str]:
        return [body for body, _sid in self.texts[:how_many]]


def slow_down(simulated: carrier.Carrier) -> None:
    """A third of the people get their texts at once, for the others the carrier takes time."""
    for n, handset in enumerate(HANDSETS):
        what = (None, "slow_after", "slow_before")[n % 3]
        if what:
            rule = {"where": "create", "what": what, "to": handset, "times": None}
            simulated.faults.add(rule | {"seconds": 0.3})


@on("sqlite")  # on PostgreSQL a storm kills it, with more going on
async def test_what_was_acknowledged_is_answered_once_in_order_though_the_server_is_killed(
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
        slow_down(simulated)
        provider = Provider(egress, running.url, account)
        people = [Person(handset, provider) for handset in HANDSETS]
        texting = asyncio.gather(*(one.text() for one in people))

        # Killed while webhooks, then turns, then requests to the carrier are under way.
        async def so_far() -> tuple[int, int]:
            answered = sum(len(received(simulated, one)) for one in HANDSETS)
            return sum(one.acknowledged for one in people), answered

        for kill in KILLS:
            found = await until(
                so_far, lambda now, at=kill: now[0] >= at[0] and now[1] >= at[1]
            )
            await running.kill()
            print(f"killed with {found[0]} acknowledged and {found[1]} answered")
            assert found[1] < found[0] <= EACH * len(HANDSETS)
            await running.start()
            await running.ready(egress)

        # Everybody goes on texting; the rest is acknowledged by the last server.
        await texting
        simulated.faults.remove()

        everything = EACH * len(HANDSETS)
        found = await until(so_far, lambda now: now[1] >= everything)
        print(f"{found[1]} answered; {sum(p.repeated for p in people)} webhooks were repeated")
        got = {one.handset: received(simulated, one.handset) for one in people}

        assert {one.handset: one.said(EACH) for one in people} == got
        assert 0 == await running.end()
    await egress.close()
