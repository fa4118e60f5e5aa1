"""A text to a person: its statuses, what the callbacks say, and the order of arrival."""

from __future__ import annotations

import asyncio

import pytest
from starlette.responses import Response
from twilio.request_validator import RequestValidator

from tests.carrier.world import ANN, BEN, BOT, SECOND, SERVICE, SID, TOKEN, World


async def test_a_text_reaches_the_handset(world: World) -> None:
    _, made = await world.create(body="Grüße 👋")

    [text] = await world.inbox()

    assert ("Grüße 👋", BOT, ANN, made["sid"]) == (
        text["body"],
        text["from"],
        text["to"],
        text["sid"],
    )
    assert ("received", False) == (text["status"], text["automatic"])


async def test_media_reach_the_handset(world: World) -> None:
    await world.create(MediaUrl="https://example.com/cat.jpg")

    [text] = await world.inbox()

    assert ["https://example.com/cat.jpg"] == text["media"]


async def test_texts_of_a_pair_arrive_in_the_order_in_which_they_were_taken(
    world: World,
) -> None:
    for n in range(30):
        await world.create(body=f"{n}")

    assert [f"{n}" for n in range(30)] == await world.bodies()


async def test_sent_and_delivered_are_told(world: World) -> None:
    _, made = await world.create(StatusCallback=world.receiver.url + "/status?m=7")
    sent, delivered = await world.receiver.next(), await world.receiver.next()

    assert {
        "AccountSid": SID,
        "From": BOT,
        "To": ANN,
        "MessageSid": made["sid"],
        "MessageStatus": "sent",
        "SmsSid": made["sid"],
        "SmsStatus": "sent",
        "ApiVersion": "2010-04-01",
    } == sent.params
    assert ("delivered", 10) == (
        delivered.params["MessageStatus"],
        len(delivered.params["RawDlrDoneDate"]),
    )


@pytest.mark.parametrize("query", ["", "?m=7", "?m=7&a=%2B1", "?a=1&a=2"])
async def test_callbacks_are_signed_as_twilio_signs(world: World, query: str) -> None:
    await world.create(StatusCallback=world.receiver.url + "/status" + query)
    call = await world.receiver.next()

    signature = call.headers["x-twilio-signature"]

    assert call.url.endswith("/status" + query)
    assert RequestValidator(TOKEN).validate(call.url, call.params, signature)


async def test_without_a_callback_nobody_is_told(world: World) -> None:
    await world.create()
    await world.carrier.settle()

    assert [] == world.receiver.rest()


async def test_texts_of_a_service_are_told_from_queued(world: World) -> None:
    callback = world.receiver.url + "/status"
    form = {"To": ANN, "MessagingServiceSid": SERVICE, "Body": "x", "StatusCallback": callback}
    await world.api("POST", "/Messages.json", form)
    calls = [await world.receiver.next() for _ in range(3)]

    assert ["queued", "sent", "delivered"] == [call.params["MessageStatus"] for call in calls]
    assert {(SERVICE, SECOND)} == {
        (call.params["MessagingServiceSid"], call.params["From"]) for call in calls
    }


async def test_a_slow_callback_holds_up_no_text(world: World) -> None:
    answered = asyncio.Event()

    async def slow() -> Response:
        await answered.wait()
        return Response()

    world.receiver.script = [slow]
    await world.create(body="told slowly", StatusCallback=world.receiver.url + "/status")
    await world.create(body="next")
    _, found = await world.ask("GET", f"/handsets/{ANN}/texts?after=1&wait=5")
    answered.set()

    assert ["next"] == [text["body"] for text in found["texts"]]


async def test_a_callback_that_fails_is_an_alert_and_changes_nothing(world: World) -> None:
    world.receiver.usual = Response(status_code=500)
    _, made = await world.create(StatusCallback=world.receiver.url + "/status")
    await world.carrier.settle()

    _, found = await world.api("GET", f"/Messages/{made['sid']}.json")
    alerts = await world.alerts()

    assert "delivered" == found["status"]
    assert [(11200, made["sid"])] * 2 == [(one["code"], one["sid"]) for one in alerts]


async def test_a_callback_is_retried_as_its_url_says(world: World) -> None:
    world.receiver.script = [Response(status_code=503), Response(status_code=204)]
    await world.create(StatusCallback=world.receiver.url + "/status?m=1#rc=2&rp=5xx")
    calls = [await world.receiver.next() for _ in range(3)]

    assert ["sent", "sent", "delivered"] == [call.params["MessageStatus"] for call in calls]
    assert {world.receiver.url + "/status?m=1"} == {call.url for call in calls}


async def test_a_text_has_its_price_once_it_was_sent(world: World) -> None:
    _, made = await world.create(body="x" * 161)
    await world.carrier.settle()

    _, found = await world.api("GET", f"/Messages/{made['sid']}.json")

    assert (None, "-0.01580") == (made["price"], found["price"])


async def test_two_people_do_not_see_each_others_texts(world: World) -> None:
    await world.create(ANN, "for Ann")
    await world.create(BEN, "for Ben")

    assert (["for Ann"], ["for Ben"]) == (await world.bodies(ANN), await world.bodies(BEN))
