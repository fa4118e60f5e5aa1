"""The feed of events, read from a server that runs."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.web.rows import change
from tests.world import ADDRESS, ANN, BOB, ECHO, Account, World, document, flow_bot, world
from threadline.model.paging import cursor
from threadline.operations import keys
from threadline.store import followers
from threadline.web import api
from threadline.web.api import events

SEPARATORS = "one\u2028two\u0085three"
"""What some take for the end of a line."""


@dataclass
class Feed:
    """A server, its database, and somebody with a key to read."""

    here: World
    database_url: str
    client: httpx2.AsyncClient

    async def text(self, body: str, handset: str = ANN) -> None:
        """It is texted, and echoed."""
        await self.here.text(body, handset)

        async def last() -> list[str]:
            found = await self.here.timeline(handset)
            return [one["element"].get("message", "") for one in found[-2:]]

        assert [body, body] == await self.here.until(last, [body, body])

    async def past(self, **params: Any) -> list[Any]:
        """Everything that there is by now, with the mark at its end."""
        answer = await self.client.get("/events", params={"follow": "false", **params})
        assert 200 == answer.status_code, answer.text
        return [json.loads(line) for line in answer.text.splitlines()]


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Feed]:
    url = f"sqlite:///{tmp_path}/threadline.db"
    async with world(tmp_path, url, api_rate=1_000_000) as here:
        await here.apply(document(Account(), flow_bot(ECHO)))
        key = await keys.create(here.app, organization=None, name="crm", scopes=["read"])
        async with httpx2.AsyncClient(
            base_url=here.url + api.PREFIX,
            headers={"Authorization": f"Bearer {key['key']}"},
            timeout=20,
        ) as client:
            yield Feed(here, url, client)


def messages(found: list[Any]) -> list[str]:
    return [one["element"]["message"] for one in found if "seq" in one]


async def test_everything_that_was_said_is_told_with_whose_it_is(running: Feed):
    await running.text("hi")
    contact, bot, mark = await running.past(after="start")

    assert ["id"] == list(mark)
    assert ("contact", "bot") == (contact["author"], bot["author"])
    assert {
        "endpoint": ADDRESS,
        "contact": ANN,
        "message": "1-2",
        "seq": 2,
        "element": {"type": "message", "message": "hi"},
        "discarded": "",
        "session": 1,
    } == {name: bot[name] for name in bot if name not in ("id", "at", "author")}
    assert bot["at"].endswith("Z")


async def test_one_goes_on_after_any_event_and_after_the_mark(running: Feed):
    await running.text("one")
    *told, mark = await running.past(after="start")
    await running.text("two")

    assert ["one", "two", "two"] == messages(await running.past(after=told[0]["id"]))
    assert ["two", "two"] == messages(await running.past(after=told[1]["id"]))
    assert ["two", "two"] == messages(await running.past(after=mark["id"]))


async def test_without_a_place_it_begins_now(running: Feed):
    await running.text("one")
    [mark] = await running.past()
    await running.text("two")

    assert ["two", "two"] == messages(await running.past(after=mark["id"]))


async def test_what_a_browser_saw_last_goes_before_what_is_in_the_address(running: Feed):
    await running.text("one")
    told = await running.past(after="start")
    headers = {"Last-Event-ID": told[0]["id"], "Accept": "text/event-stream"}
    answer = await running.client.get("/events?after=start&follow=false", headers=headers)
    fields = [line.partition(": ") for line in answer.text.splitlines() if line]

    assert "text/event-stream; charset=utf-8" == answer.headers["content-type"]
    assert ["id", "event", "data", "", "id"] == [name for name, _colon, _value in fields]
    assert [told[1]["id"], told[2]["id"]] == [v for n, _c, v in fields if n == "id"]
    assert told[1] == json.loads(fields[2][2])


async def test_it_is_told_as_it_happens(running: Feed):
    async with running.client.stream("GET", "/events") as answer:
        lines = answer.aiter_lines()
        began = json.loads(await anext(lines))
        await running.text("hi")
        first, second = json.loads(await anext(lines)), json.loads(await anext(lines))

    assert ["id"] == list(began)
    assert [("contact", "hi"), ("bot", "hi")] == [
        (one["author"], one["element"]["message"]) for one in (first, second)
    ]


async def test_no_sign_in_a_text_ends_a_line(running: Feed):
    await running.text(SEPARATORS)
    answer = await running.client.get("/events?after=start&follow=false")

    assert answer.content.isascii()
    assert [SEPARATORS, SEPARATORS] == messages(
        [json.loads(line) for line in answer.text.splitlines()]
    )


async def test_one_endpoint_or_one_contact_can_be_followed(running: Feed):
    await running.text("one")
    await running.text("two", BOB)
    bobs = await running.past(after="start", contact="+1 (555) 010-0002")
    both = await running.past(after="start", endpoint=ADDRESS)

    assert ["two", "two"] == messages(bobs)
    assert ["one", "one", "two", "two"] == messages(both)


async def test_another_organization_hears_nothing_of_it(running: Feed):
    await running.here.apply(
        document(Account("+15550109998"), organization="acme", address="acme-sms")
    )
    key = await keys.create(running.here.app, organization="acme", name="x", scopes=["read"])
    theirs = {"Authorization": f"Bearer {key['key']}"}
    await running.text("one")
    ask = running.client.get
    found = await ask("/events?after=start&follow=false", headers=theirs)
    named = await ask(f"/events?endpoint={ADDRESS}&follow=false", headers=theirs)

    assert ["id"] == list(json.loads(found.text))
    assert 404 == named.status_code


@pytest.mark.parametrize("after", ["x", "e30", cursor(1, 2), cursor("1", "2", "3"), "ä"])
async def test_what_is_no_id_is_refused(running: Feed, after: str):
    answer = await running.client.get("/events", params={"after": after})

    assert (422, "event_unknown") == (
        answer.status_code,
        answer.json()["problems"][0]["code"],
    )


async def test_an_id_that_was_not_given_yet_is_refused(running: Feed):
    """As after a backup was restored: who waited there would wait for long."""
    await running.text("one")
    *_told, mark = await running.past(after="start")
    await change(running.database_url, "DELETE FROM timeline")
    answer = await running.client.get("/events", params={"after": mark["id"]})

    assert "event_unknown" == answer.json()["problems"][0]["code"]


async def test_a_quiet_line_has_a_mark_from_time_to_time(
    running: Feed, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(events, "QUIET", 0.05)
    headers = {"Accept": "text/event-stream"}
    async with running.client.stream("GET", "/events", headers=headers) as answer:
        lines = answer.aiter_lines()
        seen = [await anext(lines) for _n in range(9)]

    assert [": quiet", "", ": quiet", "", ": quiet", ""] == [
        line for line in seen if not line.startswith("id: ")
    ]


async def test_a_key_that_is_revoked_ends_what_it_opened(
    running: Feed, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(events, "QUIET", 0.05)
    [key] = (await keys.list_(running.here.app, organization=None))["data"]
    async with asyncio.timeout(10), running.client.stream("GET", "/events") as answer:
        lines = answer.aiter_lines()
        await anext(lines)
        await keys.revoke(running.here.app, organization=None, id=key["id"])
        left = [line async for line in lines]

    assert len(left) < 100


async def test_a_key_that_is_revoked_hears_nothing_more(running: Feed):
    [key] = (await keys.list_(running.here.app, organization=None))["data"]
    async with asyncio.timeout(10), running.client.stream("GET", "/events") as answer:
        lines = answer.aiter_lines()
        await anext(lines)
        await keys.revoke(running.here.app, organization=None, id=key["id"])
        await running.text("hi")
        left = [line async for line in lines]

    assert [] == left


async def test_whoever_goes_away_takes_no_room(running: Feed):
    for _n in range(5):
        async with running.client.stream("GET", "/events") as answer:
            await anext(answer.aiter_lines())

    async def there() -> int:
        return running.here.app.followers._count.total()

    assert 0 == await running.here.until(there, 0)


@pytest.mark.parametrize(("limit", "others"), [("MOST", 429), ("MOST_EACH", 200)])
async def test_there_is_room_for_so_many_and_for_some_of_each_key(
    running: Feed, monkeypatch: pytest.MonkeyPatch, limit: str, others: int
):
    monkeypatch.setattr(followers, limit, 1)
    other = await keys.create(running.here.app, organization=None, name="x", scopes=["read"])
    theirs = {"Authorization": f"Bearer {other['key']}"}
    async with running.client.stream("GET", "/events") as first:
        second = await running.client.get("/events")
        async with running.client.stream("GET", "/events", headers=theirs) as third:
            pass

    assert (200, 429, others) == (first.status_code, second.status_code, third.status_code)
    assert "60" == second.headers["retry-after"]


async def test_a_line_that_is_long_open_counts_as_one_request(tmp_path: Path):
    async with world(tmp_path, f"sqlite:///{tmp_path}/threadline.db", api_rate=1) as here:
        await here.apply(document(Account(), flow_bot(ECHO)))
        key = await keys.create(here.app, organization=None, name="crm", scopes=["read"])
        async with (
            httpx2.AsyncClient(
                base_url=here.url + api.PREFIX,
                headers={"Authorization": f"Bearer {key['key']}"},
            ) as client,
            client.stream("GET", "/events") as answer,
        ):
            lines = answer.aiter_lines()
            for n in range(6):
                await here.text(f"text {n}")
            told = [await anext(lines) for _n in range(13)]
            again = await client.get("/conversations")

    assert 13 == len(told)
    assert 200 == again.status_code


async def test_a_server_that_stops_waits_for_nobody_who_follows(tmp_path: Path):
    async with httpx2.AsyncClient(timeout=20) as client:
        async with world(tmp_path, f"sqlite:///{tmp_path}/threadline.db") as here:
            await here.apply(document(Account(), flow_bot(ECHO)))
            key = await keys.create(here.app, organization=None, name="x", scopes=["read"])
            headers = {"Authorization": f"Bearer {key['key']}"}

            async def follow() -> list[str]:
                url = f"{here.url}{api.PREFIX}/events"
                async with client.stream("GET", url, headers=headers) as answer:
                    return [line async for line in answer.aiter_lines()]

            following = [asyncio.create_task(follow()) for _n in range(3)]
            room = here.app.followers

            async def all_there() -> bool:
                return room._count.total() == 3

            assert await here.until(all_there, True)
            began = time.monotonic()
        took = time.monotonic() - began
        ended = await asyncio.gather(*following)

    assert [["id"]] * 3 == [list(json.loads(line)) for lines in ended for line in lines]
    assert 3 > took
