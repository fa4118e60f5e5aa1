"""A key opens what it was made for, as long as it counts, and is nowhere to be read."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from tests.web.api.conftest import MINE, OTHERS, Doors
from threadline.model.access import PREFIX, hashed

NAME = {"name": "crm", "scopes": ["read"]}


async def created(doors: Doors, **said: Any) -> Any:
    answer = await doors.key().post("/keys", json={**NAME, **said})
    assert 201 == answer.status_code, answer.text
    return answer.json()


def with_key(doors: Doors, key: str) -> httpx2.AsyncClient:
    return doors.client(Authorization=f"Bearer {key}")


async def status(doors: Doors, key: str) -> int:
    return (await with_key(doors, key).get("/optouts")).status_code


def on_disk(doors: Doors) -> bytes:
    return b"".join(one.read_bytes() for one in doors.app.settings.data.glob("threadline.db*"))


async def test_only_the_hash_of_a_key_is_on_disk(doors: Doors):
    found = await created(doors)
    kept = on_disk(doors)

    assert hashed(found["key"]).encode() in kept
    assert found["key"].encode() not in kept
    assert found["key"].removeprefix(PREFIX).encode() not in kept


async def test_a_key_is_shown_once(doors: Doors):
    found = await created(doors)
    listed = await doors.key().get("/keys")
    revoked = await doors.key().delete(f"/keys/{found['id']}")

    assert found["key"].startswith(PREFIX)
    assert found["id"] in listed.text
    assert found["key"] not in listed.text + revoked.text
    assert hashed(found["key"]) not in listed.text + revoked.text


async def test_a_new_key_opens_what_it_was_made_for(doors: Doors):
    found = await created(doors)

    assert 200 == await status(doors, found["key"])
    assert 403 == (await with_key(doors, found["key"]).get("/keys")).status_code


async def test_a_key_opens_nothing_from_the_moment_it_ends(doors: Doors):
    found = await created(doors, expires_at="2030-01-02T12:31:00Z")
    doors.clock.skip(59.999)
    before = await status(doors, found["key"])
    doors.clock.skip(0.001)
    listed = (await doors.key().get("/keys")).json()["data"]
    [state] = [one["state"] for one in listed if one["id"] == found["id"]]

    assert (200, 401) == (before, await status(doors, found["key"]))
    assert "expired" == state


async def test_a_revoked_key_opens_nothing_any_more(doors: Doors):
    found = await created(doors)
    before = await status(doors, found["key"])
    revoked = await doors.key().delete(f"/keys/{found['id']}")

    assert (200, 401) == (before, await status(doors, found["key"]))
    assert "revoked" == revoked.json()["state"]


async def test_a_key_may_be_revoked_again_and_stays_so(doors: Doors):
    found = await created(doors)
    first = await doors.key().delete(f"/keys/{found['id']}")
    again = await doors.key().delete(f"/keys/{found['id']}")

    assert (200, 200) == (first.status_code, again.status_code)
    assert first.json() == again.json()


async def test_a_key_that_was_just_used_can_be_revoked_for_good(doors: Doors):
    """The time of its use is written beside it, and must not bring it back."""
    found = await created(doors)
    await doors.key().delete(f"/keys/{found['id']}")
    [row] = [one for one in await doors.app.store.api_keys(MINE) if one.id == found["id"]]
    late = replace(row, revoked_at=0, used_at=doors.clock())
    await doors.app.store.save_api_key(late)
    kept = await doors.app.store.api_key(row.hash)

    assert kept == replace(row, used_at=doors.clock())
    assert 401 == await status(doors, found["key"])


async def test_a_key_tells_when_it_was_last_used(doors: Doors):
    found = await created(doors)
    doors.clock.skip(3600)
    await status(doors, found["key"])
    doors.clock.skip(59)
    await status(doors, found["key"])
    listed = (await doors.key().get("/keys")).json()["data"]
    [used] = [one["used_at"] for one in listed if one["id"] == found["id"]]

    assert found["used_at"] is None
    assert "2030-01-02T13:30:00.000Z" == used


async def test_who_only_reads_does_not_need_a_database_that_can_be_written(doors: Doors):
    """As on a full disk, on which nobody can tell when a key was last used."""
    file = doors.app.settings.data / "threadline.db"
    with contextlib.closing(sqlite3.connect(file)) as database, database:
        fails = "BEGIN INSERT INTO no_room VALUES (1); END"
        database.execute(f"CREATE TRIGGER full BEFORE UPDATE ON api_keys {fails}")
    doors.clock.skip(3600)

    assert 200 == (await doors.key("read").get("/bots")).status_code


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer threadline_",
        "Bearer threadline_nobody-made-this",
        "Basic dGhyZWFkbGluZTo=",
        "Bearer None",
        "Bearer \u00e4",
    ],
)
async def test_what_is_no_key_opens_nothing(doors: Doors, header: str):
    raw = {"Authorization": header.encode("latin-1")} if header else {}
    answer = await doors.client().get("/optouts", headers=raw)

    assert (401, "unauthenticated") == (answer.status_code, answer.json()["code"])
    assert 'Bearer realm="threadline"' == answer.headers["www-authenticate"]


async def test_a_key_is_taken_from_the_header_alone(doors: Doors):
    """In an address it would be in the logs of everything on the way."""
    key = doors.keys[MINE, "admin"]
    asked = {"key": key, "access_token": key, "api_key": key}
    answer = await doors.client(Cookie=f"key={key}").get("/optouts", params=asked)

    assert 401 == answer.status_code


async def test_the_word_bearer_may_be_written_in_any_way(doors: Doors):
    key = doors.keys[MINE, "read"]

    assert (
        200 == (await doors.client(Authorization=f"bearer  {key} ").get("/optouts")).status_code
    )


async def test_an_admin_may_do_all_that_the_other_scopes_may(doors: Doors):
    assert 200 == (await doors.key("admin").get("/optouts")).status_code


async def test_scopes_are_told_each_once_and_the_weakest_first(doors: Doors):
    found = await created(doors, scopes=["write", "read", "write"])

    assert ["read", "write"] == found["scopes"]


async def test_a_key_is_of_its_organization_whatever_a_header_says(doors: Doors):
    listed = await doors.key().get("/keys", headers={"Threadline-Organization": OTHERS})

    assert {MINE} == {one["organization"] for one in listed.json()["data"]}


async def test_all_that_is_wrong_with_a_new_key_is_told_at_once(doors: Doors):
    wrong = {"name": " ", "scopes": ["all", "read"], "expires_at": "2001-01-01T00:00:00Z"}
    answer = await doors.key().post("/keys", json=wrong)
    problems = answer.json()["problems"]

    assert 422 == answer.status_code
    assert [
        ("name_invalid", "name"),
        ("scope_unknown", "scopes"),
        ("time_invalid", "expires_at"),
    ] == [(one["code"], one["path"]) for one in problems]


@pytest.mark.parametrize(
    "time", ["tomorrow", "", "2030-01-02T12:30:00Z", "9999-12-31T23:59:59-23:59", "0001-01-01"]
)
async def test_a_key_cannot_end_at_a_time_that_is_none_or_past(doors: Doors, time: str):
    answer = await doors.key().post("/keys", json={**NAME, "expires_at": time})

    assert ["time_invalid"] == [one["code"] for one in answer.json()["problems"]]


async def test_keys_come_in_pages_that_skip_none(doors: Doors):
    found: list[str] = []
    after: str | None = None
    while True:
        params = {"limit": 3} | ({"after": after} if after else {})
        page = (await doors.key().get("/keys", params=params)).json()
        found += [one["name"] for one in page["data"]]
        after = page["next"]
        if after is None:
            break

    assert ["admin", "read", "send", "write"] == sorted(found)
