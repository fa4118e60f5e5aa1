"""Whatever can go wrong goes wrong on request, and only for whom it was asked."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from tests.carrier.world import ANN, BEN, OTHER_SID, SID, TOKEN, World, basic
from threadline.carrier.faults import NAMES

Broken = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)


async def statuses(world: World, how_many: int) -> list[str]:
    """What the next callbacks tell."""
    return [(await world.receiver.next()).params["MessageStatus"] for _ in range(how_many)]


async def create_told(world: World, to: str = ANN) -> Any:
    return (await world.create(to, StatusCallback=world.receiver.url + "/status"))[1]


@pytest.mark.parametrize(
    ("wish", "status", "code"),
    [
        ({"status": 429}, 429, 20429),
        ({"status": 500}, 500, 20500),
        ({"status": 503}, 503, 20503),
        ({"status": 400, "code": 21610}, 400, 21610),
        ({"status": 400, "code": 30034}, 400, 30034),
        ({}, 500, 20500),
    ],
    ids=str,
)
async def test_a_create_is_refused_on_request(
    world: World, wish: dict[str, Any], status: int, code: int
) -> None:
    await world.fault("create", "refuse", **wish)

    found, error = await world.create()

    assert (status, code) == (found, error["code"])
    assert [] == await world.bodies()


async def test_a_throttled_create_says_when_to_come_back(world: World) -> None:
    await world.fault("create", "refuse", status=429, retry_after=1.5)
    url = f"{world.url}/2010-04-01/Accounts/{SID}/Messages.json"
    form = {"To": ANN, "From": "+15550100000", "Body": "hi"}

    async with world.http.post(url, data=form, headers=basic(SID, TOKEN)) as answer:
        assert ("1.5", 429) == (answer.headers["retry-after"], answer.status)


async def test_a_gateway_answers_in_html(world: World) -> None:
    await world.fault("create", "refuse", status=502, html=True)

    status, page = await world.create()

    assert (502, "<html>") == (status, page[:6])


async def test_an_error_may_come_though_the_text_was_taken(world: World) -> None:
    await world.fault("create", "accept_and_refuse", status=503)

    status, error = await world.create()

    assert (503, 20503) == (status, error["code"])
    assert ["hi"] == await world.bodies()


async def test_a_connection_is_reset_before_the_text_is_taken(world: World) -> None:
    await world.fault("create", "reset_before")

    with pytest.raises(Broken):
        await world.create()

    assert [] == await world.bodies()


async def test_a_connection_is_reset_after_the_text_was_taken(world: World) -> None:
    await world.fault("create", "reset_after")

    with pytest.raises(Broken):
        await world.create()

    assert ["hi"] == await world.bodies()


async def test_an_answer_is_lost(world: World) -> None:
    await world.fault("create", "lost")

    waiting = asyncio.create_task(world.create())
    _, found = await world.ask("GET", f"/handsets/{ANN}/texts?wait=5")
    waiting.cancel()

    assert ["hi"] == [text["body"] for text in found["texts"]]
    assert not waiting.done()


async def test_a_slow_answer_may_come_long_after_the_text_was_taken(world: World) -> None:
    await world.fault("create", "slow_after", seconds=60)

    waiting = asyncio.create_task(world.create())
    _, found = await world.ask("GET", f"/handsets/{ANN}/texts?wait=5")
    waiting.cancel()

    assert ["hi"] == [text["body"] for text in found["texts"]]


@pytest.mark.parametrize("what", ["slow_before", "slow_after"])
async def test_a_slow_answer_comes_in_the_end(world: World, what: str) -> None:
    await world.fault("create", what, seconds=0.01)

    status, _ = await world.create()

    assert (201, ["hi"]) == (status, await world.bodies())


@pytest.mark.parametrize("what", ["undelivered", "failed"])
async def test_a_text_does_not_arrive(world: World, what: str) -> None:
    await world.fault("delivery", what, code=30007)
    made = await create_told(world)
    told = [await world.receiver.next() for _ in range(2 if what == "undelivered" else 1)]
    _, found = await world.api("GET", f"/Messages/{made['sid']}.json")

    assert (what, "30007") == (
        told[-1].params["MessageStatus"],
        told[-1].params["ErrorCode"],
    )
    assert (what, 30007, "Message filtered") == (
        found["status"],
        found["error_code"],
        found["error_message"],
    )
    assert [] == await world.bodies()


async def test_some_networks_confirm_nothing(world: World) -> None:
    await world.fault("delivery", "unconfirmed")
    made = await create_told(world)
    bodies = await world.bodies()
    _, found = await world.api("GET", f"/Messages/{made['sid']}.json")

    assert (["hi"], "sent", 1) == (bodies, found["status"], len(world.receiver.rest()))


async def test_a_callback_is_dropped(world: World) -> None:
    await world.fault("callback", "drop", on="sent")
    await create_told(world)

    assert ["delivered"] == await statuses(world, 1)


async def test_a_callback_is_repeated(world: World) -> None:
    await world.fault("callback", "duplicate", copies=2, on="delivered")
    await create_told(world)

    assert ["sent", "delivered", "delivered", "delivered"] == await statuses(world, 4)


async def test_callbacks_come_in_the_wrong_order(world: World) -> None:
    await world.fault("callback", "reorder")
    await create_told(world)

    assert ["delivered", "sent"] == await statuses(world, 2)


async def test_a_callback_comes_late(world: World) -> None:
    await world.fault("callback", "delay", seconds=0.01)
    await create_told(world)

    assert ["sent", "delivered"] == await statuses(world, 2)


async def test_a_webhook_never_comes(world: World) -> None:
    await world.fault("webhook", "drop")
    told = await world.text("hello")

    assert ("failed", []) == (told["status"], world.receiver.rest())
    assert [11205] == [one["code"] for one in await world.alerts()]


async def test_a_webhook_comes_twice(world: World) -> None:
    await world.fault("webhook", "duplicate")
    await world.text("hello")
    first, second = world.receiver.rest()

    assert first.params == second.params


async def test_a_late_webhook_is_overtaken(world: World) -> None:
    await world.fault("webhook", "delay", seconds=0.2)
    await world.ask("POST", f"/handsets/{ANN}/texts", {"to": "+15550100000", "body": "first"})
    await world.text("second")
    bodies = [(await world.receiver.next()).params["Body"] for _ in range(2)]

    assert ["second", "first"] == bodies


@pytest.mark.parametrize(
    ("wish", "status"), [({}, 500), ({"status": 429}, 429), ({"status": 503}, 503)], ids=str
)
async def test_a_list_is_refused(world: World, wish: dict[str, Any], status: int) -> None:
    await world.fault("list", "refuse", **wish)

    first, _ = await world.api("GET", "/Messages.json")
    second, _ = await world.api("GET", "/Messages.json")

    assert (status, 200) == (first, second)


async def test_a_list_is_slow(world: World) -> None:
    await world.fault("list", "slow_before", seconds=0.01)

    status, _ = await world.api("GET", "/Messages.json")

    assert 200 == status


async def test_a_list_is_cut_off(world: World) -> None:
    await world.fault("list", "reset_before", times=None)  # clients ask once more

    with pytest.raises(Broken):
        await world.api("GET", "/Messages.json")


async def test_a_list_never_comes(world: World) -> None:
    await world.fault("list", "lost")

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await world.api("GET", "/Messages.json")

    assert [] == (await world.ask("GET", "/faults"))[1]["faults"]


async def test_a_fault_strikes_as_often_as_it_was_told(world: World) -> None:
    rule = await world.fault("create", "refuse", times=2)

    found = [(await world.create())[0] for _ in range(3)]

    assert ([500, 500, 201], 2) == (found, rule["times"])


async def test_a_fault_without_times_strikes_until_it_is_deleted(world: World) -> None:
    rule = await world.fault("create", "refuse", times=None)
    before = [(await world.create())[0] for _ in range(4)]
    _, shown = await world.ask("GET", "/faults")
    await world.ask("DELETE", f"/faults/{rule['id']}")

    after, _ = await world.create()

    assert ([500] * 4, 201) == (before, after)
    assert [(rule["id"], 4, "refuse", None)] == [
        (one["id"], one["struck"], one["what"], one["times"]) for one in shown["faults"]
    ]


async def test_all_faults_are_taken_away_at_once(world: World) -> None:
    await world.fault("create", "refuse")
    await world.fault("list", "refuse")
    status, _ = await world.ask("DELETE", "/faults")

    _, shown = await world.ask("GET", "/faults")

    assert (204, []) == (status, shown["faults"])


@pytest.mark.parametrize(
    "filters", [{"to": BEN}, {"from": "+15550100009"}, {"account": OTHER_SID}], ids=str
)
async def test_a_fault_spares_those_whom_it_was_not_meant_for(
    world: World, filters: dict[str, str]
) -> None:
    await world.fault("create", "refuse", **filters)

    status, _ = await world.create(ANN)

    assert 201 == status


async def test_a_fault_shows_whom_it_is_meant_for(world: World) -> None:
    rule = await world.fault("create", "refuse", to=BEN, account=SID, **{"from": ANN})

    assert (BEN, SID, ANN) == (rule["to"], rule["account"], rule["from"])


def test_every_fault_has_a_name() -> None:
    assert 14 == len(NAMES) == len(set(NAMES.values()))
