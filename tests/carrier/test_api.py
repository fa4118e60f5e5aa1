"""Twilio's SDK and Twilio's own description cannot tell the carrier from Twilio."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from tests.carrier.world import (
    ANN,
    BEN,
    BOT,
    SID,
    TOKEN,
    World,
    matches,
)


@pytest.fixture
async def sdk(world: World) -> AsyncIterator[Client]:
    """The official client; it blocks, so it is called in threads."""
    http = TwilioHttpClient()
    client = Client(SID, TOKEN, http_client=http)
    client.api.base_url = world.url
    yield client
    http.session.close()


async def test_the_official_sdk_creates_a_text(sdk: Client) -> None:
    made = await asyncio.to_thread(sdk.messages.create, to=ANN, from_=BOT, body="hello")

    assert ("queued", "hello", "outbound-api", "1", None) == (
        made.status,
        made.body,
        made.direction,
        made.num_segments,
        made.error_code,
    )


async def test_the_official_sdk_fetches_a_text_that_was_delivered(
    world: World, sdk: Client
) -> None:
    made = await asyncio.to_thread(sdk.messages.create, to=ANN, from_=BOT, body="hello")
    await world.carrier.settle()

    found = await asyncio.to_thread(sdk.messages(made.sid).fetch)

    assert "delivered" == found.status
    assert found.date_sent is not None


async def test_the_official_sdk_pages_through_all_texts_newest_first(
    world: World, sdk: Client
) -> None:
    for n in range(7):
        await world.create(body=f"{n}")

    found = await asyncio.to_thread(sdk.messages.list, to=ANN, page_size=3)

    assert ["6", "5", "4", "3", "2", "1", "0"] == [one.body for one in found]


async def test_the_official_sdk_filters_by_day(world: World, sdk: Client) -> None:
    await world.create()
    await world.carrier.settle()
    today = datetime.now(UTC).date()
    tomorrow = today + timedelta(days=1)

    def count(**filters: date | datetime) -> int:
        return len(sdk.messages.list(**filters))

    counts = await asyncio.gather(
        asyncio.to_thread(count, date_sent_after=today),
        asyncio.to_thread(count, date_sent_after=tomorrow + timedelta(days=1)),
        asyncio.to_thread(count, date_sent_before=tomorrow),
        asyncio.to_thread(count, date_sent_before=today - timedelta(days=2)),
    )

    assert [1, 0, 1, 0] == counts


async def test_the_official_sdk_redacts_and_deletes(world: World, sdk: Client) -> None:
    made = await asyncio.to_thread(sdk.messages.create, to=ANN, from_=BOT, body="secret")
    await world.carrier.settle()
    redacted = await asyncio.to_thread(sdk.messages(made.sid).update, body="")
    gone = await asyncio.to_thread(sdk.messages(made.sid).delete)

    left = await asyncio.to_thread(sdk.messages.list)

    assert ("", True, []) == (redacted.body, gone, left)


async def test_the_official_sdk_reads_our_errors(sdk: Client) -> None:
    with pytest.raises(TwilioRestException) as refused:
        await asyncio.to_thread(sdk.messages.create, to="nobody", from_=BOT, body="hi")

    assert (400, 21211) == (refused.value.status, refused.value.code)


async def test_the_official_sdk_points_a_number_to_a_server(world: World, sdk: Client) -> None:
    def point() -> str:
        found = sdk.incoming_phone_numbers.list(phone_number=BOT)
        return str(found[0].update(sms_url="https://bot.example.com/sms#rc=2").sms_url)

    shown = await asyncio.to_thread(point)

    assert "https://bot.example.com/sms#rc=2" == shown
    assert shown == world.carrier.state.numbers[BOT].sms_url


async def test_the_official_sdk_reads_the_account(sdk: Client) -> None:
    found = await asyncio.to_thread(sdk.api.v2010.accounts(SID).fetch)

    assert ("active", SID) == (found.status, found.sid)


async def test_a_text_is_shaped_as_twilio_describes_it(world: World) -> None:
    status, made = await world.create(StatusCallback=world.receiver.url)

    assert 201 == status
    matches("api.v2010.account.message", made)


async def test_a_list_is_shaped_as_twilio_describes_it(world: World) -> None:
    for n in range(3):
        await world.create(body=f"{n}")

    _, page = await world.api("GET", "/Messages.json", {"PageSize": "2"})

    matches("ListMessageResponse", page)
    matches("api.v2010.account.message", page["messages"][0])


async def test_a_text_has_no_media_of_its_own(world: World) -> None:
    _, made = await world.create(MediaUrl="https://example.com/cat.jpg")

    _, page = await world.api("GET", f"/Messages/{made['sid']}/Media.json")

    assert made["sid"].startswith("MM")
    assert ("1", []) == (made["num_media"], page["media_list"])
    matches("ListMediaResponse", page)


async def test_a_number_is_shaped_as_twilio_describes_it(world: World) -> None:
    _, page = await world.api("GET", "/IncomingPhoneNumbers.json")
    _, one = await world.api("GET", _beyond_account(page["incoming_phone_numbers"][0]["uri"]))

    matches("ListIncomingPhoneNumberResponse", page)
    matches("api.v2010.account.incoming_phone_number", one)


async def test_pages_hang_together_though_new_texts_come(world: World) -> None:
    for n in range(5):
        await world.create(body=f"{n}")
    _, first = await world.api("GET", "/Messages.json", {"PageSize": "2"})
    await world.create(body="late")

    _, second = await world.api("GET", _beyond_account(first["next_page_uri"]))
    _, back = await world.api("GET", _beyond_account(second["previous_page_uri"]))

    assert ["2", "1"] == [one["body"] for one in second["messages"]]
    assert ["4", "3"] == [one["body"] for one in back["messages"]]
    assert first["next_page_uri"].startswith(f"/2010-04-01/Accounts/{SID}/Messages.json?")


async def test_the_last_page_says_so(world: World) -> None:
    await world.create()

    _, page = await world.api("GET", "/Messages.json", {"PageSize": "1"})

    assert (None, None) == (page["next_page_uri"], page["previous_page_uri"])


async def test_filters_stay_on_the_next_page(world: World) -> None:
    for to in (ANN, ANN, BEN):
        await world.create(to)

    _, page = await world.api("GET", "/Messages.json", {"To": ANN, "PageSize": "1"})

    query = parse_qs(urlsplit(page["next_page_uri"]).query)
    assert ([ANN], ["1"]) == (query["To"], query["Page"])


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"To": ANN}, 1),
        ({"To": BOT}, 1),
        ({"From": BOT}, 2),
        ({"From": ANN, "To": BOT}, 1),
        ({"From": BEN}, 0),
        ({"DateSent": "2030-01-02"}, 3),
        ({"DateSent": "2030-01-03"}, 0),
        ({"DateSent>": "2030-01-02"}, 3),
        ({"DateSent>": "2030-01-03"}, 0),
        ({"DateSent<": "2030-01-02"}, 3),
        ({"DateSent<": "2030-01-01"}, 0),
        ({"DateSent>": "2030-01-02T12:00:00Z", "DateSent<": "2030-01-02T13:00:00Z"}, 3),
        ({"DateSent>": "2030-01-02T13:00:00Z"}, 0),
    ],
    ids=str,
)
async def test_a_list_shows_what_was_asked_for(
    world: World, filters: dict[str, str], found: int
) -> None:
    world.carrier.state.clock = lambda: 1_893_587_400_000_000  # 2030-01-02 12:30
    await world.create(ANN)
    await world.create(BEN)
    await world.text("hello")
    await world.carrier.settle()

    _, page = await world.api("GET", "/Messages.json", filters)

    assert found == len(page["messages"])


@pytest.mark.parametrize(
    "query",
    [
        {"PageSize": "many"},
        {"PageSize": "0"},
        {"Page": "-1"},
        {"PageToken": "PASM1"},
        {"DateSent": "yesterday"},
        {"DateSent>": ""},
    ],
    ids=str,
)
async def test_a_list_that_cannot_be_made_is_refused(
    world: World, query: dict[str, str]
) -> None:
    status, error = await world.api("GET", "/Messages.json", query)

    assert (400, 20001) == (status, error["code"])


async def test_dates_are_written_as_in_mail(world: World) -> None:
    world.carrier.state.clock = lambda: 1_893_587_400_000_000

    _, made = await world.create()

    assert "Wed, 02 Jan 2030 12:30:00 +0000" == made["date_created"]
    assert datetime(2030, 1, 2, 12, 30, tzinfo=UTC) == parsedate_to_datetime(
        made["date_created"]
    )


async def test_a_long_text_costs_several_segments(world: World) -> None:
    _, made = await world.create(body="ü" * 161)

    assert "2" == made["num_segments"]


async def test_a_text_that_came_in_is_a_message_too(world: World) -> None:
    told = await world.text("hello")

    _, found = await world.api("GET", f"/Messages/{told['sid']}.json")

    assert ("inbound", "received", ANN, BOT) == (
        found["direction"],
        found["status"],
        found["from"],
        found["to"],
    )
    matches("api.v2010.account.message", found)


def _beyond_account(uri: str) -> str:
    return uri.removeprefix(f"/2010-04-01/Accounts/{SID}")
