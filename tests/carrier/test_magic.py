"""Handsets that misbehave by themselves, so that every branch can be seen by hand."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from tests.carrier.world import World

Broken = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)


async def test_a_magic_handset_throttles_twice(world: World) -> None:
    found = [(await world.create("+15555550429"))[0] for _ in range(6)]

    assert [429, 429, 201, 429, 429, 201] == found


@pytest.mark.parametrize(
    ("last", "outcome"),
    [
        ("0430", [429, 201]),
        ("0500", [500, 201]),
        ("0502", [502, 201]),
        ("0501", [500, 500]),
        ("0503", [503, 503]),
        ("0211", [400, 400]),
        ("0610", [400, 400]),
        ("0611", [429, 429]),
        ("0999", [201, 201]),
        ("0000", [201, 201]),
    ],
)
async def test_a_magic_handset_refuses(world: World, last: str, outcome: list[int]) -> None:
    found = [(await world.create(f"+1555555{last}"))[0] for _ in range(2)]

    assert outcome == found


@pytest.mark.parametrize(
    ("last", "code"), [("0610", 21610), ("0611", 21611), ("0614", 21614), ("0211", 21211)]
)
async def test_a_magic_handset_names_the_code(world: World, last: str, code: int) -> None:
    _, error = await world.create(f"+1555555{last}")

    assert code == error["code"]


@pytest.mark.parametrize(("last", "taken"), [("0104", 0), ("0105", 1)])
async def test_a_magic_handset_hangs_up(world: World, last: str, taken: int) -> None:
    with pytest.raises(Broken):
        await world.create(f"+1555555{last}")

    assert taken == len(await world.bodies(f"+1555555{last}"))


@pytest.mark.parametrize("last", ["0408", "0409"])
async def test_a_magic_handset_keeps_one_waiting(world: World, last: str) -> None:
    waiting = asyncio.create_task(world.create(f"+1555555{last}"))
    _, found = await world.ask("GET", f"/handsets/+1555555{last}/texts?wait=5")
    waiting.cancel()

    assert 1 == len(found["texts"])


@pytest.mark.parametrize(
    ("last", "status", "code"),
    [
        ("0001", "failed", 30001),
        ("0003", "undelivered", 30003),
        ("0007", "undelivered", 30007),
        ("0036", "failed", 30036),
        ("0704", "sent", None),
    ],
)
async def test_a_magic_handset_is_not_reached(
    world: World, last: str, status: str, code: int | None
) -> None:
    _, made = await world.create(f"+1555555{last}")
    await world.carrier.settle()

    _, found = await world.api("GET", f"/Messages/{made['sid']}.json")

    assert (status, code) == (found["status"], found["error_code"])


@pytest.mark.parametrize(
    ("last", "told"),
    [
        ("0701", []),
        ("0702", ["sent"] * 3 + ["delivered"] * 3),
        ("0703", ["delivered", "sent"]),
        ("0704", ["sent"]),
    ],
)
async def test_a_magic_handset_confuses_the_callbacks(
    world: World, last: str, told: list[str]
) -> None:
    callback = world.receiver.url + "/status"
    await world.create(f"+1555555{last}", StatusCallback=callback)
    await world.carrier.settle()

    assert told == [call.params["MessageStatus"] for call in world.receiver.rest()]


async def test_a_fault_that_was_asked_for_comes_before_a_magic_one(world: World) -> None:
    await world.fault("create", "refuse", status=418)
    status, _ = await world.create("+15555550610")

    assert 418 == status
