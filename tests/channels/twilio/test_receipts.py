"""What Twilio's status callbacks say about a text that went out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.channels.twilio.payloads import OURS, inbound, load, status
from tests.channels.twilio.test_channel import opened
from threadline.channels.twilio import TwilioChannel
from threadline.egress import Client
from threadline.errors import Malformed
from threadline.model.clock import SECOND
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
        then="retry",
        wait=60 * SECOND,
        tries=2,
    )

    assert expected == channel.read(load("undelivered"))


def test_a_text_that_was_read(channel: TwilioChannel):
    assert Status.READ == receipt(channel, load("read")).status


@pytest.mark.parametrize(
    ("code", "ours", "then", "wait", "tries"),
    [
        ("21610", OURS, "stop", 0, 0),
        ("63014", OURS, "stop", 0, 0),
        ("30004", "+18005550100", "stop", 0, 0),
        ("30004", OURS, "fail", 0, 0),
        ("30008", OURS, "retry", 45, 1),
        ("30022", OURS, "retry", 60, 3),
        ("30610", OURS, "retry", 21_600, 1),
        ("30034", OURS, "config", 0, 0),
        ("20500", OURS, "unknown", 0, 0),
        ("99999", OURS, "fail", 0, 0),
        ("nonsense", OURS, "fail", 0, 0),
    ],
)
@pytest.mark.parametrize("said", ["failed", "undelivered"])
def test_a_failure_says_what_follows(
    channel: TwilioChannel, said: str, code: str, ours: str, then: str, wait: int, tries: int
):
    found = receipt(channel, status(MessageStatus=said, ErrorCode=code, From=ours))

    assert (then, wait * SECOND, tries) == (found.then, found.wait, found.tries)
    assert code == found.provider_code
    assert found.reason != ""


@pytest.mark.parametrize("code", ["21610", "30003"])
@pytest.mark.parametrize("said", ["sent", "delivered", "canceled"])
def test_a_code_beside_a_good_status_is_no_failure(
    channel: TwilioChannel, said: str, code: str
):
    found = receipt(channel, status(MessageStatus=said, ErrorCode=code))

    assert ("", "fail", 0, 0) == (found.reason, found.then, found.wait, found.tries)


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
