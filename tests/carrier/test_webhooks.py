"""A webhook that fails: tried again as its URL says, then the fallback is asked."""

from __future__ import annotations

import asyncio

import pytest
from starlette.responses import RedirectResponse, Response
from twilio.request_validator import RequestValidator

from tests.carrier.world import BOT, EMPTY, TOKEN, Call, World, twiml


async def test_the_fallback_is_asked_once_and_told_why(world: World) -> None:
    fallback = world.receiver.url + "/fallback"
    world.point("/sms?x=1", sms_fallback_url=fallback)
    world.receiver.script = [Response(status_code=502), twiml("<Message>still here</Message>")]
    told = await world.text("hello")
    first, second = await world.receiver.next(), await world.receiver.next()

    assert ("11200", first.url) == (second.params["ErrorCode"], second.params["ErrorUrl"])
    assert first.params["MessageSid"] == second.params["MessageSid"]
    assert RequestValidator(TOKEN).validate(
        fallback, second.params, second.headers["x-twilio-signature"]
    )
    assert ("delivered", ["still here"]) == (told["status"], await world.bodies())


async def test_when_the_fallback_fails_too_nothing_more_is_done(world: World) -> None:
    world.point(sms_fallback_url=world.receiver.url + "/fallback")
    world.receiver.usual = Response(status_code=502)
    told = await world.text("hello")

    assert ("failed", 2) == (told["status"], len(world.receiver.rest()))


async def test_useless_twiml_leads_to_the_fallback(world: World) -> None:
    world.point(sms_fallback_url=world.receiver.url + "/fallback")
    world.receiver.script = [Response("{}", media_type="application/json")]
    await world.text("hello")

    assert "12300" == world.receiver.rest()[1].params["ErrorCode"]


@pytest.mark.parametrize(
    ("fragment", "status", "tries"),
    [
        ("", 503, 1),
        ("", 404, 1),
        ("#rc=3&rp=5xx", 503, 4),
        ("#rc=2&rp=4xx", 503, 1),
        ("#rc=2&rp=4xx,5xx", 404, 3),
        ("#rc=1&rp=all", 404, 2),
        ("#rc=0&rp=all", 404, 1),
        ("#rc=2&rp=ct,rt", 503, 1),
    ],
)
async def test_a_failed_call_is_made_again_as_the_url_says(
    world: World, fragment: str, status: int, tries: int
) -> None:
    world.point("/sms" + fragment)
    world.receiver.usual = Response(status_code=status)
    told = await world.text("hello")
    calls = world.receiver.rest()

    assert (tries, tries) == (len(calls), told["webhook"]["tries"])
    assert 1 == len({call.headers["i-twilio-idempotency-token"] for call in calls})


async def test_a_retry_that_works_is_no_alert(world: World) -> None:
    world.point("/sms#rc=2&rp=5xx")
    world.receiver.script = [Response(status_code=503)]
    told = await world.text("hello")

    assert ("delivered", []) == (told["status"], await world.alerts())


async def test_a_server_that_takes_too_long_is_given_up_and_asked_again(world: World) -> None:
    never = asyncio.Event()

    async def stuck() -> Response:
        await never.wait()
        return Response(EMPTY, media_type="text/xml")

    world.point("/sms#rc=1&rp=rt&rt=100")
    world.receiver.script = [stuck]
    told = await world.text("hello")
    calls: list[Call] = world.receiver.rest()
    never.set()

    assert ("delivered", 2, 2) == (told["status"], told["webhook"]["tries"], len(calls))


async def test_a_server_that_is_not_there_is_called_twice_by_default(world: World) -> None:
    number = world.carrier.state.numbers[BOT]
    world.carrier.state.change_number(number, sms_url="http://127.0.0.1:9/sms")
    told = await world.text("hello")

    assert (11205, 2) == (told["webhook"]["error"]["code"], told["webhook"]["tries"])


@pytest.mark.parametrize("fragment", ["#rp=never", "#rc=9", "#ct=1", "#rt=x", "#tt=99999"])
async def test_overrides_that_cannot_be_used_are_an_alert(world: World, fragment: str) -> None:
    world.point("/sms" + fragment)
    told = await world.text("hello")

    assert (11243, []) == (told["webhook"]["error"]["code"], world.receiver.rest())


@pytest.mark.parametrize(("status", "method"), [(307, "POST"), (302, "GET")])
async def test_redirects_are_followed_as_twilio_follows_them(
    world: World, status: int, method: str
) -> None:
    world.receiver.script = [RedirectResponse("/moved", status)]
    told = await world.text("hello")
    _, moved = world.receiver.rest()

    assert ("delivered", method) == (told["status"], moved.method)
    assert ("hello" if method == "POST" else "") == moved.params.get("Body", "")
    assert RequestValidator(TOKEN).validate(
        moved.url, moved.params, moved.headers["x-twilio-signature"]
    )
