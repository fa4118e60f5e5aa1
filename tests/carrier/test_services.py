"""Messaging services: what Twilio's SDK reads of them, and whose webhook is called."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from tests.carrier.world import BOT, OTHER_SID, SECOND, SERVICE, SID, TOKEN, World, basic
from threadline.carrier import plan

POOL = f"MG{'0' * 31}2"


@pytest.fixture
async def sdk(world: World) -> AsyncIterator[Client]:
    http = TwilioHttpClient()
    client = Client(SID, TOKEN, http_client=http)
    client.messaging.base_url = world.url
    yield client
    http.session.close()


def pool(world: World, **settings: object) -> None:
    """The first number is in a service of its own, set up so."""
    number = {"number": BOT, "service": POOL, "sms_url": f"{world.receiver.url}/number"}
    known = {"sid": SID, "token": TOKEN, "numbers": [number]}
    plan.add_account(world.carrier.state, {**known, "services": [{"sid": POOL, **settings}]})


async def test_the_official_sdk_lists_services_and_their_numbers(world: World, sdk: Client):
    services = await asyncio.to_thread(sdk.messaging.v1.services.list)
    numbers = await asyncio.to_thread(sdk.messaging.v1.services(SERVICE).phone_numbers.list)

    assert [(SERVICE, True)] == [
        (one.sid, one.use_inbound_webhook_on_number) for one in services
    ]
    assert [SECOND] == [one.phone_number for one in numbers]


async def test_the_official_sdk_fetches_a_service(world: World, sdk: Client):
    pool(world, inbound_request_url="https://sms.example.com/pool", name="Desk")
    found = await asyncio.to_thread(sdk.messaging.v1.services(POOL).fetch)

    assert ("Desk", "https://sms.example.com/pool", "POST", False) == (
        found.friendly_name,
        found.inbound_request_url,
        found.inbound_method,
        found.use_inbound_webhook_on_number,
    )


async def test_a_service_of_another_account_is_not_there(world: World):
    answer = await world.http.get(f"{world.url}/v1/Services/{SERVICE}")
    pool(world)
    number = world.carrier.state.numbers[BOT]
    there = await _get(world, f"/v1/Services/{POOL}/PhoneNumbers/{number.sid}")
    other = await _get(world, f"/v1/Services/{POOL}", auth=(OTHER_SID, "another"))
    elsewhere = await _get(world, f"/v1/Services/{SERVICE}/PhoneNumbers/{number.sid}")

    assert (401, 200, 404, 404) == (answer.status, there, other, elsewhere)


async def _get(world: World, path: str, auth: tuple[str, str] = (SID, TOKEN)) -> int:
    async with world.http.get(world.url + path, headers=basic(*auth)) as answer:
        return answer.status


async def test_a_service_takes_the_texts_of_its_numbers(world: World):
    pool(world, inbound_request_url=f"{world.receiver.url}/pool")
    await world.text("hello")
    taken = await world.receiver.next()
    pool(world, use_inbound_webhook_on_number=True)
    await world.text("hello")
    kept = await world.receiver.next()

    assert ["/pool", "/number"] == [
        one.url.removeprefix(world.receiver.url) for one in (taken, kept)
    ]


async def test_a_service_without_a_webhook_drops_the_texts_of_its_numbers(world: World):
    pool(world)
    told = await world.text("hello")

    assert 11321 == told["webhook"]["error"]["code"]
    assert [] == world.receiver.rest()


@pytest.mark.parametrize(
    ("service", "sentence"),
    [
        ("MG1", "A service is written as"),
        ({"sid": "MG1"}, "A service is written as"),
        ({"sid": POOL, "colour": "blue"}, "A service has no colour"),
        ({"sid": POOL, "inbound_request_url": 7}, "`inbound_request_url` is a text."),
        ({"sid": POOL, "use_inbound_webhook_on_number": "yes"}, "is true or false."),
    ],
)
async def test_a_service_that_cannot_be_is_refused(
    world: World, service: object, sentence: str
):
    known = {"sid": SID, "token": TOKEN, "services": [service]}

    with pytest.raises(ValueError, match=sentence):
        plan.add_account(world.carrier.state, known)
