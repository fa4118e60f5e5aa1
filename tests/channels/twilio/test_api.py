"""Sending, heard at the other end."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client as Sdk

from tests.channels.contract import ChannelContract
from tests.channels.provider import Says, provider
from tests.channels.twilio.payloads import OURS, PUBLIC, SECRET, SERVICE, SID, TOKEN
from tests.channels.twilio.test_channel import SM1, opened, refusal
from threadline.egress import Client
from threadline.errors import OptedOut, Refused, Throttled


async def send(client: Client, answer: Says, secret: Any = SECRET) -> Any:
    async with provider(answer) as playing:
        try:
            await opened(client, playing.url, secret).send(ChannelContract.outgoing)
        finally:
            (asked,) = playing.asked
    return asked


ACCEPTED = Says(201, {"sid": SM1, "status": "queued"})


def basic(user: str, password: str) -> str:
    return "Basic " + b64encode(f"{user}:{password}".encode()).decode()


async def test_a_text_is_posted_as_twilio_documents_it(client: Client):
    asked = await send(client, ACCEPTED)

    assert ("POST", f"/2010-04-01/Accounts/{SID}/Messages.json") == (asked.method, asked.path)
    assert (
        ("To", "+14017122661"),
        ("From", OURS),
        ("Body", "Grüße & 1+1=2 👋🏽"),
        ("StatusCallback", f"{PUBLIC}/v1/engage/flowit-sms/status?m=42"),
        ("ValidityPeriod", "900"),
    ) == asked.form


async def test_a_text_by_a_service_keeps_the_number_that_the_contact_knows(client: Client):
    outgoing = replace(ChannelContract.outgoing, service=SERVICE)
    async with provider(ACCEPTED) as playing:
        await opened(client, playing.url).send(outgoing)

    form = dict(playing.asked[0].form)
    assert (OURS, SERVICE) == (form["From"], form["MessagingServiceSid"])


async def test_an_api_key_is_used_for_sending_if_there_is_one(client: Client):
    key = {"apiKeySid": "SK" + "0" * 32, "apiKeySecret": "swordfish"}
    by_token = await send(client, ACCEPTED)
    by_key = await send(client, ACCEPTED, SECRET | key)

    assert basic(SID, TOKEN) == by_token.headers["authorization"]
    assert basic(key["apiKeySid"], "swordfish") == by_key.headers["authorization"]
    assert f"/2010-04-01/Accounts/{SID}/Messages.json" == by_key.path


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "999999"}, 3600.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-1"}, None),
        (
            {
                "Date": "Wed, 02 Jan 2030 12:30:00 GMT",
                "Retry-After": "Wed, 02 Jan 2030 12:30:20 GMT",
            },
            20.0,
        ),
        (
            {
                "Date": "Wed, 02 Jan 2030 12:30:00 GMT",
                "Retry-After": "Wed, 02 Jan 2030 12:00:00 GMT",
            },
            0.0,
        ),
        ({"Retry-After": "Wed, 02 Jan 2030 12:30:20 GMT"}, None),
    ],
    ids=["nothing", "seconds", "too long", "words", "negative", "date", "past", "no clock"],
)
async def test_twilio_says_how_long_to_wait(
    client: Client, headers: dict[str, str], expected: float | None
):
    with pytest.raises(Throttled) as throttled:
        await send(client, Says(429, b"", headers))

    assert expected == throttled.value.retry_after


async def test_the_operator_reads_a_sentence_and_the_code(client: Client):
    with pytest.raises(OptedOut) as refused:
        await send(client, refusal(400, 21610))

    assert "21610" == refused.value.provider_code
    assert str(refused.value).startswith("This person has opted out of texts from this number.")


async def test_an_unknown_refusal_is_told_in_twilios_words(client: Client):
    with pytest.raises(Refused) as refused:
        await send(client, Says(400, {"code": 29999, "message": "Not\n on Sundays"}))

    assert str(refused.value).endswith("errors/29999. It said: Not on Sundays")


@pytest.mark.parametrize(
    ("valid_for", "expected"), [(900, "900"), (0, "1"), (36_000, "36000"), (86_400, "36000")]
)
async def test_a_text_is_only_worth_delivering_for_a_while(
    client: Client, valid_for: int, expected: str
):
    async with provider(ACCEPTED) as playing:
        outgoing = replace(ChannelContract.outgoing, valid_for=valid_for)
        await opened(client, playing.url).send(outgoing)

    assert expected == dict(playing.asked[0].form)["ValidityPeriod"]


@pytest.mark.parametrize(
    ("code", "expected"), [(30610, 21_600), (14107, 30), (21611, None), (20409, None)]
)
async def test_a_refusal_may_say_by_its_code_how_long_to_wait(
    client: Client, code: int, expected: float | None
):
    with pytest.raises(Throttled) as throttled:
        await send(client, refusal(400, code))
    with pytest.raises(Throttled) as asked:
        await send(client, replace(refusal(400, code), headers={"Retry-After": "7"}))

    assert (expected, 7.0) == (throttled.value.retry_after, asked.value.retry_after)


async def test_the_official_sdk_would_have_posted_the_same(client: Client):
    text = ChannelContract.outgoing
    ours = await send(client, ACCEPTED)
    async with provider(ACCEPTED) as playing:
        http = TwilioHttpClient()
        sdk = Sdk(SID, TOKEN, http_client=http)
        sdk.api.base_url = playing.url
        await asyncio.to_thread(
            sdk.messages.create,
            to=text.contact,
            from_=text.ours,
            body=text.text,
            status_callback=text.callback,
            validity_period=text.valid_for,
        )
        http.session.close()

    (theirs,) = playing.asked
    assert sorted(theirs.form) == sorted(ours.form)
    assert (theirs.method, theirs.path) == (ours.method, ours.path)
    assert theirs.headers["authorization"] == ours.headers["authorization"]
