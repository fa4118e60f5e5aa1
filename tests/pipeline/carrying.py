"""A carrier and an endpoint for servers that run in processes of their own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.world import ECHO, OURS, Account, document, flow_bot
from threadline import carrier
from threadline.app import open_app
from threadline.egress import Egress
from threadline.operations.apply import apply
from threadline.settings import Settings
from threadline.web import server


@asynccontextmanager
async def carrying(
    egress: Egress, account: Account
) -> AsyncIterator[tuple[carrier.Carrier, str]]:
    """The carrier lives in the test's process, so that it outlives every kill."""
    numbers = [{"number": OURS}]
    simulated = carrier.Carrier(
        egress, [{"sid": account.sid, "token": account.token, "numbers": numbers}], latency=0
    )
    with server.listen("127.0.0.1", 0) as line:
        url = f"http://127.0.0.1:{line.getsockname()[1]}"
        serving, running = server.serve_on(line, carrier.create(simulated))
        try:
            yield simulated, url
        finally:
            serving.should_exit = True
            await asyncio.gather(running, return_exceptions=True)


async def set_up(
    data: Path, database_url: str, account: Account, bot: Any = None, **settings: Any
) -> None:
    """What an operator does with `threadline apply` before the server starts."""
    app = await open_app(Settings.read(data=data, database_url=database_url, **settings))
    await apply(app, documents=[document(account, bot or flow_bot(ECHO))])
    await app.close()


def received(simulated: carrier.Carrier, handset: str) -> list[str]:
    return [t.body for t in simulated.handsets[handset].texts() if t.direction == "received"]
