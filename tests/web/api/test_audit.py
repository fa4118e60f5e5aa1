"""Every change by the API leaves one line of who made it; what changed nothing leaves none."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.web.api.conftest import MINE, OTHERS, Doors
from tests.world import ADDRESS, BOB
from threadline.operations import audit

EMAIL = "ann@example.com"
CANARY = "canary0123456789abcdefcanary0123"
VALUE = {"accountSid": f"AC{'1' * 32}", "authToken": CANARY, "phoneNumber": "+15550109999"}
OPT_OUT = {"endpoint": ADDRESS, "contact": BOB, "reason": "asked by phone"}
ABOUT = f"/optouts {ADDRESS} {BOB}"
ONCE = {"Idempotency-Key": "6ba7b810-9dad-11d1-80b4-00c04fd430c8"}


async def lines(doors: Doors, organization: str = MINE) -> list[Any]:
    """What an admin of the organization reads, the latest first."""
    answer = await doors.key(organization=organization).get("/audit")
    assert 200 == answer.status_code, answer.text
    found: list[Any] = answer.json()["data"]
    return found


async def key_id(doors: Doors, scope: str = "admin", organization: str = MINE) -> str:
    found = await doors.app.store.api_keys(organization)
    return next(one.id for one in found if one.name == scope)


def told(found: list[Any]) -> list[tuple[str, str]]:
    return [(one["what"], one["about"]) for one in found]


async def test_a_change_is_written_once_with_who_made_it_and_what_it_was_about(doors: Doors):
    await doors.key().post("/users", json={"email": EMAIL})
    doors.clock.skip(60)
    await doors.key("write").post("/optouts", json=OPT_OUT)
    found = await lines(doors)
    here = {"organization": MINE, "door": "api", "done": True}

    assert [
        {
            **here,
            "at": "2030-01-02T12:31:00.000Z",
            "who": await key_id(doors, "write"),
            "what": "add_opt_out",
            "about": ABOUT,
        },
        {
            **here,
            "at": "2030-01-02T12:30:00.000Z",
            "who": await key_id(doors),
            "what": "invite_user",
            "about": f"/users {EMAIL}",
        },
    ] == found


async def test_every_change_of_a_user_is_written_by_whom_and_by_which_door(doors: Doors):
    path, key = f"/users/{EMAIL}", await key_id(doors)
    await doors.key().post("/users", json={"email": EMAIL})
    await doors.owner(MINE).patch(path, json={"role": "builder"})
    await doors.owner(MINE).post(f"{path}/link")
    await doors.key().delete(path)

    assert [
        (key, "api", "remove_user", path),
        ("owner", "cli", "link_user", f"{path}/link"),
        ("owner", "cli", "change_user", path),
        (key, "api", "invite_user", f"/users {EMAIL}"),
    ] == [
        tuple(one[name] for name in ("who", "door", "what", "about"))
        for one in await lines(doors)
    ]


async def test_who_only_looks_or_tries_leaves_no_line(doors: Doors):
    said = {"documents": [{"Organization": MINE, "Title": "Flow IT"}]}
    answers = [
        await doors.key().get("/users"),
        await doors.key().get("/audit"),
        await doors.key().post("/bots/MySmsBot/try", json={"text": "hi"}),
        await doors.key().post("/apply", json={**said, "dry_run": True}),
    ]
    before = await lines(doors)
    done = await doors.key().post("/apply", json={**said, "dry_run": False})

    assert [200] * 5 == [one.status_code for one in [*answers, done]]
    assert [] == before
    assert [("apply_documents", "/apply")] == told(await lines(doors))


async def test_what_was_refused_changed_nothing_and_is_not_there(doors: Doors):
    refusals = [
        await doors.key().post("/users", json={"email": "ann"}),
        await doors.key().post("/users", json={"address": EMAIL}),
        await doors.key().post("/users", content="{", headers={"Content-Type": "text/plain"}),
        await doors.key().delete("/users/nobody@example.com"),
        await doors.key("read").post("/users", json={"email": EMAIL}),
        await doors.key().post(f"/users/{EMAIL}/link"),
        await doors.client().post("/users", json={"email": EMAIL}),
    ]

    assert [422, 422, 422, 404, 403, 403, 401] == [one.status_code for one in refusals]
    assert [] == await lines(doors)
    assert [] == (await doors.owner().get("/audit")).json()["data"]


async def test_what_is_under_way_or_was_cut_off_is_not_told_as_done(doors: Doors):
    change = {"organization": MINE, "who": "owner", "door": "cli", "about": "/users"}
    async with audit.written(doors.app, what="invite_user", **change):
        meanwhile = await lines(doors)
    with pytest.raises(asyncio.CancelledError):
        async with audit.written(doors.app, what="remove_user", **change):
            raise asyncio.CancelledError
    with pytest.raises(OSError, match="disk"):
        async with audit.written(doors.app, what="link_user", **change):
            raise OSError("disk")

    assert [("invite_user", False)] == [(one["what"], one["done"]) for one in meanwhile]
    left = [("link_user", False), ("remove_user", False), ("invite_user", True)]
    assert left == [(one["what"], one["done"]) for one in await lines(doors)]


async def test_what_is_asked_again_with_its_key_leaves_one_line(doors: Doors):
    answers = [
        await doors.key().post("/users", json={"email": EMAIL}, headers=ONCE) for _ in range(3)
    ]

    assert [201] * 3 == [one.status_code for one in answers]
    assert 1 == len({one.json()["link"] for one in answers})
    assert [("invite_user", f"/users {EMAIL}")] == told(await lines(doors))


async def test_pages_skip_no_line_and_none_comes_twice(doors: Doors):
    """Though there is another change before the second is asked for."""
    emails = [f"{name}@example.com" for name in "abcde"]
    for email in emails:
        await doors.key().post("/users", json={"email": email})
    for email in emails:
        await doors.key().delete(f"/users/{email}")
    found: list[list[str]] = []
    after: dict[str, str] = {}
    while True:
        answer = await doors.key().get("/audit", params={"limit": 2, **after})
        page = answer.json()
        found.append([one["about"] for one in page["data"]])
        if page["next"] is None:
            break
        after = {"after": page["next"]}
        await doors.key().post("/users", json={"email": EMAIL})

    removed = [f"/users/{email}" for email in reversed(emails)]
    assert [2] * 5 == [len(page) for page in found]
    invited = [f"/users {email}" for email in reversed(emails)]
    assert [*removed, *invited] == [about for page in found for about in page]


async def test_an_organization_reads_its_own_changes_alone(doors: Doors):
    await doors.key().post("/users", json={"email": EMAIL})
    await doors.key(organization=OTHERS).delete(f"/keys/{await key_id(doors, 'read', OTHERS)}")
    await doors.owner().post(f"/users/{EMAIL}/link")  # of nobody's organization
    mine, others = await lines(doors), await lines(doors, OTHERS)
    key = doors.key(organization=OTHERS)
    named = await key.get("/audit", headers={"Threadline-Organization": MINE})

    assert [(MINE, "invite_user")] == [(one["organization"], one["what"]) for one in mine]
    assert [(OTHERS, "revoke_key")] == [(one["organization"], one["what"]) for one in others]
    assert others == named.json()["data"]


async def test_the_owner_of_the_server_reads_all_or_those_of_one(doors: Doors):
    await doors.key().post("/users", json={"email": EMAIL})
    await doors.key(organization=OTHERS).post("/users", json={"email": EMAIL})
    await doors.owner().post(f"/users/{EMAIL}/link")
    every = (await doors.owner().get("/audit")).json()["data"]
    one = (await doors.owner(OTHERS).get("/audit")).json()["data"]
    none = await doors.owner("flowti").get("/audit")

    assert [("", "link_user"), (OTHERS, "invite_user"), (MINE, "invite_user")] == [
        (one["organization"], one["what"]) for one in every
    ]
    assert every[1:2] == one
    assert (404, "not_found") == (none.status_code, none.json()["code"])
    assert "Did you mean `flowit`?" in none.json()["detail"]


async def test_what_the_owner_changes_is_its_organizations_by_its_address_alone(doors: Doors):
    """No header says it: the endpoint does, and the SRN."""
    await doors.owner().post("/optouts", json=OPT_OUT)
    srn = f"srn:vault::{MINE}:secretdoc:{ADDRESS}-keys"
    await doors.owner().put(f"/secrets/{srn}", json={"Value": VALUE})

    assert [("replace_secret", f"/secrets/{srn}"), ("add_opt_out", ABOUT)] == told(
        await lines(doors)
    )
    assert [] == await lines(doors, OTHERS)


async def test_no_secret_is_in_the_log(doors: Doors):
    secret = {"Alias": "spare", "Type": "secretdoc", "Value": VALUE}
    made = await doors.key().post("/secrets", params={"token": CANARY}, json=secret)
    key = await doors.key().post("/keys", json={"name": "crm", "scopes": ["read"]})
    user = await doors.key().post("/users", json={"email": EMAIL})
    link = await doors.owner().post(f"/users/{EMAIL}/link")
    found = await doors.owner().get("/audit")
    secrets = [key.json()["key"], user.json()["link"], link.json()["link"], CANARY]

    assert [201, 201, 201, 200] == [one.status_code for one in (made, key, user, link)]
    assert 4 == len(found.json()["data"])
    assert [] == [one for one in secrets if one.rpartition("=")[2] in found.text]


async def test_a_document_that_calls_itself_a_dry_run_is_written_all_the_same(doors: Doors):
    """Only what is applied can be one."""
    bot = (await doors.owner(MINE).get("/bots/MySmsBot")).json()
    answer = await doors.key("write").put("/bots/MySmsBot", json={**bot, "dry_run": True})

    assert 200 == answer.status_code
    assert [("replace_bot", "/bots/MySmsBot")] == told(await lines(doors))


async def test_a_change_is_not_that_of_an_organization_with_the_name_of_a_noun(doors: Doors):
    made = await doors.owner().post("/apply", json={"documents": [{"Organization": "optouts"}]})
    assert 200 == made.status_code, made.text
    await doors.owner().post("/optouts", json=OPT_OUT)

    assert ("add_opt_out", ABOUT) in told(await lines(doors))
