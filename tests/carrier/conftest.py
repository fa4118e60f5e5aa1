"""A world with a carrier in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.carrier.world import (
    BOT,
    FOREIGN,
    KEY,
    OTHER_SID,
    SECOND,
    SECRET,
    SERVICE,
    SID,
    TOKEN,
    Receiver,
    World,
    serving,
)
from threadline.carrier import Carrier, create
from threadline.egress import Egress

ACCOUNTS: list[dict[str, Any]] = [
    {
        "sid": SID,
        "token": TOKEN,
        "keys": {KEY: SECRET},
        "numbers": [{"number": BOT}, {"number": SECOND, "service": SERVICE}],
    },
    {"sid": OTHER_SID, "token": "another", "numbers": [{"number": FOREIGN}]},
]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    somebody = Receiver()
    async with serving(somebody) as url:
        somebody.url = url
        yield somebody


@pytest.fixture
async def world(receiver: Receiver) -> AsyncIterator[World]:
    egress = Egress()
    carrier = Carrier(egress, ACCOUNTS, latency=0, seed=7)
    async with carrier, serving(create(carrier)) as url, aiohttp.ClientSession() as http:
        made = World(carrier, url, http, receiver)
        made.point()
        yield made
    await egress.close()
