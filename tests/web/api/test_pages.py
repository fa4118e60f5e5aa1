"""What is given as `after`: any place of ours, and nothing else does harm or tells anything."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest

from tests.web.api.conftest import OTHERS, Doors
from tests.world import ANN, BOB
from threadline.model.paging import cursor
from threadline.operations import optouts

LISTS = ("/conversations", "/messages", "/optouts", "/bots", "/events")
DEEP = urlsafe_b64encode(b"[" * 30_000).decode()


def decoded(place: str) -> list[object]:
    raw = place.encode()
    return list(json.loads(urlsafe_b64decode(raw + b"=" * (-len(raw) % 4))))


@pytest.mark.parametrize(
    "after",
    [
        *(cursor(*[2**63] * n) for n in (1, 2, 3)),
        cursor(-(2**63) - 1, 1),
        cursor(1, "\ud800", 1),
        cursor("\ud800"),
        cursor(1, "a\0", 1),
        DEEP,
        "",
    ],
    ids=[
        "one",
        "two",
        "three",
        "low",
        "half a letter",
        "only half a letter",
        "NUL",
        "deep",
        "-",
    ],
)
async def test_what_is_no_place_in_a_list_is_told_so(doors: Doors, after: str):
    key = doors.key("read")
    found = {
        path: await key.get(path, params={"after": after, "follow": "false"}) for path in LISTS
    }

    assert {path: 422 for path in LISTS if after or path != "/events"} == {
        path: one.status_code for path, one in found.items() if after or path != "/events"
    }


async def test_a_place_tells_nothing_that_the_list_does_not(doors: Doors):
    """The account of a sender is part of its secret."""
    for contact in (ANN, BOB):
        await optouts.add(
            doors.app, endpoint="myorganization-twiliosms", contact=contact, reason="asked"
        )
    first = (await doors.key("read").get("/optouts", params={"limit": 1})).json()
    params = {"limit": 1, "after": first["next"]}
    second = (await doors.key("read").get("/optouts", params=params)).json()
    route = str(doors.texting.endpoint.route)

    assert {ANN, BOB} == {one["data"][0]["contact"] for one in (first, second)}
    assert second["next"] is None
    assert route.partition("/")[0] not in str(decoded(first["next"]))


async def test_the_place_of_another_organization_leads_to_ones_own_things(doors: Doors):
    await doors.texting.text("hi")
    await doors.texting.text("hi", contact=BOB)
    page = (await doors.key("read").get("/conversations", params={"limit": 1})).json()
    theirs = doors.key("read", OTHERS)
    found = (await theirs.get("/conversations", params={"after": page["next"]})).json()

    assert {"data": [], "next": None} == found
