"""Two servers over one PostgreSQL are one product."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

from tests.pipeline.carrying import carrying, received
from tests.web.nodes import Node
from tests.web.provider import Provider, new_sid, sign
from tests.world import ECHO, Account, document, flow_bot, until
from threadline.app import open_app
from threadline.egress import Egress
from threadline.operations.apply import apply
from threadline.settings import Settings

HANDSETS = [f"+1555020{n:04}" for n in range(20)]
EACH = 5
KEYS = "main:" + "A" * 43 + "="


async def test_started_at_once_on_an_empty_database_they_answer_each_text_once_in_order(
    tmp_path: Path, new_postgres_url: str
):
    egress, account = Egress(), Account()
    async with carrying(egress, account) as (simulated, carrier_url):
        shared = {"database_url": new_postgres_url, "vault_keys": KEYS, "secret_ttl": "30"}
        nodes = [
            Node(tmp_path / name, {**shared, "twilio_api_url": carrier_url, "region": name})
            for name in ("one", "two")
        ]
        try:
            # Both start at the same time; only one of them makes the tables.
            await asyncio.gather(*(one.start() for one in nodes))
            await asyncio.gather(*(one.ready(egress) for one in nodes))
            settings = Settings.read(
                data=tmp_path, database_url=new_postgres_url, vault_keys=KEYS
            )
            app = await open_app(settings)
            here = document(account, flow_bot(ECHO), config={"PublicUrl": nodes[0].url})
            await apply(app, documents=[here])
            await app.close()

            provider = Provider(egress, nodes[0].url, account)

            async def text(handset: str) -> None:
                """Webhooks go to either node, as behind a load balancer, and some to both."""
                for n in range(1, EACH + 1):
                    sid = new_sid()
                    targets = nodes if n == 2 else [nodes[(n + HANDSETS.index(handset)) % 2]]
                    found = await asyncio.gather(
                        *(post(one, f"{n}", handset, sid) for one in targets)
                    )
                    assert {200} == set(found)

            async def post(at: Node, body: str, handset: str, sid: str) -> int:
                """Signed for the public URL, which is the first node's, wherever it arrives."""
                fields = provider.fields(body, handset, sid)
                signed = sign(account.token, provider.target(), fields)
                target = provider.target().replace(nodes[0].url, at.url)
                answer = await egress.provider.request(
                    "POST", target, form=fields, headers=signed
                )
                return answer.status

            async def known() -> set[int]:
                """Both nodes hear of a new endpoint without being asked to look."""
                probes = [post(one, "probe", "+15550299999", f"SM{'0' * 32}") for one in nodes]
                return set(await asyncio.gather(*probes))

            assert {200} == await until(known, lambda found: found == {200})
            await asyncio.gather(*(text(handset) for handset in HANDSETS))

            async def answers() -> int:
                return sum(len(received(simulated, one)) for one in HANDSETS)

            await until(answers, lambda n: n >= EACH * len(HANDSETS))
            expected = {one: [f"{n}" for n in range(1, EACH + 1)] for one in HANDSETS}
            assert expected == {one: received(simulated, one) for one in HANDSETS}
            assert ["probe"] == received(simulated, "+15550299999")

            async def worked() -> Counter[str]:
                return Counter({one.data.name: one.events.count("send") for one in nodes})

            everything = EACH * len(HANDSETS) + 1
            shares = await until(worked, lambda found: found.total() >= everything)
            assert everything == shares.total()
            assert all(count > 0 for count in shares.values()), shares
            assert [0, 0] == [await one.end() for one in nodes]
        finally:
            for one in nodes:
                if one.process is not None and one.process.returncode is None:
                    await one.kill()
            await egress.close()
