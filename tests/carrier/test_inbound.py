"""A text from a person: what the webhook gets, and what its answers do."""

from __future__ import annotations

import asyncio

import pytest
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from twilio.request_validator import RequestValidator

from tests.carrier.world import (
    ANN,
    BEN,
    BOT,
    EMPTY,
    FOREIGN,
    SECOND,
    SERVICE,
    SID,
    TOKEN,
    World,
    twiml,
)


async def test_the_webhook_gets_every_field_that_twilio_documents(world: World) -> None:
    told = await world.text("  hello\n")
    call = await world.receiver.next()

    sid = told["sid"]
    assert {
        "MessageSid": sid,
        "SmsSid": sid,
        "SmsMessageSid": sid,
        "AccountSid": SID,
        "From": ANN,
        "To": BOT,
        "Body": "  hello\n",
        "NumMedia": "0",
        "NumSegments": "1",
        "SmsStatus": "received",
        "ApiVersion": "2010-04-01",
        **{
            f"{end}{what}": ""
            for end in ("From", "To")
            for what in ("City", "State", "Zip", "Country")
        },
    } == call.params
    assert sid.startswith("SM")


async def test_the_webhook_looks_like_twilio(world: World) -> None:
    await world.text("hello")
    call = await world.receiver.next()

    assert ("POST", "TwilioProxy/1.1", "*/*", "us1") == (
        call.method,
        call.headers["user-agent"],
        call.headers["accept"],
        call.headers["x-home-region"],
    )
    assert "application/x-www-form-urlencoded" == call.headers["content-type"]
    assert 36 == len(call.headers["i-twilio-idempotency-token"])


@pytest.mark.parametrize(
    "setting", ["/sms", "/sms/?a=1&b=x.y", "/sms#rc=2&rp=5xx", "/s?q=1#ct=500"]
)
@pytest.mark.parametrize("body", ["hello", "Grüße 👋🏽 日本 ñ €", "a=b&c+d%20\r\n"])
async def test_the_official_validator_believes_the_webhook(
    world: World, setting: str, body: str
) -> None:
    world.point(setting)
    await world.text(body)
    call = await world.receiver.next()

    signature = call.headers["x-twilio-signature"]

    assert world.receiver.url + setting.partition("#")[0] == call.url
    assert RequestValidator(TOKEN).validate(call.url, call.params, signature)


async def test_a_webhook_by_get_has_all_in_its_query(world: World) -> None:
    world.point("/sms?a=1", sms_method="GET")
    await world.text("hi there")
    call = await world.receiver.next()

    signature = call.headers["x-twilio-signature"]

    assert "GET" == call.method
    assert "/sms?a=1&" in call.url
    assert "&Body=hi+there&" in call.url
    assert RequestValidator(TOKEN).validate(call.url, {}, signature)


async def test_credentials_in_the_url_become_a_header_and_are_not_signed(world: World) -> None:
    world.point()
    plain = world.receiver.url + "/sms"
    number = world.carrier.state.numbers[BOT]
    secret = plain.replace("http://", "http://user:pass@")
    world.carrier.state.change_number(number, sms_url=secret)
    await world.text("hello")
    call = await world.receiver.next()

    signature = call.headers["x-twilio-signature"]

    assert "Basic dXNlcjpwYXNz" == call.headers["authorization"]
    assert RequestValidator(TOKEN).validate(plain, call.params, signature)


async def test_pictures_come_with_their_addresses(world: World) -> None:
    media = ["https://example.com/cat.jpg", "https://example.com/thing"]
    told = await world.text("", media=media)
    call = await world.receiver.next()

    assert told["sid"].startswith("MM")
    assert ("2", *media, "image/jpeg", "application/octet-stream") == (
        call.params["NumMedia"],
        call.params["MediaUrl0"],
        call.params["MediaUrl1"],
        call.params["MediaContentType0"],
        call.params["MediaContentType1"],
    )


async def test_a_number_in_a_service_says_so(world: World) -> None:
    number = world.carrier.state.numbers[SECOND]
    world.carrier.state.change_number(number, sms_url=world.receiver.url + "/sms")
    await world.text("hello", to=SECOND)
    call = await world.receiver.next()

    assert SERVICE == call.params["MessagingServiceSid"]


async def test_texts_of_one_person_are_told_in_order(world: World) -> None:
    for n in range(20):
        await world.ask("POST", f"/handsets/{ANN}/texts", {"to": BOT, "body": f"{n}"})
    bodies = [(await world.receiver.next()).params["Body"] for _ in range(20)]

    assert [f"{n}" for n in range(20)] == bodies


async def test_one_person_does_not_wait_for_anothers_webhook(world: World) -> None:
    free = asyncio.Event()

    async def slow() -> Response:
        await free.wait()
        return Response(EMPTY, media_type="text/xml")

    world.receiver.script = [slow]
    await world.ask("POST", f"/handsets/{ANN}/texts", {"to": BOT, "body": "slow"})
    await world.receiver.next()
    told = await world.text("quick", sender=BEN)
    free.set()

    assert "delivered" == told["status"]


async def test_an_empty_response_is_all_that_is_needed(world: World) -> None:
    world.receiver.usual = Response(EMPTY, media_type="text/xml")
    told = await world.text("hello")

    assert {
        "url": world.receiver.url + "/sms",
        "status": 200,
        "tries": 1,
        "error": None,
    } == told["webhook"]
    assert ([], []) == (await world.alerts(), await world.inbox())


@pytest.mark.parametrize(
    ("answer", "bodies"),
    [
        (twiml("<Message>one</Message>"), ["one"]),
        (twiml("<Message><Body>one</Body></Message><Message>two</Message>"), ["one", "two"]),
        (twiml("<Sms>old</Sms>"), ["old"]),
        (PlainTextResponse("plain words"), ["plain words"]),
        (PlainTextResponse(""), []),
        (Response(status_code=204), []),
        (Response("<Response/>", media_type="application/xml"), []),
    ],
    ids=["message", "two messages", "sms", "text", "nothing", "204", "application/xml"],
)
async def test_what_the_webhook_answers_is_texted(
    world: World, answer: Response, bodies: list[str]
) -> None:
    world.receiver.usual = answer
    await world.text("hello")

    assert bodies == await world.bodies()
    assert [] == await world.alerts()


async def test_a_text_by_twiml_is_an_outbound_reply_with_its_own_callback(world: World) -> None:
    message = '<Message action="/status?m=1"><Body>hi</Body><Media>https://a.example/b</Media>'
    world.receiver.script = [twiml(f"{message}</Message>")]
    await world.text("hello")
    await world.receiver.next()
    callback = await world.receiver.next()
    _, page = await world.api("GET", "/Messages.json", {"To": ANN})

    assert world.receiver.url + "/status?m=1" == callback.url
    assert ("outbound-reply", "1") == (
        page["messages"][0]["direction"],
        page["messages"][0]["num_media"],
    )


async def test_twiml_may_text_somebody_else(world: World) -> None:
    world.receiver.usual = twiml(f'<Message to="{BEN}" from="{SECOND}">hi Ben</Message>')
    await world.text("hello")

    [text] = await world.inbox(BEN)

    assert ("hi Ben", SECOND) == (text["body"], text["from"])


async def test_twiml_may_send_the_carrier_elsewhere(world: World) -> None:
    world.receiver.script = [twiml("<Message>a</Message><Redirect>/next?x=1</Redirect>")]
    world.receiver.usual = twiml("<Message>b</Message>")
    await world.text("hello")
    await world.receiver.next()
    onward = await world.receiver.next()

    assert (world.receiver.url + "/next?x=1", "hello") == (onward.url, onward.params["Body"])
    assert ["a", "b"] == await world.bodies()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Response(status_code=500), 11200),
        (Response(status_code=403), 11200),
        (Response(status_code=429), 11200),
        (Response("{}", media_type="application/json"), 12300),
        (Response("<p>OK</p>", media_type="text/html"), 12300),
        (Response("x"), 12300),
        (Response("nothing", media_type="text/xml"), 12100),
        (Response(" " + EMPTY.decode(), media_type="text/xml"), 12100),
        (Response("<Answer/>", media_type="text/xml"), 12200),
        (twiml("<Dial>+1</Dial>"), 14110),
        (twiml("<Message>x</Message>" * 11), 14109),
        (twiml("<Message></Message>"), 14103),
        (twiml(f"<Message>{'x' * 1601}</Message>"), 14103),
        (twiml('<Message to="nobody">x</Message>'), 21211),
        (Response("<Response>" + "x" * 70_000 + "</Response>", media_type="text/xml"), 11750),
        (RedirectResponse("/sms"), 11215),
        (RedirectResponse("http://[nowhere"), 11100),
        (RedirectResponse("ftp://nowhere"), 11100),
        (twiml("<Redirect>/sms</Redirect>"), 14106),
    ],
    ids=lambda value: str(value) if isinstance(value, int) else "",
)
async def test_an_answer_that_is_no_use_is_an_alert(
    world: World, answer: Response, code: int
) -> None:
    world.receiver.usual = answer
    told = await world.text("hello")

    assert [code] == [one["code"] for one in await world.alerts()]
    assert [] == await world.inbox()
    assert told["sid"] == (await world.alerts())[0]["sid"]


async def test_a_failed_webhook_is_a_failed_text_with_its_reason(world: World) -> None:
    world.receiver.usual = Response(status_code=500)
    told = await world.text("hello")
    _, found = await world.ask("GET", f"/handsets/{ANN}/texts")

    [text] = found["texts"]
    assert ("failed", "failed") == (told["status"], text["status"])
    assert {
        "code": 11200,
        "message": f"{world.receiver.url}/sms answered with HTTP 500.",
    } == text["error"]


async def test_a_number_without_a_server_says_so(world: World) -> None:
    world.point("", sms_application_sid="AP" + "0" * 32)  # makes the URLs count for nothing
    told = await world.text("hello")

    assert (11321, []) == (told["webhook"]["error"]["code"], world.receiver.rest())


async def test_each_account_signs_with_its_own_token(world: World) -> None:
    number = world.carrier.state.numbers[FOREIGN]
    world.carrier.state.change_number(number, sms_url=world.receiver.url + "/sms")
    await world.text("hello", to=FOREIGN)
    call = await world.receiver.next()

    signature = call.headers["x-twilio-signature"]

    assert RequestValidator("another").validate(call.url, call.params, signature)
    assert not RequestValidator(TOKEN).validate(call.url, call.params, signature)
