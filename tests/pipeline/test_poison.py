"""A text that brings the server down does so a few times, and then is put aside."""

from __future__ import annotations

from pathlib import Path

from starlette.responses import JSONResponse

from tests.bots.server import Asked, serving
from tests.pipeline.carrying import carrying, received, set_up
from tests.web.nodes import Node, node
from tests.web.provider import Provider
from tests.web.rows import ask
from tests.world import Account, until
from threadline.egress import Egress
from threadline.errors import RequestFailed

HANDSET = "+15550200001"
TRIES = 3


async def test_a_text_that_kills_the_server_each_time_is_put_aside_and_the_next_goes_on(
    tmp_path: Path,
):
    egress, account = Egress(), Account()
    database_url = f"sqlite:///{tmp_path}/threadline.db"
    nodes: list[Node] = []
    deaths: list[str] = []

    def answering(asked: Asked) -> JSONResponse:
        text = asked.turn["text"]
        if text == "poison":
            deaths.append(asked.turn["turn"])
            assert nodes[0].process is not None
            nodes[0].process.kill()
        return JSONResponse({"messages": [text]})

    bot = {"Name": "Fragile", "Type": "http", "Url": serving(answering)}
    await set_up(tmp_path, database_url, account, bot, allow_networks="127.0.0.0/8")
    async with (
        carrying(egress, account) as (simulated, carrier_url),
        node(
            tmp_path,
            egress,
            database_url=database_url,
            twilio_api_url=carrier_url,
            turn_retries="0.1,0.1",
        ) as fragile,
    ):
        nodes.append(fragile)
        provider = Provider(egress, fragile.url, account)
        await took(provider, "poison")
        for _ in range(TRIES):
            assert fragile.process is not None
            await fragile.process.wait()
            await fragile.start()
        assert await until(lambda: took(provider, "hello"), bool)

        async def answered() -> list[str]:
            return received(simulated, HANDSET)

        assert ["hello"] == await until(answered, bool)
        assert TRIES == len(deaths)
        assert 1 == len(set(deaths))
        notes = await ask(database_url, "SELECT element FROM timeline WHERE author = 'system'")
        [[note]] = notes
        assert "This text stopped Threadline 3 times while it was answered" in note
    await egress.close()


async def took(provider: Provider, text: str) -> bool:
    """Whether it was acknowledged; who dies in between does not say so."""
    try:
        return (await provider.text(text, HANDSET)).status == 200
    except RequestFailed:
        return False
