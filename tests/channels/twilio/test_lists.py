"""Looking up what was sent: which texts of Twilio's list could be an attempt of ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest

from tests.channels.provider import CutsOff, Refuses, Says, provider
from tests.channels.twilio.payloads import CONTACT, OURS, SERVICE, SID, TOKEN
from tests.channels.twilio.test_channel import NOON, SM1, opened, refusal
from threadline.channels.twilio.lists import ahead_of
from threadline.egress import Client
from threadline.errors import ListFailed
from threadline.model import clock
from threadline.model.messages import Found, Status, Window

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


def dated(after: float) -> dict[str, str]:
    """The header of a server whose clock is so many seconds ahead of ours."""
    moment = datetime.fromtimestamp(NOON // clock.SECOND + after, UTC)
    return {"Date": format_datetime(moment, usegmt=True)}


def page(*messages: Any, onward: Any = None, ahead: float = 0) -> Says:
    document = {"messages": list(messages), "next_page_uri": onward, "page": 0}
    return Says(200, document, dated(ahead))


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
        (listed(-12), True),
        (listed(-13), False),
        (listed(31), True),
        (listed(32), False),
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


@pytest.mark.parametrize("ahead", [-3600, -10, 10, 3600, 86_400 * 365])
async def test_a_clock_that_is_wrong_does_not_hide_what_was_sent(client: Client, ahead: int):
    mine, later = listed(ahead + 5), listed(ahead + 60, sid="SM2")
    async with provider(page(later, mine, ahead=ahead)) as playing:
        found = await opened(client, playing.url).find(WINDOW)

    assert [(SM1, NOON + 5 * clock.SECOND)] == [(one.provider_id, one.created) for one in found]


async def test_every_page_is_read_by_the_clock_that_it_was_written_with(client: Client):
    first = page(listed(3605), onward=f"{LIST}?Page=1", ahead=3600)
    second = page(listed(-3590, sid="SM2"), ahead=-3600)

    assert [SM1, "SM2"] == await find(client, first, second)


@pytest.mark.parametrize("ahead", [-2, 2])
async def test_a_clock_that_is_as_good_as_right_is_taken_as_right(client: Client, ahead: int):
    async with provider(page(listed(5), ahead=ahead)) as playing:
        [found] = await opened(client, playing.url).find(WINDOW)

    assert NOON + 5 * clock.SECOND == found.created


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, 0),
        ({"date": "yesterday"}, 0),
        (dated(0), 0),
        (dated(15), 0),
        (dated(30), 0),
        (dated(-2), 0),
        (dated(-3), -33),
        (dated(32), 0),
        (dated(33), 3),
        (dated(7200), 7170),
    ],
)
def test_a_slow_answer_does_not_make_a_clock_wrong(headers: dict[str, str], expected: int):
    """It was asked for at noon and took 30 seconds; the date may be of any moment of them."""
    given = {name.lower(): value for name, value in headers.items()}
    ahead = ahead_of(given, NOON, NOON + 30 * clock.SECOND)

    assert expected * clock.SECOND == ahead
