"""A POST with an Idempotency-Key is carried out once, whatever happens on the way."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import uuid
from typing import Any

import httpx2
import pytest

from tests.web.api.conftest import MINE, OTHERS, Doors
from threadline.model.clock import DAY, SECOND

KEY = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
NAME = {"name": "crm", "scopes": ["read"]}


async def post(
    client: httpx2.AsyncClient, key: str = KEY, path: str = "/keys", body: Any = NAME
) -> httpx2.Response:
    return await client.post(path, json=body, headers={"Idempotency-Key": key})


async def made(doors: Doors, organization: str = MINE) -> int:
    """Keys made for a CRM so far."""
    found = await doors.app.store.api_keys(organization)
    return sum(one.name == "crm" for one in found)


def leave_unfinished(doors: Doors) -> None:
    """What is on disk when the server dies in the middle of a request."""
    file = doors.app.settings.data / "threadline.db"
    with contextlib.closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE requests SET status = 0, answer = ''")


async def test_the_same_request_gets_the_same_answer_and_is_carried_out_once(doors: Doors):
    first, again = await post(doors.key()), await post(doors.key())

    assert (201, 201) == (first.status_code, again.status_code)
    assert first.content == again.content
    assert first.headers["content-type"] == again.headers["content-type"]
    assert [None, "true"] == [one.headers.get("idempotency-replayed") for one in (first, again)]
    assert 1 == await made(doors)


async def test_without_the_header_a_request_is_carried_out_each_time(doors: Doors):
    for _ in range(2):
        await doors.key().post("/keys", json=NAME)

    assert 2 == await made(doors)


async def test_another_request_with_the_same_key_is_refused(doors: Doors):
    await post(doors.key())
    answers = [
        await post(doors.key(), body={**NAME, "name": "other"}),
        await post(doors.key(), path="/keys?more=1"),
        await post(doors.key(), path="/optouts"),
    ]

    assert [(422, "idempotency_key_reused")] * 3 == [
        (one.status_code, one.json()["code"]) for one in answers
    ]
    assert 1 == await made(doors)


async def test_two_callers_may_use_the_same_key(doors: Doors):
    await post(doors.key())
    await post(doors.key(organization=OTHERS))
    await post(doors.owner(MINE))

    assert (2, 1) == (await made(doors), await made(doors, OTHERS))


async def test_the_owner_does_not_get_what_was_answered_about_another_organization(
    doors: Doors,
):
    await post(doors.owner(MINE))
    answer = await post(doors.owner(OTHERS))

    assert (422, "idempotency_key_reused") == (answer.status_code, answer.json()["code"])


async def test_of_many_at_once_one_is_carried_out(doors: Doors):
    answers = await asyncio.gather(*(post(doors.key()) for _ in range(20)))
    told = {one.status_code: one for one in answers}
    again = await post(doors.key())

    assert 1 == await made(doors)
    assert {201, 409} >= told.keys()
    assert 1 == len({one.content for one in answers if one.status_code == 201})
    assert told[201].content == again.content


async def test_while_it_is_under_way_one_is_told_to_come_again(doors: Doors):
    await post(doors.key())
    leave_unfinished(doors)
    answer = await post(doors.key())

    assert (409, "under_way") == (answer.status_code, answer.json()["code"])
    assert "1" == answer.headers["retry-after"]


async def test_what_died_with_its_server_is_taken_up_after_a_minute(doors: Doors):
    await post(doors.key())
    leave_unfinished(doors)
    doors.clock.skip(60)
    before = await post(doors.key())
    doors.clock.skip(1)
    after = await post(doors.key())
    again = await post(doors.key())

    assert [409, 201, 201] == [one.status_code for one in (before, after, again)]
    assert "idempotency-replayed" not in after.headers
    assert after.content == again.content
    assert 2 == await made(doors)


async def test_another_request_does_not_take_up_what_died(doors: Doors):
    await post(doors.key())
    leave_unfinished(doors)
    doors.clock.skip(61)
    answer = await post(doors.key(), body={**NAME, "name": "other"})

    assert (422, "idempotency_key_reused") == (answer.status_code, answer.json()["code"])


async def test_what_was_refused_is_not_kept(doors: Doors):
    refused = await post(doors.key(), body={**NAME, "scopes": ["all"]})
    unreadable = await post(doors.key(), body={"scopes": "all"})
    out_of_scope = await post(doors.key("read"))
    mended = await post(doors.key())

    assert [422, 422, 403, 201] == [
        one.status_code for one in (refused, unreadable, out_of_scope, mended)
    ]
    assert "idempotency-replayed" not in mended.headers


async def test_an_answer_is_kept_for_a_day(doors: Doors):
    first = await post(doors.key())
    doors.clock.skip(DAY / SECOND)
    kept = await post(doors.key())
    doors.clock.skip(1)
    later = await post(doors.key())

    assert first.content == kept.content
    assert first.json()["id"] != later.json()["id"]
    assert 2 == await made(doors)


async def test_what_was_answered_is_sealed_on_disk(doors: Doors):
    """It may hold a secret, such as a new key."""
    answer = await post(doors.key())
    key = answer.json()["key"]
    kept = b"".join(one.read_bytes() for one in doors.app.settings.data.glob("threadline.db*"))

    assert (await post(doors.key())).json()["key"] == key
    assert key.encode() not in kept
    assert b"idempotency" in kept


@pytest.mark.parametrize("key", ["", "two words", "x" * 256, "tab\there"])
async def test_a_key_of_no_use_is_refused(doors: Doors, key: str):
    answer = await post(doors.key(), key)

    assert 422 == answer.status_code
    assert ["idempotency_key_invalid"] == [one["code"] for one in answer.json()["problems"]]
    assert 0 == await made(doors)


async def test_the_longest_key_is_taken(doors: Doors):
    assert 201 == (await post(doors.key(), "x" * 255)).status_code


async def test_a_get_is_not_remembered(doors: Doors):
    header = {"Idempotency-Key": str(uuid.uuid4())}
    before = await doors.key().get("/keys", headers=header)
    await post(doors.key())
    after = await doors.key().get("/keys", headers=header)

    assert len(before.json()["data"]) + 1 == len(after.json()["data"])
