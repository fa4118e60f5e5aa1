"""Catching up: which texts Twilio's list says a contact has sent us."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client as Sdk

from tests.carrier.world import matches
from tests.channels.provider import CutsOff, Provider, Says, provider
from tests.channels.twilio.payloads import CONTACT, OURS, SECRET, SERVICE, SID, TOKEN, inbound
from tests.channels.twilio.test_channel import NOON, opened, refusal
from tests.channels.twilio.test_lists import LIST, listed, page
from threadline import carrier
from threadline.channels.twilio import TwilioChannel
from threadline.egress import Client, Egress
from threadline.errors import ListFailed
from threadline.model.clock import DAY, HOUR, SECOND
from threadline.model.messages import Inbound
from threadline.model.timeline import Media
from threadline.web import server

MM1 = "MM" + "1" * 32
IN_SERVICE = SECRET | {"messagingServiceSid": SERVICE}
UNTIL = NOON + 20 * SECOND


def came(after: float = 5, sid: str = "SM1", **changed: Any) -> dict[str, Any]:
    """A contact's text in Twilio's list, made so many seconds after we were gone."""
    theirs = {"direction": "inbound", "status": "received", "from": CONTACT, "to": OURS}
    return listed(after, sid, **theirs, num_media="0") | changed


async def arrived(
    client: Client, *answers: Any, secret: Any = SECRET, since: int = NOON, until: int = UNTIL
) -> tuple[list[Inbound], Provider]:
    async with provider(*answers) as playing:
        found = await opened(client, playing.url, secret).arrived(since, until)
    return list(found), playing


async def sids(client: Client, *answers: Any, **how: Any) -> list[str]:
    found, _ = await arrived(client, *answers, **how)
    return [one.provider_id for one in found]


async def test_a_text_that_was_listed_is_the_one_that_would_have_been_told(client: Client):
    told = opened(client).read(inbound(MessageSid="SM1", Body="Grüße 👋🏽"))
    [found], _ = await arrived(client, page(came(body="Grüße 👋🏽")))

    assert isinstance(told, Inbound)
    assert replace(told, params=(), sent_at=NOON + 5 * SECOND) == found


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"body": "STOP"}, {"consent": "stop", "answered": False}),
        ({"body": None}, {"text": ""}),
        ({"body": "a\0b"}, {"text": "a\ufffdb"}),
        ({"from": "+1 (401) 712-2661"}, {"contact": CONTACT}),
        ({"from": "FLOWIT"}, {"contact": "FLOWIT"}),
        ({"messaging_service_sid": SERVICE}, {"service": "", "sender": f"{SID}/{OURS}"}),
    ],
    ids=str,
)
async def test_it_is_read_by_the_rules_of_a_webhook(
    client: Client, changed: Any, fields: dict[str, Any]
):
    [found], _ = await arrived(client, page(came(**changed)))

    assert fields == {name: getattr(found, name) for name in fields}


async def test_a_text_from_ourselves_is_flagged_here_too(client: Client):
    [found], _ = await arrived(client, page(came(**{"from": OURS})))

    assert found.flag.startswith("It came from our own number")


async def test_twilio_is_asked_for_our_number_and_the_days(client: Client):
    _, playing = await arrived(client, page())

    (asked,) = playing.asked
    assert ("GET", LIST) == (asked.method, asked.path)
    assert {
        "To": OURS,
        "DateSent>": "2030-01-02",
        "DateSent<": "2030-01-02",
        "PageSize": "1000",
    } == dict(asked.query)


async def test_a_long_time_has_many_days(client: Client):
    _, playing = await arrived(client, page(), since=NOON - 13 * HOUR, until=NOON + 2 * DAY)

    asked = dict(playing.asked[0].query)
    assert ("2030-01-01", "2030-01-04") == (asked["DateSent>"], asked["DateSent<"])


@pytest.mark.parametrize(
    ("one", "fits"),
    [
        (came(), True),
        (came(-2), True),
        (came(-3), False),
        (came(21), True),
        (came(22), False),
        (came(direction="outbound-api"), False),
        (came(direction="outbound-reply"), False),
        (came(to="+15558670000"), False),
        (came(sid=None), False),
        (came(**{"from": None}), False),
    ],
)
async def test_only_what_came_in_that_time_for_us_is_taken(
    client: Client, one: Any, fits: bool
):
    assert (["SM1"] if fits else []) == await sids(client, page(one))


async def test_the_oldest_comes_first_and_a_second_keeps_its_order(client: Client):
    newest_first = page(came(7, "SM4"), came(5, "SM3"), came(5, "SM2"), came(1, "SM1"))

    assert ["SM1", "SM2", "SM3", "SM4"] == await sids(client, newest_first)


async def test_a_service_is_asked_for_without_a_number_because_it_has_several(client: Client):
    mine = came(messaging_service_sid=SERVICE, to="+15558670000")
    by_number = came(4, "SM2")
    foreign = came(3, "SM3", messaging_service_sid="MG" + "5" * 32, to="+15558670001")
    ours = listed(2, "SM4", messaging_service_sid=SERVICE)
    found, playing = await arrived(
        client, page(mine, by_number, foreign, ours), secret=IN_SERVICE
    )

    assert [("SM2", ""), ("SM1", SERVICE)] == [(one.provider_id, one.service) for one in found]
    assert [f"{SID}/{OURS}", f"{SID}/{SERVICE}"] == [one.sender for one in found]
    assert ["", ""] == [one.flag for one in found]
    assert "To" not in dict(playing.asked[0].query)


async def test_every_page_is_read(client: Client):
    onward = f"{LIST}?To=%2B15558675310&PageSize=1000&Page=1&PageToken=PASM2"
    found, playing = await arrived(client, page(came(9, "SM2"), onward=onward), page(came()))

    assert ["SM1", "SM2"] == [one.provider_id for one in found]
    assert "PASM2" == dict(playing.asked[1].query)["PageToken"]


async def test_what_is_older_is_not_read_to_its_end(client: Client):
    old = page(came(-700), came(-900), onward=f"{LIST}?Page=1")

    assert [] == await sids(client, old, Says(500))


@pytest.mark.parametrize(
    "answer",
    [
        *(refusal(401, 20003), Says(500), Says(200, b"<html>"), Says(200, {"messages": 1})),
        *(page(came(date_created=None)), page(came(), onward="//evil.example/"), CutsOff()),
    ],
    ids=lambda answer: str(answer)[:40],
)
async def test_a_list_that_cannot_be_read_says_so(client: Client, answer: Any):
    with pytest.raises(ListFailed) as failed:
        await arrived(client, answer)

    assert str(failed.value).strip()
    assert TOKEN not in str(failed.value)


async def test_half_a_list_is_none(client: Client):
    with pytest.raises(ListFailed):
        await arrived(client, page(came(), onward=f"{LIST}?Page=1"), Says(503))


MEDIA = Says(200, {"media_list": [{"sid": "ME1", "content_type": "image/jpeg"}]})


async def test_a_picture_is_asked_for(client: Client):
    [found], playing = await arrived(client, page(came(sid=MM1, num_media="1")), MEDIA)

    here = f"/2010-04-01/Accounts/{SID}/Messages/{MM1}/Media"
    assert (Media(f"{playing.url}{here}/ME1", "image/jpeg"),) == found.media
    assert ("GET", f"{here}.json") == (playing.asked[1].method, playing.asked[1].path)
    assert "authorization" in playing.asked[1].headers


async def test_a_picture_is_asked_for_once(client: Client):
    one = page(came(sid=MM1, num_media="1"))
    async with provider(one, MEDIA, one, Says(500)) as playing:
        channel = opened(client, playing.url)
        first, again = [await channel.arrived(NOON, UNTIL) for _ in range(2)]

    assert first == again
    assert 3 == len(playing.asked)


@pytest.mark.parametrize(
    "answer",
    [
        *(Says(404), Says(500), CutsOff(), Says(200, {"media_list": None})),
        *(Says(200, {"media_list": [{}]}), Says(200, {"media_list": ["ME1"]})),
    ],
    ids=lambda answer: str(answer)[:60],
)
async def test_a_picture_that_cannot_be_had_is_asked_for_again_later(
    client: Client, answer: Any
):
    with pytest.raises(ListFailed):
        await arrived(client, page(came(num_media="1")), answer)


@pytest.mark.parametrize("ahead", [-3600, -20, 20, 3600])
async def test_a_clock_that_is_wrong_does_not_hide_what_came(client: Client, ahead: int):
    newest_first = page(
        came(ahead + 60, "SM3"), came(ahead + 5, "SM2"), came(ahead - 60, "SM1"), ahead=ahead
    )
    [found], _ = await arrived(client, newest_first)

    assert ("SM2", NOON + 5 * SECOND) == (found.provider_id, found.sent_at)


async def test_another_day_at_twilio_is_another_list(client: Client):
    days = -400
    first, second = (
        page(ahead=days * 86_400),
        page(came(days * 86_400 + 5), ahead=days * 86_400),
    )
    found, playing = await arrived(client, first, second)

    assert [NOON + 5 * SECOND] == [one.sent_at for one in found]
    asked = dict(playing.asked[1].query)
    assert ("2028-11-28", "2028-11-28") == (asked["DateSent>"], asked["DateSent<"])


@asynccontextmanager
async def simulated(
    client: Client, secret: Any = SECRET
) -> AsyncIterator[tuple[TwilioChannel, str]]:
    """A channel at the simulated carrier, which has today's date: ours is not."""
    number = {"number": OURS, "service": secret.get("messagingServiceSid", "")}
    account = {"sid": SID, "token": TOKEN, "numbers": [number]}
    egress = Egress()
    made = carrier.Carrier(egress, [account], latency=0)
    with server.listen("127.0.0.1", 0) as line:
        url = f"http://127.0.0.1:{line.getsockname()[1]}"
        serving, task = server.serve_on(line, carrier.create(made))
        yield opened(client, url, secret), url
        serving.should_exit = True
        await task
    await egress.close()


async def say(client: Client, url: str, body: str, *media: str) -> str:
    wish = json.dumps({"to": OURS, "body": body, "media": media}).encode()
    path = f"{url}/handsets/{CONTACT.replace('+', '%2B')}/texts?wait=true"
    answer = await client.request("POST", path, data=wish, content_type="application/json")
    return str(json.loads(answer.body)["sid"])


@pytest.mark.parametrize("secret", [SECRET, IN_SERVICE], ids=["number", "service"])
async def test_what_came_while_we_were_away_is_found_at_the_carrier(
    client: Client, secret: Any
):
    async with simulated(client, secret) as (channel, url):
        first = await say(client, url, "hello")
        second = await say(client, url, "look", "https://example.com/cat.jpg")
        found = await channel.arrived(NOON - 60 * SECOND, NOON + 60 * SECOND)
        [picture] = found[1].media
        file = await client.request("GET", picture.url, auth=channel.api.account.login)

    assert [(first, "hello"), (second, "look")] == [
        (one.provider_id, one.text) for one in found
    ]
    assert "image/jpeg" == picture.content_type
    assert (307, "https://example.com/cat.jpg") == (file.status, file.headers["location"])


async def test_the_official_sdk_finds_the_same_texts_and_pictures(client: Client):
    async with simulated(client) as (channel, url):
        sid = await say(client, url, "look", "https://example.com/cat.jpg")
        found = await channel.arrived(NOON - 60 * SECOND, NOON + 60 * SECOND)
        http = TwilioHttpClient()
        sdk = Sdk(SID, TOKEN, http_client=http)
        sdk.api.base_url = url
        texts = await asyncio.to_thread(sdk.messages.list, to=OURS)
        pictures = await asyncio.to_thread(sdk.messages(sid).media.list)
        http.session.close()
        listing = await channel.api.get(f"{channel.api.messages}/{sid}/Media.json", 10_000)

    assert [one.sid for one in texts] == [one.provider_id for one in found]
    [picture] = found[0].media
    assert [picture.url.rpartition("/")[2]] == [one.sid for one in pictures]
    assert [picture.content_type] == [one.content_type for one in pictures]
    shown = json.loads(listing.body)
    matches("ListMediaResponse", shown)
    matches("api.v2010.account.message.media", shown["media_list"][0])
