"""Who owns the server is told by the door alone, and a key has a pace."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.conftest import Calendar
from tests.web.api.conftest import MINE, OTHERS, Doors, opened
from tests.world import world
from threadline.model.access import ordered
from threadline.web import api
from threadline.web.api.access import OWNER

OWNERS = "/server"
"""A route for the owner alone."""


async def test_the_owner_needs_no_key(doors: Doors):
    assert 200 == (await doors.owner().get(OWNERS)).status_code


@pytest.mark.parametrize("scope", ["read", "send", "write", "admin"])
async def test_no_key_makes_one_the_owner(doors: Doors, scope: str):
    answer = await doors.key(scope).get(OWNERS)

    assert (403, "out_of_scope") == (answer.status_code, answer.json()["code"])


@pytest.mark.parametrize(
    "headers",
    [
        {OWNER: "true"},
        {"Threadline-Owner": "true"},
        {"Threadline-Organization": MINE},
        {"Authorization": "Bearer owner"},
        {"Cookie": f"{OWNER}=true"},
        {"X-Forwarded-For": "127.0.0.1", "Forwarded": "for=127.0.0.1"},
    ],
    ids=str,
)
async def test_no_header_makes_one_the_owner(doors: Doors, headers: dict[str, str]):
    answer = await doors.client(**headers).get(OWNERS, params={OWNER: "true"})
    known = doors.key()
    with_key = await known.get(
        OWNERS, headers={**headers, "Authorization": known.headers["authorization"]}
    )

    assert (401, 403) == (answer.status_code, with_key.status_code)


async def test_a_key_with_the_owners_scope_cannot_be_made(doors: Doors):
    wanted = {"name": "crm", "scopes": ["owner"]}
    answers = [await one.post("/keys", json=wanted) for one in (doors.key(), doors.owner(MINE))]

    assert ["scope_unknown"] * 2 == [one.json()["problems"][0]["code"] for one in answers]
    assert () == ordered(["owner"])


async def test_the_door_changes_nothing_for_those_who_come_after(doors: Doors):
    """The scope that is marked is its own, not the server's."""
    seen: list[Any] = []

    async def application(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append(scope)

    scope = {"type": "http"}
    await api.access.owned(application)(scope, None, None)

    assert [{"type": "http", OWNER: True}] == seen
    assert {"type": "http"} == scope


async def test_a_running_server_knows_its_owner_at_its_socket_only(tmp_path: Path):
    async with world(tmp_path, f"sqlite:///{tmp_path}/threadline.db") as here:
        socket = here.app.settings.socket
        private = httpx2.AsyncHTTPTransport(uds=str(socket))
        url = f"{here.url}{api.PREFIX}{OWNERS}"
        async with httpx2.AsyncClient(transport=private) as owner:
            inside = await owner.get(url)
        async with httpx2.AsyncClient() as nobody:
            outside = await nobody.get(url, headers={OWNER: "true"})
        mode = socket.stat().st_mode & 0o777

    assert (200, 401, 0o600) == (inside.status_code, outside.status_code, mode)


async def test_the_owner_says_which_of_several_organizations_is_meant(doors: Doors):
    unsaid = await doors.owner().get("/keys")
    said = await doors.owner(OTHERS).get("/keys")

    assert ["organization_missing"] == [one["code"] for one in unsaid.json()["problems"]]
    assert {OTHERS} == {one["organization"] for one in said.json()["data"]}


@pytest.fixture
async def slow(tmp_path: Path, clock: Calendar) -> AsyncIterator[Doors]:
    """Two requests a second for each key; four may come at once, and the one after."""
    async with opened(tmp_path / "slow", clock, api_rate=2) as found:
        yield found


async def statuses(client: httpx2.AsyncClient, times: int) -> list[int]:
    return [(await client.get("/optouts")).status_code for _ in range(times)]


async def test_a_key_that_asks_too_often_is_told_when_to_come_again(slow: Doors):
    key = slow.key("read")
    taken = await statuses(key, 5)
    refused = await key.get("/optouts")

    assert [200] * 5 == taken
    assert (429, "limited") == (refused.status_code, refused.json()["code"])
    assert "1" == refused.headers["retry-after"]


async def test_after_the_wait_that_it_was_told_a_key_is_taken_again(slow: Doors):
    key = slow.key("read")
    await statuses(key, 5)
    refused = await key.get("/optouts")
    slow.clock.skip(float(refused.headers["retry-after"]))

    assert [200, 200, 429] == await statuses(key, 3)


async def test_asking_in_vain_does_not_make_the_wait_longer(slow: Doors):
    key = slow.key("read")
    await statuses(key, 50)
    slow.clock.skip(1)

    assert [200] == await statuses(key, 1)


async def test_one_key_does_not_slow_another(slow: Doors):
    await statuses(slow.key("read"), 9)

    assert [200] == await statuses(slow.key("admin"), 1)
    assert [200] == await statuses(slow.key("read", OTHERS), 1)


async def test_the_owner_is_not_slowed(slow: Doors):
    assert [200] * 20 == await statuses(slow.owner(MINE), 20)
