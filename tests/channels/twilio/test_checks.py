"""What is set up at Twilio is looked at, on the carrier and on servers that misbehave."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from tests.carrier.world import BOT, KEY, SECOND, SERVICE, SID, TOKEN, serving
from tests.channels.provider import Answer, Hangs, Refuses, Says, provider
from tests.channels.twilio.test_channel import opened
from threadline.carrier import Carrier, create, plan
from threadline.channels.twilio.checks import Caller, decide
from threadline.egress import Client, Egress
from threadline.model.checks import Check

ENDPOINT = "https://sms.example.com/v1/engage/flowit-sms"
URLS = [f"{ENDPOINT}#rc=4&rp=ct,rt,5xx&ct=2000&rt=3500"]
FALLBACKS = [f"{ENDPOINT}/fallback"]
US = {"accountSid": SID, "authToken": TOKEN, "phoneNumber": BOT}
SET = {"sms_url": URLS[0], "sms_fallback_url": FALLBACKS[0]}

Looked = dict[str, Check]


@pytest.fixture
async def carrier() -> AsyncIterator[Carrier]:
    egress = Egress()
    async with Carrier(egress, [], seed=7) as made:
        account(made)
        yield made
    await egress.close()


def account(carrier: Carrier, *, services: Any = (), **number: Any) -> None:
    """The account as it is at Twilio, its first number set up as told."""
    numbers = [{"number": BOT, **SET, **number}, {"number": SECOND}]
    known = {"sid": SID, "token": TOKEN, "keys": {KEY: "secret"}, "numbers": numbers}
    plan.add_account(carrier.state, {**known, "services": list(services)})


async def look(client: Client, carrier: Carrier, **secret: Any) -> Looked:
    async with serving(create(carrier)) as url:
        channel = opened(client, url, {**US, **secret})
        found = await channel.examine(URLS, FALLBACKS)
    return {one.name: one for one in found}


async def at(client: Client, *answers: Answer, timeout: float = 5) -> Looked:
    """What is seen of a server that answers so."""
    async with provider(*answers) as playing:
        channel = opened(client, playing.url, US)
        patient = replace(channel, api=replace(channel.api, timeout=timeout))
        found = await patient.examine(URLS, FALLBACKS)
    return {one.name: one for one in found}


def states(found: Looked) -> list[str]:
    return [found[name].state for name in ("credentials", "number", "webhook")]


async def test_a_number_that_is_set_up_is_all_right(client: Client, carrier: Carrier):
    found = await look(client, carrier)

    assert ["ok", "ok", "ok"] == states(found)
    assert "The number calls us." == found["webhook"].message
    assert all(one.observed_at for one in found.values())


async def test_credentials_that_twilio_does_not_take_are_told(client: Client, carrier: Carrier):
    found = await look(client, carrier, authToken="another")

    assert ["wrong", "waiting", "waiting"] == states(found)
    assert "Twilio does not take the Account SID with this auth token. (Error 20003.)" == (
        found["credentials"].message
    )
    assert "auth token" in found["credentials"].mend
    assert "another" not in repr(found)


async def test_the_token_is_looked_at_even_if_texts_are_sent_with_a_key(
    client: Client, carrier: Carrier
):
    key = {"apiKeySid": KEY, "apiKeySecret": "secret"}

    assert ["ok", "ok", "ok"] == states(await look(client, carrier, **key))
    assert "wrong" == states(await look(client, carrier, **key, authToken="another"))[0]
    found = await look(client, carrier, apiKeySid=KEY, apiKeySecret="another")
    assert ["ok", "wrong", "waiting"] == states(found)
    assert "Twilio does not take the API key. (Error 20003.)" == found["number"].message


async def test_a_number_of_somebody_else_is_told(client: Client, carrier: Carrier):
    found = await look(client, carrier, phoneNumber="+15550100077")

    assert ["ok", "wrong", "waiting"] == states(found)
    assert "The account has no number +15550100077." == found["number"].message


async def test_a_number_that_takes_no_texts_is_told(client: Client, carrier: Carrier):
    account(carrier, sms=False)
    found = await look(client, carrier)

    assert ["ok", "wrong", "waiting"] == states(found)
    assert f"{BOT} takes calls, but no texts." == found["number"].message


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"sms_url": ""}, "The number has no URL to call, so nobody hears of its texts."),
        (
            {"sms_url": "https://demo.example.com/welcome"},
            "The number calls https://demo.example.com/welcome, which is not this endpoint.",
        ),
        (
            {"sms_url": ENDPOINT.replace("flowit-sms", "flowit-other")},
            "The number calls https://sms.example.com/v1/engage/flowit-other, which is not "
            "this endpoint.",
        ),
        (
            {"sms_application_sid": f"AP{'0' * 32}"},
            f"The number hands its texts to the TwiML app AP{'0' * 32}.",
        ),
    ],
)
async def test_a_webhook_that_leads_elsewhere_is_told_with_what_to_paste(
    client: Client, carrier: Carrier, setting: dict[str, str], said: str
):
    account(carrier, **setting)
    found = (await look(client, carrier))["webhook"]

    assert ("wrong", said, URLS[0]) == (found.state, found.message, found.value)
    assert "paste this" in found.mend


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        (
            {"sms_url": ENDPOINT},
            "The number calls us, but does not try again when we are down.",
        ),
        ({"sms_url": ENDPOINT.replace("sms.ex", "SMS.ex")}, "does not try again"),
        ({"sms_method": "GET"}, "The number calls us with GET, which puts texts into URLs."),
        ({"sms_fallback_url": ""}, "It has no fallback that leads here."),
    ],
)
async def test_a_webhook_that_works_is_all_right_and_may_be_better(
    client: Client, carrier: Carrier, setting: dict[str, str], said: str
):
    account(carrier, **setting)
    found = (await look(client, carrier))["webhook"]

    assert "ok" == found.state
    assert said in found.message
    assert found.mend


async def test_the_webhook_of_a_messaging_service_goes_before_the_numbers(
    client: Client, carrier: Carrier
):
    account(carrier, service=SERVICE, services=[{"sid": SERVICE}])
    dropped = await look(client, carrier)
    account(
        carrier,
        service=SERVICE,
        services=[
            {"sid": SERVICE, "inbound_request_url": URLS[0], "fallback_url": FALLBACKS[0]}
        ],
    )
    told = await look(client, carrier)

    assert "wrong" == dropped["webhook"].state
    assert dropped["webhook"].message.startswith(f"The messaging service {SERVICE}")
    assert "below Integration" in dropped["webhook"].mend
    assert "ok" == told["webhook"].state


async def test_numbers_of_a_service_may_keep_their_webhooks(client: Client, carrier: Carrier):
    keeps = {"sid": SERVICE, "use_inbound_webhook_on_number": True}
    account(carrier, service=SERVICE, services=[keeps])

    assert "ok" == (await look(client, carrier))["webhook"].state


async def test_a_service_in_the_secret_that_is_not_there_is_told(
    client: Client, carrier: Carrier
):
    found = (await look(client, carrier, messagingServiceSid=SERVICE))["webhook"]

    assert ("wrong", f"The account has no messaging service {SERVICE}.") == (
        found.state,
        found.message,
    )


async def test_a_sender_of_another_channel_is_left_to_the_operator(
    client: Client, carrier: Carrier
):
    found = await look(client, carrier, phoneNumber="whatsapp:+15550100000")

    assert ["ok", "ok", "unknown"] == states(found)
    assert URLS[0] == found["webhook"].value


@pytest.mark.parametrize(
    "answer", [Refuses(), Says(500), Says(200, b"<html>"), Says(302, b"", {"Location": "/"})]
)
async def test_a_provider_that_cannot_be_asked_is_not_called_wrong(
    client: Client, answer: Answer
):
    found = await at(client, answer)

    assert found["credentials"].state in ("unknown", "wrong")
    assert "ok" not in states(found)


async def test_a_provider_that_is_silent_is_not_waited_for(client: Client):
    found = await at(client, Hangs(), timeout=0.1)

    assert ["unknown", "waiting", "waiting"] == states(found)
    assert found["credentials"].message.startswith("Twilio could not be asked: ")


async def test_a_suspended_account_is_told(client: Client):
    found = await at(client, Says(200, {"status": "suspended", "friendly_name": "Flow IT"}))

    assert ["wrong", "waiting", "waiting"] == states(found)
    assert "The account is suspended." == found["credentials"].message


def test_a_password_in_a_foreign_url_is_not_shown():
    caller = Caller("The number", "https://me:hush@x.example/sms", "POST", "")
    found = decide(caller, URLS, FALLBACKS)

    assert "The number calls x.example/sms, which is not this endpoint." == found.message
