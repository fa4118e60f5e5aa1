"""Twilio under the contract of channels: the samples, and what only Twilio does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

import pytest

from tests.channels.contract import ChannelContract
from tests.channels.provider import CutsOff, Hangs, Refuses, Says, provider
from tests.channels.twilio import payloads
from tests.channels.twilio.payloads import OURS, PUBLIC, SECRET, SERVICE, SID, TOKEN
from threadline.channels import CHANNELS, twilio
from threadline.channels.twilio import TwilioChannel
from threadline.egress import Client
from threadline.errors import (
    Invalid,
    Misconfigured,
    OptedOut,
    Refused,
    Throttled,
    Unauthentic,
    Uncertain,
    Unreachable,
)
from threadline.model.clock import SECOND
from threadline.model.endpoint import Endpoint
from threadline.model.messages import Accepted, Discarded, Draft, Hook, Inbound, Status
from threadline.model.timeline import Media, Option, SuggestionPrompt, Text
from threadline.ports import Clock

NOON = 1_893_587_400 * SECOND
SM1 = "SM" + "1" * 32
TAKEN = Accepted(SM1, Status.QUEUED)


def opened(
    client: Client,
    base_url: str = "",
    secret: Any = SECRET,
    public_url: str = PUBLIC,
    clock: Clock = lambda: NOON,
    **config: Any,
) -> TwilioChannel:
    document = {"Address": payloads.ADDRESS, "EngagementConfig": config}
    endpoint = Endpoint(1, "flowit", document)
    return twilio.open(
        endpoint, secret, client=client, base_url=base_url, public_url=public_url, clock=clock
    )


def refusal(status: int, code: int) -> Says:
    return Says(status, {"code": code, "message": "because", "status": status})


class TestTwilio(ChannelContract):
    secret = TOKEN

    answers: ClassVar = {
        "accepted": (Says(201, {"sid": SM1, "status": "queued"}), TAKEN),
        "accepted by a service": (
            Says(201, {"sid": SM1, "status": "accepted"}),
            Accepted(SM1, Status.ACCEPTED),
        ),
        "accepted with a status of tomorrow": (
            Says(201, {"sid": SM1, "status": "levitating"}),
            Accepted(SM1, Status.ACCEPTED),
        ),
        "accepted, but what it said is not JSON": (Says(201, b"<html>"), Uncertain),
        "accepted, but without an id": (Says(200, {"status": "queued"}), Uncertain),
        "accepted, with more than we read": (Says(201, b" " * 1_100_000), Uncertain),
        "throttled": (refusal(429, 20429), Throttled),
        "throttled by a proxy": (Says(429, b"slow down"), Throttled),
        "queue full": (refusal(400, 21611), Throttled),
        "opted out": (refusal(400, 21610), OptedOut),
        "blocked on WhatsApp": (refusal(400, 63014), OptedOut),
        "bad number": (refusal(400, 21211), Refused),
        "too long": (refusal(400, 21617), Refused),
        "a country that is off": (refusal(400, 21408), Refused),
        "a code of tomorrow": (refusal(400, 29999), Refused),
        "a problem document": (
            Says(400, {"type": "x", "title": "No", "status": 400, "code": "21610"}),
            OptedOut,
        ),
        "HTML": (Says(400, b"<html>Bad Request</html>"), Refused),
        "wrong credentials": (refusal(401, 20003), Misconfigured),
        "forbidden by a proxy": (Says(403, b"no"), Misconfigured),
        "not our number": (refusal(400, 21606), Misconfigured),
        "wrong account": (refusal(404, 20404), Misconfigured),
        "redirected": (Says(301, b"", {"Location": "https://evil.example"}), Misconfigured),
        "timed out at a proxy": (Says(408), Uncertain),
        "its own error": (refusal(500, 20500), Uncertain),
        "its own error, without a word": (Says(500), Uncertain),
        "unavailable": (Says(503, b"<html>"), Uncertain),
        "unavailable, whatever its code": (refusal(503, 21610), Uncertain),
        "a code that is none": (Says(400, {"code": {}, "message": [1]}), Refused),
        "JSON of another shape": (Says(400, [1, 2]), Refused),
        "never heard us": (Refuses(), Unreachable),
        "cut off": (CutsOff(), Uncertain),
        "never said a word": (Hangs(), Uncertain),
    }

    def channel(self, client: Client, base_url: str = "") -> TwilioChannel:
        channel = opened(client, base_url)
        return replace(channel, api=replace(channel.api, timeout=0.5))

    def hook(self, text: str) -> Hook:
        return payloads.inbound(Body=text)

    def forged(self, hook: Hook) -> Hook:
        return payloads.signed(hook, token="somebody else's")

    def proven(self, hook: Hook) -> Hook:
        return payloads.signed(hook)


def test_twilio_hears_an_empty_response(client: Client):
    ack = opened(client).ack

    assert b'<?xml version="1.0" encoding="UTF-8"?><Response/>' == ack.body
    assert (200, "text/xml; charset=utf-8") == (ack.status, ack.media_type)


def test_words_go_by_sms_and_everything_else_says_why_not(client: Client):
    channel = opened(client)

    assert (Draft("Hi\ufffd!"),) == channel.render(Text("Hi\0!"))
    assert Discarded(
        "A menu of suggestions cannot be shown by SMS; the contact can type the option."
    ) == channel.render(SuggestionPrompt((Option("y", "Yes"),)))
    assert Discarded(
        "A picture or file cannot be sent by SMS; put a link in a text."
    ) == channel.render(Media("https://x.example/a.png"))


def test_a_text_tells_how_many_segments_it_is_charged_as(client: Client):
    channel = opened(client)

    assert (Draft("x" * 160, segments=1),) == channel.render(Text("x" * 160))
    assert (Draft("x" * 161, segments=2),) == channel.render(Text("x" * 161))
    assert (Draft("€" * 81, segments=2),) == channel.render(Text("€" * 81))
    assert (Draft("я" * 71, segments=2),) == channel.render(Text("я" * 71))


def test_typographic_characters_are_written_so_that_they_cost_less(client: Client):
    text = Text("“Hello” – it’s us…" + "x" * 60)

    assert (Draft('"Hello" - it\'s us...' + "x" * 60, segments=1),) == opened(client).render(
        text
    )
    assert (Draft(text.text, segments=2),) == opened(client, SmartEncoding=False).render(text)


def test_a_text_of_nothing_but_invisible_characters_is_discarded(client: Client):
    expected = Discarded("The text is empty, and Twilio refuses empty texts.")

    assert expected == opened(client).render(Text("\u200b\ufeff "))


def test_a_text_that_twilio_would_not_take_goes_as_several(client: Client):
    first, second = "a" * 1590 + ".", "b" * 100
    drawn = opened(client).render(Text(f"{first} {second}"))

    assert (Draft(first, segments=11), Draft(second, segments=1)) == drawn


def test_twilio_counts_requests_by_account(client: Client):
    assert SID == opened(client).account


def test_an_endpoint_can_have_a_public_url_of_its_own(client: Client):
    own = "https://numbers.example.org/sms"
    hook = payloads.inbound()
    as_signed = payloads.signed(replace(hook, url=f"{own}/v1/engage/{payloads.ADDRESS}"))
    as_received = replace(as_signed, url=hook.url)

    assert isinstance(opened(client, PublicUrl=f"{own}/").read(as_received), Inbound)
    with pytest.raises(Unauthentic):
        opened(client).read(as_received)


async def test_the_endpoints_own_public_url_is_called_back_too(client: Client):
    async with provider(Says(201, {"sid": SM1, "status": "queued"})) as playing:
        channel = opened(client, playing.url, PublicUrl="https://numbers.example.org/sms")
        await channel.send(ChannelContract.outgoing)

    expected = "https://numbers.example.org/sms/v1/engage/flowit-sms/status?m=42"
    assert expected == dict(playing.asked[0].form)["StatusCallback"]


def test_each_region_has_its_own_host(client: Client):
    ireland = SECRET | {"region": "ie1", "edge": "dublin"}

    assert "https://api.twilio.com" == opened(client).api.base
    assert "https://api.dublin.ie1.twilio.com" == opened(client, secret=ireland).api.base
    assert "http://carrier" == opened(client, "http://carrier/", secret=ireland).api.base


@pytest.mark.parametrize("secret", [None, "a text", {}], ids=["none", "a text", "empty"])
def test_without_its_secret_it_does_not_open(client: Client, secret: Any):
    with pytest.raises(Invalid):
        opened(client, secret=secret)


def test_only_one_endpoint_may_hold_an_account_and_its_sender():
    kind = CHANNELS["TwilioSms"]

    assert f"{SID}/{OURS}" == kind.route({}, SECRET)
    assert f"{SID}/{SERVICE}" == kind.route({}, SECRET | {"messagingServiceSid": SERVICE})
    assert None is kind.route({}, None)
    assert None is kind.route({}, {"accountSid": SID})


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (OURS, 1.0),
        ("+447700900123", 1.0),
        ("+18005550100", 3.0),
        ("+1 (888) 555-0100", 3.0),
        ("55512", 100.0),
        (f"whatsapp:{OURS}", 80.0),
    ],
)
def test_a_sender_goes_as_fast_as_twilio_lets_one_of_its_kind(number: str, expected: float):
    assert expected == CHANNELS["TwilioSms"].pace({}, SECRET | {"phoneNumber": number})


def test_a_messaging_service_spreads_texts_by_itself():
    assert None is CHANNELS["TwilioSms"].pace({}, SECRET | {"messagingServiceSid": SERVICE})


def test_the_endpoint_may_say_how_fast_its_sender_goes():
    document = {"EngagementConfig": {"MessagesPerSecond": 12.5}}

    for secret in (SECRET, SECRET | {"messagingServiceSid": SERVICE}, None):
        assert 12.5 == CHANNELS["TwilioSms"].pace(document, secret)


@pytest.mark.parametrize("said", [None, "fast", 0, True, -1])
def test_a_pace_that_cannot_be_counts_as_none(said: Any):
    document = {"EngagementConfig": {"MessagesPerSecond": said}}

    assert 1.0 == CHANNELS["TwilioSms"].pace(document, SECRET)
    assert None is CHANNELS["TwilioSms"].pace(document, {"accountSid": SID})


SRN = "srn:vault::flowit:secretdoc:twiliokeys"


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"Secret": SRN}, []),
        ({"Secret": SRN, "PublicUrl": "https://sms.example.com/a"}, []),
        ({}, [("secret_missing", "Secret")]),
        ({"Secret": "twiliokeys"}, [("srn_invalid", "Secret")]),
        ({"Secret": ["x"]}, [("srn_invalid", "Secret")]),
        ({"Secret": "srn:vault::flowit:secret:x"}, [("secret_type", "Secret")]),
        *(
            ({"Secret": SRN, "PublicUrl": url}, [("public_url_invalid", "PublicUrl")])
            for url in (
                "sms.example.com",
                "ftp://sms.example.com",
                "https://user:pass@sms.example.com",
                "https://sms_1.example.com",
                "https://sms.example.com?a=1",
                "https://sms.example.com:99999",
                "https://",
                7,
            )
        ),
        (
            {"PublicUrl": "x"},
            [("secret_missing", "Secret"), ("public_url_invalid", "PublicUrl")],
        ),
    ],
    ids=lambda case: str(case)[:60],
)
def test_its_config_is_checked_all_at_once(config: Any, expected: list[tuple[str, str]]):
    document = {"Status": "online", "EngagementConfig": config}
    problems = CHANNELS["TwilioSms"].check(document, "endpoints[0].")

    assert [(code, f"endpoints[0].EngagementConfig.{name}") for code, name in expected] == [
        (one.code, one.path) for one in problems
    ]
    assert all(one.message and one.mend for one in problems)


def test_an_endpoint_that_is_offline_may_get_its_secret_later():
    assert [] == CHANNELS["TwilioSms"].check({"Status": "offline"})
