"""Servers and the database are killed at random moments, and started again."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.chaos.database import Database
from tests.chaos.weather import Weather
from tests.web.nodes import Node
from threadline.egress import Egress
from threadline.errors import RequestFailed

KILLS = "kills"
DATABASE_KILLS = "kills of the database"
CUTS = "times all connections cut"

APART = 2.0
"""Seconds, at most, from the moment when all nodes take texts to the next disaster."""
STARTS_WITHIN = 60
PATIENCE = 10
"""Seconds to wait for a good moment. A sender that rests, or a text that is lost, has none."""


async def works(node: Node, egress: Egress) -> bool:
    """True once it takes texts, False once it has given up."""
    assert node.process is not None
    async with asyncio.timeout(STARTS_WITHIN):
        while node.process.returncode is None:
            try:
                answer = await egress.provider.request("GET", f"{node.url}/readyz")
            except RequestFailed:
                answer = None
            if answer is not None and answer.status == 200:
                return True
            await asyncio.sleep(0.05)
    return False


@dataclass
class Disasters:
    """One after the other; each is over when all nodes take texts again."""

    nodes: Sequence[Node]
    egress: Egress
    weather: Weather
    chance: Random
    database: Database | None = None
    done: Counter[str] = field(default_factory=Counter)

    async def happen(self, kills: int) -> None:
        """At least so many SIGKILLs for the server, and some for the database."""
        plan: list[Callable[[], Awaitable[None]]] = [self._kill] * kills
        if self.database is not None:
            some = max(1, kills // 5) if kills else 0
            plan[:some] = [self._kill_both] * some
            plan += [self._kill_database, self._cut] * some
        self.chance.shuffle(plan)
        for n, disaster in enumerate(plan, 1):
            await asyncio.sleep(self.chance.uniform(0, APART))
            print(f"disaster {n} of {len(plan)}")
            await disaster()
            for node in self.nodes:
                assert await works(node, self.egress), node.log

    async def _kill(self) -> None:
        """Sometimes once more while it starts, or has just begun to work."""
        node = self.chance.choice(self.nodes)
        await self._sigkill(node)
        await node.start()
        if self.chance.random() < 0.25:
            await asyncio.sleep(self.chance.uniform(0.2, 2))
            await self._sigkill(node)
            await node.start()

    async def _kill_database(self) -> None:
        await self._sigkill_database()
        await asyncio.sleep(self.chance.uniform(0, 1))
        await self._database.start()

    async def _kill_both(self) -> None:
        """The node may come first, find no database and give up; then it is started again."""
        node = self.chance.choice(self.nodes)
        await self._sigkill(node)
        await self._sigkill_database()
        await node.start()
        await asyncio.sleep(self.chance.uniform(0, 2))
        await self._database.start()
        while not await works(node, self.egress):
            await node.start()

    async def _cut(self) -> None:
        connection = await self._database.connect()
        await self._good_moment()
        self.done[CUTS] += 1
        await self._database.cut(connection)
        await connection.close()

    async def _sigkill(self, node: Node) -> None:
        await self._good_moment()
        self.done[KILLS] += 1
        await node.kill()

    async def _sigkill_database(self) -> None:
        await self._good_moment()
        self.done[DATABASE_KILLS] += 1
        await self._database.kill()

    async def _good_moment(self) -> None:
        """Nothing may be awaited between this and the disaster."""
        clock = asyncio.get_running_loop().time
        until = clock() + PATIENCE
        while self.weather.last_chance() and clock() < until:
            self.weather.lull = True
            await asyncio.sleep(0.002)
        self.weather.lull = False

    @property
    def _database(self) -> Database:
        assert self.database is not None
        return self.database
