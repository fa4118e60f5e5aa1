"""What we ask of Twilio, heard at the other end: sending, and looking up what was sent."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest

from tests.channels.contract import ChannelContract
from tests.channels.provider import CutsOff, Refuses, Says, provider
from tests.channels.twilio.payloads import CONTACT, OURS, PUBLIC, SECRET, SERVICE, SID, TOKEN
from tests.channels.twilio.test_channel import SM1, opened, refusal
from threadline.egress import Client
from threadline.errors import ListFailed, OptedOut, Refused, Throttled
from threadline.model import clock
from threadline.model.messages import Found, Status, Window


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


NOON = 1_893_587_400 * clock.SECOND
WINDOW = Window(CONTACT, OURS, "", NOON, NOON + 20 * clock.SECOND)
LIST = f"/2010-04-01/Accounts/{SID}/Messages.json"


def listed(after: float = 5, sid: str = SM1, **changed: Any) -> dict[str, Any]:
    """A text of ours in Twilio's list, made so many seconds after the window opened."""
    made = datetime.fromtimestamp(NOON // clock.SECOND + after, UTC)
    return {
        "sid": sid,
        "status": "sent",
        "direction": "outbound-api",
        "to": CONTACT,
        "from": OURS,
        "messaging_service_sid": None,
        "body": "Hi",
        "date_created": format_datetime(made),
        "date_sent": None,
        "error_code": None,
    } | changed


def page(*messages: Any, onward: Any = None) -> Says:
    return Says(200, {"messages": list(messages), "next_page_uri": onward, "page": 0})


async def find(client: Client, *answers: Any, window: Window = WINDOW) -> list[str]:
    async with provider(*answers) as playing:
        found = await opened(client, playing.url).find(window)
    return [one.provider_id for one in found]


async def test_a_text_that_was_sent_is_found_again(client: Client):
    async with provider(page(listed(error_code=30003, status="failed"))) as playing:
        found = await opened(client, playing.url).find(WINDOW)

    made = NOON + 5 * clock.SECOND
    assert [Found(SM1, Status.FAILED, "Hi", made, "30003")] == found


async def test_twilio_is_asked_without_a_date_because_a_queued_text_has_none(client: Client):
    async with provider(page()) as playing:
        await opened(client, playing.url).find(WINDOW)

    (asked,) = playing.asked
    assert ("GET", LIST) == (asked.method, asked.path)
    assert (("To", CONTACT), ("From", OURS), ("PageSize", "50")) == asked.query


@pytest.mark.parametrize(
    ("one", "fits"),
    [
        (listed(), True),
        (listed(status="queued"), True),
        (listed(status="levitating"), True),
        (listed(-2), True),
        (listed(-3), False),
        (listed(21), True),
        (listed(22), False),
        (listed(direction="inbound"), False),
        (listed(direction="outbound-reply"), False),
        (listed(to="+14017120000"), False),
        (listed(**{"from": "+15558670000"}), False),
        (listed(sid=None), False),
    ],
)
async def test_only_what_could_be_the_attempt_is_found(client: Client, one: Any, fits: bool):
    assert ([SM1] if fits else []) == await find(client, page(one))


@pytest.mark.parametrize("sender", [None, OURS, "+15550009999"])
async def test_a_service_may_have_sent_from_any_of_its_numbers(
    client: Client, sender: str | None
):
    mine = listed(messaging_service_sid=SERVICE, **{"from": sender})
    other = listed(sid="SM2", messaging_service_sid="MG" + "5" * 32)
    window = replace(WINDOW, service=SERVICE)
    async with provider(page(mine, other)) as playing:
        found = await opened(client, playing.url).find(window)

    assert [SM1] == [one.provider_id for one in found]
    assert (("To", CONTACT), ("PageSize", "50")) == playing.asked[0].query


async def test_the_list_is_followed_from_page_to_page(client: Client):
    onward = f"{LIST}?To=%2B14017122661&PageSize=50&Page=1&PageToken=PASM1"
    async with provider(page(listed(), onward=onward), page(listed(sid="SM2"))) as playing:
        found = await opened(client, playing.url).find(WINDOW)

    assert [SM1, "SM2"] == [one.provider_id for one in found]
    assert ("To", "+14017122661") == playing.asked[1].query[0]
    assert ("PageToken", "PASM1") == playing.asked[1].query[3]


async def test_an_empty_page_is_not_the_end_of_the_list(client: Client):
    answers = (page(onward=f"{LIST}?Page=1"), page(listed()))

    assert [SM1] == await find(client, *answers)


async def test_the_list_is_left_where_it_is_older_than_the_window(client: Client):
    old = page(listed(-700), listed(-900), onward=f"{LIST}?Page=1")

    assert [] == await find(client, old, Says(500))


async def test_a_list_without_an_end_is_not_read_for_ever(client: Client):
    with pytest.raises(ListFailed, match="after 100 pages"):
        await find(client, page(listed(), onward=f"{LIST}?Page=1"))


@pytest.mark.parametrize(
    "onward",
    [
        "https://evil.example/2010-04-01",
        "//evil.example/",
        "@evil.example/",
        ".evil.example/",
        "/2010-04-01/Accounts/AC1/Messages.json",
        7,
    ],
)
async def test_our_credentials_go_to_no_other_place(client: Client, onward: Any):
    async with provider(page(listed(), onward=onward)) as playing:
        with pytest.raises(ListFailed, match="not where its list is"):
            await opened(client, playing.url).find(WINDOW)

    assert 1 == len(playing.asked)


@pytest.mark.parametrize(
    "answer",
    [
        refusal(401, 20003),
        refusal(429, 20429),
        Says(500, {"messages": []}),
        Says(200, b"<html>"),
        Says(200, {"messages": None}),
        Says(200, [1]),
        Says(301, b"", {"Location": "https://evil.example"}),
        page({"sid": SM1}),
        page(listed(date_created=None)),
        page(listed(date_created="yesterday")),
        page("a text"),
        CutsOff(),
        Refuses(),
    ],
    ids=lambda answer: str(answer)[:40],
)
async def test_a_page_that_cannot_be_had_means_that_we_do_not_know(client: Client, answer: Any):
    with pytest.raises(ListFailed) as failed:
        await find(client, answer)

    assert str(failed.value).strip()
    assert TOKEN not in str(failed.value)


async def test_half_a_list_is_none(client: Client):
    with pytest.raises(ListFailed):
        await find(client, page(listed(), onward=f"{LIST}?Page=1"), Says(503))
