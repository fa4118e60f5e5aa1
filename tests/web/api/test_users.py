"""An admin looks after who may use the portal, and is told of nobody elsewhere."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from tests.web.api.conftest import MINE, OTHERS, Doors
from threadline.errors import Unauthenticated
from threadline.model.people import ROLES
from threadline.operations import users

ANN, BOB = "ann@example.com", "bob@example.com"
PASSWORD = "four plain quiet words"
JOIN = "https://sms.example.com/join?code="


async def invited(doors: Doors, email: str = ANN, role: str = "viewer", **more: str) -> Any:
    """By an admin of flowit, or of another organization."""
    said = {"email": email, "role": role}
    answer = await doors.key("admin", **more).post("/users", json=said)
    assert 201 == answer.status_code, answer.text
    return answer.json()


def code(link: str) -> str:
    [found] = parse_qs(urlsplit(link).query)["code"]
    return found


async def joined(doors: Doors, email: str = ANN, role: str = "viewer", **more: str) -> Any:
    """Somebody who was asked in and came."""
    found = await invited(doors, email, role, **more)
    await users.come_in(doors.app, code(found["link"]), name="Ann Lee", password=PASSWORD)
    return found


async def listed(doors: Doors, organization: str = MINE) -> list[Any]:
    answer = await doors.key(organization=organization).get("/users")
    found: list[Any] = answer.json()["data"]
    return found


def refused(answer: httpx2.Response) -> tuple[int, list[tuple[str, str]]]:
    """The status, and what is wrong with which field."""
    found = answer.json()["problems"]
    return answer.status_code, [(one["code"], one["path"]) for one in found]


async def test_an_admin_asks_somebody_in_and_is_told_the_link_this_one_time(doors: Doors):
    found = await invited(doors, " Ann@Example.COM ", "operator")
    link = found.pop("link")
    told = await doors.key().get("/users")

    assert {
        "id": found["id"],
        "email": ANN,
        "name": "",
        "role": "operator",
        "joined": False,
        "added_at": "2030-01-02T12:30:00.000Z",
    } == found
    assert [found] == told.json()["data"]
    assert link.startswith(JOIN)
    assert len(code(link)) > 40
    assert code(link) not in told.text


async def test_who_has_not_come_gets_another_link_and_the_first_opens_nothing(doors: Doors):
    first = await invited(doors)
    second = await invited(doors, role="builder")
    await users.behind(doors.app, code(second["link"]))
    with pytest.raises(Unauthenticated):
        await users.behind(doors.app, code(first["link"]))

    assert first["id"] == second["id"]
    assert ["builder"] == [one["role"] for one in await listed(doors)]


async def test_who_came_is_listed_by_name_and_not_asked_in_again(doors: Doors):
    asked = await joined(doors)
    answer = await doors.key().post("/users", json={"email": ANN, "role": "owner"})
    [found] = await listed(doors)

    assert {**asked, "name": "Ann Lee", "joined": True} == {**found, "link": asked["link"]}
    assert (409, "taken") == (answer.status_code, answer.json()["code"])
    assert "Change their role instead." in answer.json()["detail"]


async def test_a_role_is_changed_by_id_and_somebody_removed_by_address(doors: Doors):
    await invited(doors, BOB)
    found = await invited(doors)
    changed = await doors.key().patch(f"/users/{found['id']}", json={"role": "builder"})
    roles = [one["role"] for one in await listed(doors)]
    removed = await doors.key().delete(f"/users/{ANN}")
    again = await doors.key().delete(f"/users/{ANN}")

    assert (200, "builder") == (changed.status_code, changed.json()["role"])
    assert ["builder", "viewer"] == roles
    assert changed.json() == removed.json()
    assert [BOB] == [one["email"] for one in await listed(doors)]
    assert (404, "not_found") == (again.status_code, again.json()["code"])


async def test_the_last_owner_stays_until_there_is_another(doors: Doors):
    await joined(doors, role="owner")
    bob = await invited(doors, BOB, "owner")  # who has not come, and so can let nobody in
    path = f"/users/{ANN}"
    demoted = await doors.key().patch(path, json={"role": "builder"})
    removed = await doors.key().delete(path)
    same = await doors.key().patch(path, json={"role": "owner"})
    await users.come_in(doors.app, code(bob["link"]), name="Bob Day", password=PASSWORD)
    gone = await doors.key().delete(path)

    assert [(422, [("last_owner", "role")])] * 2 == [refused(demoted), refused(removed)]
    assert "Make somebody else one first." in removed.json()["detail"]
    assert (200, "owner") == (same.status_code, same.json()["role"])
    assert (200, ANN) == (gone.status_code, gone.json()["email"])


async def test_all_that_is_wrong_with_an_address_and_a_role_is_told_at_once(doors: Doors):
    await invited(doors, BOB)
    asked = await doors.key().post("/users", json={"email": "ann", "role": "admin"})
    changed = await doors.key().patch(f"/users/{BOB}", json={"role": "admin"})
    mends = [one["mend"] for one in asked.json()["problems"]]

    assert (422, [("email_invalid", "email"), ("role_unknown", "role")]) == refused(asked)
    assert (422, [("role_unknown", "role")]) == refused(changed)
    assert "ann@example.com" in mends[0]
    assert all(role in mends[1] for role in ROLES)
    assert [(BOB, "viewer")] == [(one["email"], one["role"]) for one in await listed(doors)]


@pytest.mark.parametrize("scope", ["read", "write"])
async def test_a_key_that_is_not_an_admins_gets_nowhere(doors: Doors, scope: str):
    found = await invited(doors)
    path, key = f"/users/{found['id']}", doors.key(scope)
    answers = [
        await key.get("/users"),
        await key.post("/users", json={"email": BOB}),
        await key.patch(path, json={"role": "owner"}),
        await key.delete(path),
        await key.get("/audit"),
    ]

    assert [(403, "out_of_scope")] * 5 == [
        (one.status_code, one.json()["code"]) for one in answers
    ]
    assert [(ANN, "viewer")] == [(one["email"], one["role"]) for one in await listed(doors)]


async def test_an_address_is_found_however_it_is_written(doors: Doors):
    """As it was when they were asked in."""
    await invited(doors, "Ann@Example.com")
    changed = await doors.key().patch("/users/Ann@Example.com", json={"role": "builder"})
    removed = await doors.key().delete("/users/ANN@example.com")

    assert (200, 200) == (changed.status_code, removed.status_code)
    assert [] == await listed(doors)


async def test_of_another_organization_nobody_is_found(doors: Doors):
    """Nor is it told that they have an account there."""
    theirs = await joined(doors, organization=OTHERS)
    nobody = await doors.key().delete("/users/nobody@example.com")
    answers = [
        await doors.key().patch(f"/users/{theirs['id']}", json={"role": "owner"}),
        await doors.key().delete(f"/users/{theirs['id']}"),
        await doors.key().delete(f"/users/{ANN}"),
    ]
    here = await invited(doors)

    assert [(404, "not_found")] * 3 == [
        (one.status_code, one.json()["code"]) for one in answers
    ]
    assert (
        nobody.json()["detail"].replace("nobody@example.com", ANN)
        == (answers[-1].json()["detail"])
    )
    assert "`threadline user list` tells." in nobody.json()["detail"]
    assert ("", False) == (here["name"], here["joined"])
    assert [("Ann Lee", "viewer")] == [
        (one["name"], one["role"]) for one in await listed(doors, OTHERS)
    ]


async def test_only_the_owner_of_the_server_gets_a_link_to_a_new_password(doors: Doors):
    """Somebody has one password for all organizations, and a key is of one."""
    await joined(doors)
    path = f"/users/{ANN}/link"
    key = await doors.key().post(path)
    owner = await doors.owner().post(path)
    link = owner.json()["link"]
    other = "five other plain quiet words"
    await users.come_in(doors.app, code(link), password=other)
    kept = await doors.app.store.user(email=ANN)

    assert (403, "out_of_scope") == (key.status_code, key.json()["code"])
    assert "Only the owner of the server may do this" in key.json()["detail"]
    assert (200, {"email": ANN, "link": link}) == (owner.status_code, owner.json())
    assert link.startswith(JOIN)
    assert kept is not None
    assert await doors.app.passwords.fits(kept.password, other)


async def test_a_link_for_somebody_without_an_account_says_who_has_one(doors: Doors):
    answer = await doors.owner().post(f"/users/{ANN}/link")

    assert (404, "not_found") == (answer.status_code, answer.json()["code"])
    assert f"Nobody has an account with {ANN}." in answer.json()["detail"]
    assert "`threadline user list` tells." in answer.json()["detail"]


async def test_people_come_in_pages_by_address(doors: Doors):
    for name in "cab":
        await invited(doors, f"{name}@example.com")
    first = (await doors.key().get("/users", params={"limit": 2})).json()
    after = {"limit": 2, "after": first["next"]}
    second = (await doors.key().get("/users", params=after)).json()

    assert [["a@example.com", "b@example.com"], ["c@example.com"]] == [
        [one["email"] for one in page["data"]] for page in (first, second)
    ]
    assert None is second["next"]
