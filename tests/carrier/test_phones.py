"""A person with a phone, over HTTP."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from tests.carrier.world import ANN, BEN, BOT, PATIENCE, SECOND, World, twiml


async def test_sending_does_not_wait_for_the_webhook(world: World) -> None:
    status, sent = await world.ask("POST", f"/handsets/{ANN}/texts", {"to": BOT, "body": "hi"})

    assert (202, 1, "sent") == (status, sent["n"], sent["status"])


async def test_a_text_is_ticked_off_once_the_webhook_took_it(world: World) -> None:
    await world.text("hi")

    _, found = await world.ask("GET", f"/handsets/{ANN}/texts")

    assert [("sent", "delivered", 1, 2)] == [
        (one["direction"], one["status"], one["n"], one["changed"]) for one in found["texts"]
    ]


async def test_a_conversation_stands_in_the_order_in_which_it_happened(world: World) -> None:
    world.receiver.script = [twiml("<Message>hello Ann</Message>")]
    await world.text("hi")
    await world.carrier.settle()
    await world.text("bye")

    _, found = await world.ask("GET", f"/handsets/{ANN}/texts")

    numbers = [one["n"] for one in found["texts"]]
    assert ["hi", "hello Ann", "bye"] == [one["body"] for one in found["texts"]]
    assert sorted(numbers) == numbers


async def test_only_what_is_new_is_asked_for(world: World) -> None:
    await world.text("one")
    _, before = await world.ask("GET", f"/handsets/{ANN}/texts")
    await world.text("two")

    _, found = await world.ask("GET", f"/handsets/{ANN}/texts?after={before['last']}")

    assert ["two"] == [one["body"] for one in found["texts"]]


async def test_a_new_tick_is_news_too(world: World) -> None:
    await world.text("one")

    _, found = await world.ask("GET", f"/handsets/{ANN}/texts?after=1")

    assert [("one", "delivered")] == [(one["body"], one["status"]) for one in found["texts"]]


async def test_one_conversation_is_told_from_another(world: World) -> None:
    await world.text("to the first")
    await world.text("to the second", to=SECOND)

    _, found = await world.ask(
        "GET", f"/handsets/{ANN}/texts?with={SECOND.replace('+', '%2B')}"
    )

    assert ["to the second"] == [one["body"] for one in found["texts"]]


async def test_who_waits_is_told_at_once(world: World) -> None:
    waiting = asyncio.create_task(world.ask("GET", f"/handsets/{ANN}/texts?wait=30"))
    await world.create(body="news")
    async with asyncio.timeout(PATIENCE):
        _, found = await waiting

    assert ["news"] == [one["body"] for one in found["texts"]]


async def test_who_waits_in_vain_is_told_nothing(world: World) -> None:
    _, found = await world.ask("GET", f"/handsets/{ANN}/texts?wait=0.01")

    assert {"texts": [], "last": 0} == found


async def test_waiting_for_one_number_is_not_ended_by_another(world: World) -> None:
    number = SECOND.replace("+", "%2B")
    waiting = asyncio.create_task(
        world.ask("GET", f"/handsets/{ANN}/texts?with={number}&wait=30")
    )
    await world.create(body="from the first")
    await world.carrier.settle()
    await world.api("POST", "/Messages.json", {"To": ANN, "From": SECOND, "Body": "second"})
    async with asyncio.timeout(PATIENCE):
        _, found = await waiting

    assert ["second"] == [one["body"] for one in found["texts"]]


async def test_handsets_spring_into_being(world: World) -> None:
    await world.text("hi", sender=BEN)

    _, found = await world.ask("GET", "/handsets")

    assert [{"number": BEN, "last": 2}] == found["handsets"]


async def test_a_number_may_be_written_as_people_write_it(world: World) -> None:
    told = await world.text("hi", to="+1 555 010 0000")

    assert "delivered" == told["status"]


@pytest.mark.parametrize(
    ("wish", "status", "sentence"),
    [
        ({"to": "+15559999999", "body": "hi"}, 404, "no number of this carrier"),
        ({"body": "hi"}, 400, "Say who gets the text"),
        ([], 400, "Say who gets the text"),
        ({"to": BOT}, 400, "needs a `body` or `media`"),
        ({"to": BOT, "body": 1}, 400, "`body` is a text"),
        ({"to": BOT, "media": "x"}, 400, "`media` is a list"),
        ({"to": "!", "body": "x"}, 400, "neither a full number"),
    ],
    ids=str,
)
async def test_a_text_that_cannot_be_sent_is_explained(
    world: World, wish: Any, status: int, sentence: str
) -> None:
    found, error = await world.ask("POST", f"/handsets/{ANN}/texts", wish)

    assert status == found
    assert sentence in error["error"]


@pytest.mark.parametrize("path", ["texts?after=x", "texts?wait=x", "events?after=x"])
async def test_a_question_that_cannot_be_read_is_explained(world: World, path: str) -> None:
    status, error = await world.ask("GET", f"/handsets/{ANN}/{path}")

    assert (400, True) == (status, bool(error["error"]))


async def test_a_body_that_is_no_json_is_explained(world: World) -> None:
    async with world.http.post(f"{world.url}/handsets/{ANN}/texts", data="hi") as answer:
        assert 400 == answer.status


class Stream:
    """Events as a browser would read them."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def next(self) -> tuple[int, dict[str, Any]]:
        fields: dict[str, str] = {}
        async with asyncio.timeout(PATIENCE):
            while True:
                line = (await self._answer.content.readline()).decode().rstrip("\n")
                if line:
                    name, _, value = line.partition(": ")
                    fields[name] = value
                elif "data" in fields:
                    return int(fields["id"]), json.loads(fields["data"])


async def test_a_handset_is_followed_live(world: World) -> None:
    async with world.http.get(f"{world.url}/handsets/{ANN}/events") as answer:
        stream = Stream(answer)
        await world.create(body="one")
        first = await stream.next()
        await world.create(body="two")
        second = await stream.next()

    assert "text/event-stream" == answer.content_type
    assert [(1, "one"), (2, "two")] == [(id, text["body"]) for id, text in (first, second)]


@pytest.mark.parametrize("how", ["query", "header"])
async def test_a_broken_stream_goes_on_where_it_was(world: World, how: str) -> None:
    for body in ("one", "two", "three"):
        await world.create(body=body)
    await world.carrier.settle()
    headers = {"Last-Event-ID": "2"} if how == "header" else {}
    url = f"{world.url}/handsets/{ANN}/events" + ("?after=2" if how == "query" else "")

    async with world.http.get(url, headers=headers) as answer:
        id, text = await Stream(answer).next()

    assert (3, "three") == (id, text["body"])


async def test_a_tick_is_an_event(world: World) -> None:
    async with world.http.get(f"{world.url}/handsets/{ANN}/events") as answer:
        stream = Stream(answer)
        await world.ask("POST", f"/handsets/{ANN}/texts", {"to": BOT, "body": "hi"})
        found = [await stream.next(), await stream.next()]

    assert [(1, 1, "sent"), (2, 1, "delivered")] == [
        (id, text["n"], text["status"]) for id, text in found
    ]
