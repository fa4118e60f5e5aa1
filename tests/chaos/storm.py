"""One storm: everybody texts while everything goes wrong; then it clears, and we count."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.chaos.database import Database
from tests.chaos.disasters import Disasters, works
from tests.chaos.people import Door, Person
from tests.chaos.report import Report, Verdict, judge
from tests.chaos.weather import FAULTS, Weather
from tests.pipeline.carrying import carrying, received
from tests.web.nodes import Node
from tests.web.provider import Provider
from tests.world import ECHO, Account, document, flow_bot
from threadline import carrier
from threadline.app import open_app
from threadline.carrier.plan import add_account
from threadline.egress import Egress
from threadline.operations.apply import apply
from threadline.settings import Settings

KEYS = "main:" + "A" * 43 + "="
OFTEN = ",".join(["0.1", "0.2"] + ["0.5"] * 50)
SETTINGS: Mapping[str, Any] = {
    "lease": 3,
    "unknown": 0.5,
    "poll": 0.1,
    "expiry": 3600,
    "grace": 1,
    "turn_retries": OFTEN,
    "send_retries": OFTEN,
    "vault_keys": KEYS,
}
"""Everything that waits does so for a moment only, and nothing is given up."""

QUIET = 5.0
"""Seconds: after a lease and two looks at the list nobody has anything left to send."""


@dataclass(frozen=True, slots=True)
class Plan:
    """
    What is to go wrong, drawn from `seed`: at least `kills`, and `seconds` more, with
    `faults` of the carrier, which strike as likely as `strength` says; where none of them
    does, those of `always` do. So many `people` at any time text so many of our `numbers`,
    with `pace` seconds between two texts of one. What has not come once the carrier was asked
    for nothing in `patience` seconds counts as lost. `program` is the server, with
    other `settings` than everybody's.
    """

    seed: int
    kills: int = 0
    seconds: float = 0
    people: int = 30
    pace: float = 0.8
    numbers: int = 6
    nodes: int = 1
    faults: Sequence[str] = tuple(FAULTS)
    strength: tuple[float, float] = (0.05, 0.25)
    always: Sequence[Mapping[str, Any]] = ()
    patience: float = 75
    program: Sequence[str] = ("-m", "threadline")
    settings: Mapping[str, Any] = field(default_factory=dict)

    def chance(self, whose: str) -> Random:
        """A source of its own for everybody: what one draws changes nothing for the others."""
        return Random(f"{self.seed} {whose}")


@dataclass
class Storm:
    """The people, the weather and the disasters of one run."""

    plan: Plan
    carrier: carrier.Carrier
    doors: Sequence[Door]
    weather: Weather
    disasters: Disasters
    people: dict[str, Person] = field(default_factory=dict)

    async def pass_by(self) -> None:
        """Returns once all disasters have happened and everybody's last text is taken."""
        enough = asyncio.Event()
        changing = asyncio.create_task(self.weather.change())
        texting = [asyncio.create_task(self._text(enough)) for _ in range(self.plan.people)]
        try:
            async with asyncio.timeout(self.plan.seconds + 60 + 30 * self.plan.kills):
                await self.disasters.happen(self.plan.kills)
                await asyncio.sleep(self.plan.seconds)
                enough.set()
                await asyncio.gather(*texting)
        finally:
            for task in (changing, *texting):
                task.cancel()
            await asyncio.gather(changing, *texting, return_exceptions=True)
        self.weather.clear()

    async def _text(self, enough: asyncio.Event) -> None:
        """One person after the other."""
        while not enough.is_set():
            n = len(self.people)
            handset = f"+1555020{n:04}"
            door, chance = self.doors[n % len(self.doors)], self.plan.chance(handset)
            self.people[handset] = Person(handset, door, chance, self.plan.pace)
            await self.people[handset].text(enough)

    async def calm_down(self) -> None:
        """Returns once all answers have come and no more can, or when patience runs out."""
        clock = asyncio.get_running_loop().time
        seen, since = -1, clock()
        while clock() - since < (self.plan.patience if self.verdict.lost else QUIET):
            if seen != self.weather.requests:
                seen, since = self.weather.requests, clock()
            await asyncio.sleep(0.1)

    @property
    def got(self) -> dict[str, list[str]]:
        return {one: received(self.carrier, one) for one in self.people}

    @property
    def verdict(self) -> Verdict:
        found = self.got
        return sum((judge(one.said, found[h]) for h, one in self.people.items()), Verdict())


async def rage(plan: Plan, folder: Path, database: Database | None = None) -> Report:
    """
    On PostgreSQL if there is a database, else on SQLite. Fails if a node ends by itself, or
    does not end when it is told to.
    """
    engine = "sqlite" if database is None else "postgres"
    print(f"chaos {engine} seed={plan.seed}: logs are in {folder}")
    url = f"sqlite:///{folder}/threadline.db" if database is None else database.url
    accounts = [Account(f"+1555010{n:04}") for n in range(plan.numbers)]
    async with _egress() as egress, carrying(egress, accounts[0]) as (simulated, carrier_url):
        nodes = _nodes(plan, folder, database_url=url, twilio_api_url=carrier_url)
        await _set_up(folder, url, accounts)
        doors = _doors(plan, simulated, egress, nodes, accounts)
        weather = Weather(plan.chance("weather"), doors[0].texted, plan.faults, plan.strength)
        simulated.faults.rules.append(weather)
        for wish in plan.always:
            simulated.faults.add(wish)
        disasters = Disasters(nodes, egress, weather, plan.chance("disasters"), database)
        storm = Storm(plan, simulated, doors, weather, disasters)

        async with _running(nodes, egress):
            await storm.pass_by()
            await storm.calm_down()
        return _report(engine, storm)


@asynccontextmanager
async def _egress() -> AsyncIterator[Egress]:
    made = Egress()
    try:
        yield made
    finally:
        await made.close()


async def _set_up(folder: Path, url: str, accounts: Sequence[Account]) -> None:
    """Each number has an endpoint of its own."""
    app = await open_app(Settings.read(data=folder, database_url=url, vault_keys=KEYS))
    await apply(
        app,
        documents=[
            document(one, flow_bot(ECHO), organization=f"chaos-{n}", address=f"chaos-{n}")
            for n, one in enumerate(accounts)
        ],
    )
    await app.close()


def _doors(
    plan: Plan,
    simulated: carrier.Carrier,
    egress: Egress,
    nodes: Sequence[Node],
    accounts: Sequence[Account],
) -> list[Door]:
    texted: Counter[str] = Counter()
    found = []
    for n, one in enumerate(accounts):
        numbers = [{"number": one.number}]
        add_account(simulated.state, {"sid": one.sid, "token": one.token, "numbers": numbers})
        provider = Provider(egress, nodes[0].url, one, f"chaos-{n}")
        found.append(Door(simulated, provider, nodes, plan.chance(f"door {n}"), texted))
    return found


def _nodes(plan: Plan, folder: Path, **given: Any) -> list[Node]:
    """They share everything but their folder; callbacks go to the first of them."""
    names = ["one", "two", "three"][: plan.nodes]
    nodes = [Node(folder / name, {}, program=plan.program) for name in names]
    for node in nodes:
        node.settings = {**SETTINGS, **given, **plan.settings, "public_url": nodes[0].url}
    return nodes


@asynccontextmanager
async def _running(nodes: Sequence[Node], egress: Egress) -> AsyncIterator[None]:
    try:
        for node in nodes:
            await node.start()
        for node in nodes:
            assert await works(node, egress), node.log
        yield
        assert [0] * len(nodes) == [await node.end() for node in nodes]
    finally:
        for node in nodes:
            if node.process is not None and node.process.returncode is None:
                await node.kill()


def _report(engine: str, storm: Storm) -> Report:
    people, got = storm.people.values(), storm.got
    return Report(
        engine=engine,
        seed=storm.plan.seed,
        disasters=dict(storm.disasters.done),
        faults=dict(storm.weather.met),
        messages=sum(len(one.sids) for one in people),
        redelivered=sum(one.redelivered for one in people),
        repeated=sum(one.repeated for one in people),
        verdict=storm.verdict,
        differing={
            one.handset: got[one.handset] for one in people if got[one.handset] != one.said
        },
    )
