"""What Twilio posts, read: the requests beside this, and what may be different about them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.channels.twilio.payloads import (
    CONTACT,
    OURS,
    PUBLIC,
    SECRET,
    SERVICE,
    SID,
    inbound,
    load,
    signed,
)
from tests.channels.twilio.test_channel import opened
from threadline.channels.twilio import TwilioChannel, hooks
from threadline.egress import Client
from threadline.errors import HookRejected, Malformed, Unauthentic, UnknownAddress
from threadline.model.messages import Hook, Ignored, Inbound, Receipt
from threadline.model.timeline import Media

BLANK = {"SmsSid": "", "SmsMessageSid": ""}
IN_SERVICE = SECRET | {"messagingServiceSid": SERVICE}


@pytest.fixture
def channel(client: Client) -> TwilioChannel:
    return opened(client)


@pytest.fixture
def in_service(client: Client) -> TwilioChannel:
    return opened(client, secret=IN_SERVICE)


def text(channel: TwilioChannel, hook: Hook) -> Inbound:
    message = channel.read(hook)
    assert isinstance(message, Inbound)
    return message


def test_a_plain_text(channel: TwilioChannel):
    message = text(channel, load("text"))

    expected = Inbound(
        provider_id="SM" + "1" * 32,
        contact=CONTACT,
        ours=OURS,
        sender=f"{SID}/{OURS}",
        text="Hello bot",
        params=message.params,
    )
    assert expected == message


def test_every_parameter_is_kept_as_it_came(channel: TwilioChannel):
    params = text(channel, load("text")).params

    assert 19 == len(params)
    assert ("FromCity", "") in params
    assert ("ToCountry", "US") == params[0]


def test_a_long_text_keeps_its_signs_and_blanks(channel: TwilioChannel):
    said = text(channel, load("long-text")).text

    assert said.startswith("Grüße 👋🏽 aus 日本, 1+1=2 & 100% sicher.\r\nZweite Zeile ")
    assert said.endswith("ü  ")


def test_a_picture_without_words(channel: TwilioChannel):
    message = text(channel, load("picture"))

    at = f"https://api.twilio.com/2010-04-01/Accounts/{SID}/Messages/MM{'2' * 32}/Media/ME"
    assert "" == message.text
    assert (
        Media(at + "2" * 32, "image/jpeg"),
        Media(at + "3" * 32, "text/vcard"),
    ) == message.media


def test_a_picture_may_come_without_a_body_at_all(channel: TwilioChannel):
    assert "" == text(channel, inbound(without="Body", NumMedia="1")).text


def test_an_opt_out_that_twilio_has_answered(in_service: TwilioChannel):
    message = text(in_service, load("opt-out"))

    assert ("stop", True) == (message.consent, message.answered)
    assert (f"{SID}/{SERVICE}", SERVICE) == (message.sender, message.service)


@pytest.mark.parametrize(("said", "expected"), [("START", "start"), ("help", "help")])
def test_what_twilio_says_about_consent_goes_before_the_words(
    channel: TwilioChannel, said: str, expected: str
):
    message = text(channel, inbound(Body="stop", OptOutType=said))

    assert (expected, True) == (message.consent, message.answered)


def test_a_keyword_counts_although_twilio_does_not_mention_it(channel: TwilioChannel):
    message = text(channel, load("keyword"))

    assert ("stop", False) == (message.consent, message.answered)


def test_an_opt_out_of_tomorrow_is_judged_by_its_words(channel: TwilioChannel):
    message = text(channel, inbound(Body="unstop", OptOutType="REJOIN"))

    assert ("start", False) == (message.consent, message.answered)


@pytest.mark.parametrize(("said", "expected"), [("YES", None), ("unstop", "start")])
def test_a_toll_free_number_knows_fewer_words(client: Client, said: str, expected: str | None):
    toll_free = "+18005550100"
    channel = opened(client, secret=SECRET | {"phoneNumber": toll_free})

    assert expected == text(channel, inbound(Body=said, To=toll_free)).consent
    assert "start" == text(opened(client), inbound(Body=said)).consent


def test_whatsapp_addresses_are_kept_as_they_are(client: Client):
    channel = opened(client, secret=SECRET | {"phoneNumber": f"whatsapp:{OURS}"})
    message = text(channel, load("whatsapp"))

    assert (f"whatsapp:{CONTACT}", f"whatsapp:{OURS}") == (message.contact, message.ours)
    assert "" == message.flag


def test_the_fallback_url_is_the_same_door(channel: TwilioChannel):
    message = text(channel, load("fallback"))

    assert "Hello bot" == message.text
    assert ("ErrorCode", "11205") in message.params


def test_a_hook_by_get_has_everything_in_its_url(channel: TwilioChannel):
    message = text(channel, load("by-get"))

    assert "Hello bot" == message.text
    assert 19 == len(message.params)


@pytest.mark.parametrize("name", ["SmsSid", "SmsMessageSid"])
def test_an_older_name_of_the_id_will_do(channel: TwilioChannel, name: str):
    hook = inbound(without="MessageSid", **(BLANK | {name: "SM9"}))

    assert "SM9" == text(channel, hook).provider_id


def test_a_number_is_written_in_one_way(channel: TwilioChannel):
    assert CONTACT == text(channel, inbound(From="+1 (401) 712-2661")).contact


def test_what_is_no_address_of_ours_or_theirs_is_kept_as_it_is(channel: TwilioChannel):
    assert "anonymous caller?" == text(channel, inbound(From="anonymous caller?")).contact


def test_a_nul_is_shown_as_a_box_and_kept_in_the_parameters(channel: TwilioChannel):
    message = text(channel, inbound(Body="a\0b"))

    assert "a\ufffdb" == message.text
    assert ("Body", "a\0b") in message.params


def test_a_text_that_mentions_a_status_is_still_a_text(channel: TwilioChannel):
    message = text(channel, inbound(without="NumMedia", MessageStatus="received"))

    assert "Hello bot" == message.text


def test_of_a_repeated_parameter_the_first_counts_and_all_are_kept(channel: TwilioChannel):
    hook = inbound()
    twice = signed(replace(hook, body=hook.body + b"&Body=second"))
    message = text(channel, twice)

    assert "Hello bot" == message.text
    assert ("Body", "second") in message.params


def test_a_text_to_another_number_is_kept_and_flagged(channel: TwilioChannel):
    message = text(channel, inbound(To="+15558670000"))

    expected = "It was sent to +15558670000, which is not the number in this endpoint's secret."
    assert expected == message.flag
    assert f"{SID}/+15558670000" == message.sender


def test_a_text_to_any_number_of_our_service_is_ours(in_service: TwilioChannel):
    message = text(in_service, inbound(To="+15558670000", MessagingServiceSid=SERVICE))

    assert "" == message.flag
    assert ("+15558670000", f"{SID}/{SERVICE}") == (message.ours, message.sender)


def test_a_service_that_the_secret_does_not_name_changes_nothing(channel: TwilioChannel):
    message = text(channel, inbound(MessagingServiceSid=SERVICE))

    assert (f"{SID}/{OURS}", "") == (message.sender, message.service)


@pytest.mark.parametrize("sender", [OURS, "FLOWIT", "My Bank"])
def test_a_text_that_cannot_be_answered_is_flagged(channel: TwilioChannel, sender: str):
    assert text(channel, inbound(From=sender)).flag != ""


def test_a_text_from_a_short_code_is_a_text(channel: TwilioChannel):
    message = text(channel, inbound(From="55512"))

    assert ("55512", "") == (message.contact, message.flag)


@pytest.mark.parametrize("missing", ["From", "To"])
def test_a_text_without_an_address_says_which(channel: TwilioChannel, missing: str):
    with pytest.raises(Malformed, match=f"{missing} is missing"):
        channel.read(inbound(without=missing))


def test_another_account_is_not_believed_though_its_signature_fits(channel: TwilioChannel):
    with pytest.raises(Unauthentic, match="AccountSid"):
        channel.read(inbound(AccountSid="AC" + "9" * 32))


def test_a_wrong_signature_names_the_url_that_was_tried(channel: TwilioChannel):
    hook = replace(load("text"), headers={"x-twilio-signature": "wrong"})

    with pytest.raises(Unauthentic, match=f"{PUBLIC}/v1/engage/flowit-sms"):
        channel.read(hook)


def test_a_form_of_a_thousand_fields_is_enough(channel: TwilioChannel):
    hook = replace(load("text"), body=b"a=b&" * 1001)

    with pytest.raises(Malformed):
        channel.read(hook)


def test_nothing_else_listens_there(channel: TwilioChannel):
    with pytest.raises(UnknownAddress):
        channel.read(replace(load("text"), rest="/elsewhere"))


pieces = st.sampled_from(
    ["a", "=", "&", "%", "+", ";", "é", "%C3", "%A9", "%E2%82", "%00", "\0"]
)
raw = st.one_of(st.lists(pieces).map(lambda some: "".join(some).encode()), st.binary())


@given(raw)
def test_a_form_is_read_as_pythons_own_parser_reads_it(body: bytes):
    hook = Hook("POST", "", "", "", {}, body)
    same = Hook("GET", "", "", body.decode("latin-1"), {}, b"")

    posted = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    asked = parse_qsl(body.decode("latin-1"), keep_blank_values=True)
    assert (tuple(posted), tuple(asked)) == (hooks.params(hook), hooks.params(same))


fields = st.dictionaries(
    st.sampled_from(
        "AccountSid From To Body MessageSid MessageStatus ErrorCode SmsStatus NumMedia "
        "MediaUrl0 OptOutType MessagingServiceSid".split()
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
)


@given(fields, st.sampled_from(["", "/status", "/fallback"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_twilio_signs_is_read_or_rejected(
    channel: TwilioChannel, changed: dict[str, Any], rest: str
):
    hook = replace(inbound(**({"AccountSid": SID} | changed)), rest=rest)
    try:
        read = channel.read(hook)
    except HookRejected:
        return

    match read:
        case Inbound():
            kept = [read.text, read.contact, read.ours, read.provider_id]
            kept += [one.url for one in read.media]
        case Receipt():
            kept = [read.provider_id, read.provider_code or "", read.reason]
        case Ignored(why):
            kept = [why]
    assert "\0" not in "".join(kept)
