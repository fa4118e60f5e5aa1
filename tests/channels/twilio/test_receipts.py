"""What Twilio's status callbacks say about a text that went out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.channels.twilio.payloads import OURS, inbound, load, status
from tests.channels.twilio.test_channel import opened
from threadline.channels.twilio import TwilioChannel
from threadline.egress import Client
from threadline.errors import Malformed
from threadline.model.messages import Hook, Ignored, Receipt, Status


@pytest.fixture
def channel(client: Client) -> TwilioChannel:
    return opened(client)


def receipt(channel: TwilioChannel, hook: Hook) -> Receipt:
    found = channel.read(hook)
    assert isinstance(found, Receipt)
    return found


def test_a_delivered_text(channel: TwilioChannel):
    expected = Receipt("SM" + "5" * 32, Status.DELIVERED, attempt=42)

    assert expected == channel.read(load("delivered"))


def test_a_text_that_was_not_delivered_says_why(channel: TwilioChannel):
    expected = Receipt(
        "SM" + "5" * 32,
        Status.UNDELIVERED,
        attempt=42,
        provider_code="30003",
        reason="The phone is switched off or out of reach.",
    )

    assert expected == channel.read(load("undelivered"))


def test_a_text_that_was_read(channel: TwilioChannel):
    assert Status.READ == receipt(channel, load("read")).status


@pytest.mark.parametrize(
    ("code", "ours", "expected"),
    [
        ("21610", OURS, True),
        ("63014", OURS, True),
        ("30004", "+18005550100", True),
        ("30004", OURS, False),
        ("30003", OURS, False),
        ("99999", OURS, False),
        ("nonsense", OURS, False),
    ],
)
def test_a_failure_may_mean_that_the_contact_opted_out(
    channel: TwilioChannel, code: str, ours: str, expected: bool
):
    hook = status(MessageStatus="failed", ErrorCode=code, From=ours)

    found = receipt(channel, hook)
    assert expected is found.opted_out
    assert code == found.provider_code
    assert found.reason != ""


def test_a_code_beside_a_good_status_is_no_failure(channel: TwilioChannel):
    found = receipt(channel, status(MessageStatus="sent", ErrorCode="21610"))

    assert ("", False) == (found.reason, found.opted_out)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        *(("m=42", 42), ("m=1&m=2", 1), ("a=1&m=7", 7)),
        *(("", None), ("m=", None), ("m=x", None), ("m=-1", None), ("m=²", None)),
        ("m=" + "9" * 19, None),
    ],
)
def test_the_attempt_is_told_by_the_url(
    channel: TwilioChannel, query: str, expected: int | None
):
    assert expected == receipt(channel, status(query)).attempt


@pytest.mark.parametrize("said", ["levitating", "received", "receiving"])
def test_a_status_that_we_do_not_know_is_of_no_consequence(channel: TwilioChannel, said: str):
    assert isinstance(channel.read(status(MessageStatus=said)), Ignored)


def test_every_status_of_a_text_is_known(channel: TwilioChannel):
    said = "accepted scheduled queued sending sent delivered undelivered failed canceled read"

    assert [
        *(Status.ACCEPTED, Status.ACCEPTED, Status.QUEUED, Status.SENDING, Status.SENT),
        *(Status.DELIVERED, Status.UNDELIVERED, Status.FAILED, Status.CANCELED, Status.READ),
    ] == [receipt(channel, status(MessageStatus=one)).status for one in said.split()]


@pytest.mark.parametrize("rest", ["", "/fallback"])
def test_a_status_that_arrives_where_texts_do_is_still_a_status(
    channel: TwilioChannel, rest: str
):
    assert 42 == receipt(channel, replace(load("delivered"), rest=rest)).attempt


def test_a_text_posted_to_the_status_url_is_not_taken_for_a_status(channel: TwilioChannel):
    assert isinstance(channel.read(replace(load("text"), rest="/status")), Ignored)


def test_a_status_without_a_status_says_so(channel: TwilioChannel):
    hook = inbound(without="SmsStatus")

    with pytest.raises(Malformed, match="SmsStatus is missing"):
        channel.read(replace(hook, rest="/status"))
