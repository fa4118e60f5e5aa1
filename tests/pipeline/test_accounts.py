"""How many requests an account at the provider gets at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.told import become, creating, listener, noted
from tests.web.provider import Provider
from tests.web.rows import on
from tests.world import ADDRESS, ANN, BOB, Account, Asked, World, document, until, world
from threadline.errors import Crowded
from threadline.pipeline.pacing import Accounts, Gate

PEOPLE = [f"+1555010{n:04}" for n in range(100, 120)]
STOPPED = "The contact opted out while this text waited for its turn, so it was not sent."
SAID_STOP = "The contact opted out of being texted, so the bot was not asked."
UNSUBSCRIBED = (
    "You have been unsubscribed and will get no more texts from us. Text START to subscribe "
    "again."
)


class Queue:
    """People who want through a gate; each stays inside until it is told to leave."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.inside: list[str] = []
        self.waited: dict[str, bool] = {}
        self._leaving: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, *names: str) -> None:
        for name in names:
            self._tasks[name] = asyncio.create_task(self._visit(name))
        await self._settle()

    async def leave(self, *names: str, well: bool = False) -> None:
        for name in names:
            if well:
                self.gate.went_well()
            self._leaving[name].set()
        await self._settle()

    async def give_up(self, *names: str) -> None:
        for name in names:
            self._tasks[name].cancel()
        await self._settle()

    async def _visit(self, name: str) -> None:
        leaving = self._leaving[name] = asyncio.Event()
        async with self.gate.enter(60) as waited:
            self.waited[name] = waited
            self.inside.append(name)
            try:
                await leaving.wait()
            finally:
                self.inside.remove(name)

    async def _settle(self) -> None:
        for _round in range(10):
            await asyncio.sleep(0)


async def test_no_more_are_inside_than_may_and_who_came_first_goes_first():
    queue = Queue(Gate(2))

    await queue.come(*"abcd")
    assert ["a", "b"] == queue.inside
    await queue.leave("b")
    assert ["a", "c"] == queue.inside
    await queue.leave("a", "c")
    assert ["d"] == queue.inside
    await queue.come("e", "f")
    assert ["d", "e"] == queue.inside
    assert {**dict.fromkeys("abe", False), **dict.fromkeys("cd", True)} == queue.waited


async def test_a_newcomer_does_not_pass_those_who_wait():
    queue = Queue(Gate(1))
    await queue.come("a", "b")

    queue._leaving["a"].set()
    await queue.come("c")

    assert ["b"] == queue.inside


async def test_each_refusal_halves_what_may_be_inside_down_to_one():
    gate = Gate(8)

    limits = []
    for _refusal in range(5):
        gate.refused()
        limits.append(gate.limit)

    assert [4, 2, 1, 1, 1] == limits


async def test_a_refusal_sends_nobody_out_and_lets_nobody_in():
    queue = Queue(Gate(4))
    await queue.come(*"abcdef")

    queue.gate.refused()
    await queue.leave("a", "b")
    assert ["c", "d"] == queue.inside
    await queue.leave("c")
    assert ["d", "e"] == queue.inside


async def test_every_round_that_goes_well_makes_room_for_one_more_up_to_all():
    gate = Gate(4)
    gate.refused()
    gate.refused()

    rounds = []
    for _round in range(4):
        for _request in range(int(gate.limit)):
            gate.went_well()
        rounds.append(int(gate.limit + 0.5))

    assert [2, 3, 4, 4] == rounds
    assert gate.limit <= 4


async def test_who_waits_comes_in_as_soon_as_the_gate_grows():
    queue = Queue(Gate(2))
    queue.gate.refused()
    await queue.come(*"abc")
    assert ["a"] == queue.inside

    queue.gate.went_well()
    await queue.come()

    assert ["a", "b"] == queue.inside


async def test_who_gives_up_while_they_wait_takes_no_place():
    queue = Queue(Gate(1))
    await queue.come(*"abc")

    await queue.give_up("b")
    await queue.leave("a")
    assert ["c"] == queue.inside
    await queue.leave("c")
    await queue.come("d")
    assert (["d"], False) == (queue.inside, queue.waited["d"])


async def test_who_gives_up_just_when_they_are_let_in_leaves_their_place_to_the_next():
    queue = Queue(Gate(1))
    await queue.come(*"abc")

    queue._leaving["a"].set()
    for _round in range(2):  # until a has left, and b is let in but has not run yet
        await asyncio.sleep(0)
        if queue.gate.inside and not queue.inside:
            break
    await queue.give_up("b")

    assert ["c"] == queue.inside
    assert 1 == queue.gate.inside


async def test_each_account_has_a_gate_of_its_own():
    accounts = Accounts(1)

    assert accounts.gate("AC1") is accounts.gate("AC1")
    assert accounts.gate("AC1") is not accounts.gate("AC2")


# The whole product


def most_at_once(asked: list[Asked]) -> int:
    moments = [(one.began, 1) for one in asked] + [(one.ended, -1) for one in asked]
    now, most = 0, 0
    for _at, change in sorted(moments):
        now += change
        most = max(most, now)
    return most


@contextmanager
def slowly(here: World, **more: Any) -> Iterator[None]:
    """The carrier takes its time over each text."""
    rule = here.carrier.faults.add(creating("slow_before", **{"times": None, **more}))
    yield
    here.carrier.faults.remove(rule.id)


@pytest.mark.parametrize("requests", [2, 5])
@on("sqlite")
async def test_the_carrier_is_never_asked_for_more_at_once_than_it_may_be(
    tmp_path: Path, database_url: str, requests: int
):
    async with world(tmp_path, database_url, requests=requests) as here:
        bot = listener()
        await here.apply(document(Account(), bot.document))

        with slowly(here, seconds=0.05):
            await asyncio.gather(*(here.text(f"hi {n}", n) for n in PEOPLE))

            async def arrived() -> list[list[str]]:
                return [await here.received(one) for one in PEOPLE]

            everything = [[f"hi {n}"] for n in PEOPLE]
            assert everything == await here.until(arrived, everything)

        assert requests == most_at_once(here.asked)
        assert len(PEOPLE) == len(here.asked)


async def asked(here: World) -> list[str]:
    return [one.form["Body"] for one in here.asked]


async def test_who_opts_out_while_their_text_waits_for_its_slot_does_not_get_it(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url, requests=1) as here:
        account, bot = Account(), listener()
        await here.apply(document(account, bot.document))
        with slowly(here, seconds=1, to=ANN):
            await here.text("from Ann")
            assert ["from Ann"] == await until(lambda: asked(here), bool)
            await here.text("from Bob", BOB)
            assert ["being sent"] == await become(here, "being sent", handset=BOB)
            await Provider(here.egress, here.url, account).text("STOP", BOB)

        dropped = "not sent: opted out"
        assert [dropped] == await become(here, dropped, handset=BOB)
        assert {SAID_STOP, STOPPED} == set(await noted(here, SAID_STOP, STOPPED, handset=BOB))
        assert ["from Ann"] == await asked(here)
        history = await here.app.store.consents(ADDRESS, BOB)
        assert [("stop", "keyword")] == [(one["what"], one["source"]) for one in history]


@on("sqlite")
async def test_a_confirmation_that_waits_for_its_slot_goes_though_they_have_opted_out(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url, requests=1) as here:
        account, bot = Account(), listener()
        config = {"ConsentHandling": "threadline"}
        await here.apply(document(account, bot.document, config=config))
        with slowly(here, seconds=0.5, to=ANN):
            await here.text("from Ann")
            assert ["from Ann"] == await until(lambda: asked(here), bool)
            await Provider(here.egress, here.url, account).text("STOP", BOB)
            assert ["being sent"] == await become(here, "being sent", handset=BOB)
            assert ["from Ann"] == await asked(here)

        assert ["delivered"] == await become(here, "delivered", handset=BOB)
        assert [UNSUBSCRIBED] == await here.received(BOB)


async def test_who_waits_too_long_for_a_request_is_sent_back_and_nobody_loses_a_place():
    gate = Gate(1)
    async with gate.enter(60):
        with pytest.raises(Crowded):
            async with gate.enter(0.01):
                pass
    assert 0 == gate.inside

    async with gate.enter(60) as waited:
        assert not waited
