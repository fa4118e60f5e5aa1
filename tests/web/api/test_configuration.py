"""/organizations, /apply and /export: who may declare what, and that it comes out again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx2
import pytest

from tests.web.api.conftest import MINE, OTHER_ADDRESS, OTHERS, Doors
from tests.world import ADDRESS, flow_bot


def codes(answer: httpx2.Response) -> list[tuple[str, str]]:
    return [(one["code"], one["path"]) for one in answer.json()["problems"]]


async def applied(client: httpx2.AsyncClient, *documents: Any, **said: Any) -> httpx2.Response:
    return await client.post("/apply", json={"documents": [*documents], **said})


async def test_a_key_sees_its_own_organization_and_the_owner_all(doors: Doors):
    mine = (await doors.key("read").get("/organizations")).json()["data"]
    every = (await doors.owner().get("/organizations")).json()["data"]

    assert [MINE] == [one["name"] for one in mine]
    assert [OTHERS, MINE] == [one["name"] for one in every]


async def test_only_the_owner_makes_organizations(doors: Doors):
    new = {"name": "globex", "title": "Globex"}
    refused = await doors.key("admin").post("/organizations", json=new)
    made = await doors.owner().post("/organizations", json=new)
    again = await doors.owner().post("/organizations", json={"name": "globex"})
    wrong = await doors.owner().post("/organizations", json={"name": "Glo bex"})

    assert (403, "out_of_scope") == (refused.status_code, refused.json()["code"])
    assert (201, {**new, "retention_days": None}) == (made.status_code, made.json())
    assert [("organization_exists", "name")] == codes(again)
    assert [("name_invalid", "name")] == codes(wrong)


async def test_an_administrator_renames_their_own_organization(doors: Doors):
    key = doors.key("admin")
    tag = (await key.get(f"/organizations/{MINE}")).headers["etag"]
    done = await key.patch(
        f"/organizations/{MINE}", json={"title": "Flow IT"}, headers={"If-Match": tag}
    )
    late = await key.patch(
        f"/organizations/{MINE}", json={"title": "Late"}, headers={"If-Match": tag}
    )
    writer = await doors.key("write").patch(f"/organizations/{MINE}", json={"title": "x"})
    titles = {one.name: one.title for one in await doors.app.store.organizations()}

    renamed = {"name": MINE, "title": "Flow IT", "retention_days": None}
    assert (200, renamed) == (done.status_code, done.json())
    assert (412, 403) == (late.status_code, writer.status_code)
    assert "Flow IT" == titles[MINE]


async def test_an_administrator_says_for_how_long_what_was_said_is_kept(doors: Doors):
    key, path = doors.key("admin"), f"/organizations/{MINE}"
    title = (await key.get(path)).json()["title"]
    kept = await key.patch(path, json={"retention_days": 30})
    renamed = await key.patch(path, json={"title": "Flow IT"})
    wrong = await key.patch(path, json={"retention_days": 0})
    for_good = await key.patch(path, json={"retention_days": None})
    days = {"Organization": MINE, "RetentionDays": 1}
    writer = await applied(doors.key("write"), days)
    made = {"name": "globex", "retention_days": 7}

    assert {"name": MINE, "title": title, "retention_days": 30} == kept.json()
    assert {"name": MINE, "title": "Flow IT", "retention_days": 30} == renamed.json()
    assert [("field_invalid", "retention_days")] == codes(wrong)
    assert {"name": MINE, "title": "Flow IT", "retention_days": None} == for_good.json()
    assert (403, "out_of_scope") == (writer.status_code, writer.json()["code"])
    assert 7 == (await doors.owner().post("/organizations", json=made)).json()["retention_days"]


@pytest.mark.parametrize("verb", ["get", "patch"])
async def test_another_organization_is_as_if_it_were_not_there(doors: Doors, verb: str):
    key = doors.key("admin")
    body = {} if verb == "get" else {"json": {"title": "Mine"}}
    there = await getattr(key, verb)(f"/organizations/{OTHERS}", **body)
    nothing = await getattr(key, verb)("/organizations/bcme", **body)

    assert (404, 404) == (there.status_code, nothing.status_code)
    assert there.text.replace(OTHERS, "bcme") == nothing.text


async def test_documents_are_applied_and_applying_them_again_changes_nothing(doors: Doors):
    document = {"Organization": MINE, "Bots": [flow_bot(name="New")]}
    dry = await applied(doors.key("write"), document, dry_run=True)
    before = [one.name for one in await doors.app.store.bots()]
    done = await applied(doors.key("write"), document)
    again = await applied(doors.key("write"), document)

    assert "New" not in before
    assert (False, True) == (dry.json()["applied"], done.json()["applied"])
    assert [
        ("keep", MINE),
        ("create", "New"),
        ("create", f"{MINE}-New"),
    ] == [(one["action"], one["name"]) for one in done.json()["changes"]]
    assert ["keep", "keep"] == [one["action"] for one in again.json()["changes"]]


async def test_a_misspelt_wish_for_a_dry_run_applies_nothing(doors: Doors):
    document = {"Organization": MINE, "Bots": [flow_bot(name="New")]}
    answer = await applied(doors.key("write"), document, dryrun=True)

    assert [("field_unknown", "dryrun")] == codes(answer)
    assert "New" not in [one.name for one in await doors.app.store.bots()]


async def test_a_title_is_changed_by_administrators_alone(doors: Doors):
    """Whichever door it comes in by."""
    document = {"Organization": MINE, "Title": "New", "Bots": [flow_bot(name="New")]}
    refused = await applied(doors.key("write"), document)
    dry = await applied(doors.key("write"), document, dry_run=True)
    bots = [one.name for one in await doors.app.store.bots()]
    done = await applied(doors.key("admin"), document)
    again = await applied(doors.key("write"), document)

    assert [(403, "out_of_scope")] * 2 == [
        (one.status_code, one.json()["code"]) for one in (refused, dry)
    ]
    assert "New" not in bots
    assert (200, 200) == (done.status_code, again.status_code)


@pytest.mark.parametrize(
    "value", [{"FromEnv": "X"}, {"FromFile": "x"}, {"authToken": {"FromEnv": "X"}}]
)
async def test_a_server_looks_for_no_value_and_keeps_no_word_for_one(doors: Doors, value: Any):
    """An export that is applied as it is would put such words in the place of the secrets."""
    secret = {"Name": "x", "Value": value}
    answers = [
        await applied(doors.key("write"), {"Organization": MINE, "Secrets": [secret]}),
        await doors.key("write").post("/secrets", json={"Alias": "x", "Value": value}),
    ]

    assert [["secret_invalid"]] * 2 == [[code for code, _path in codes(one)] for one in answers]
    assert [] == [one for one in await doors.app.store.secrets() if one.alias == "x"]


async def test_a_key_applies_documents_of_its_own_organization_only(doors: Doors):
    own = {"Organization": MINE, "Bots": [flow_bot(name="New")]}
    key = doors.key("admin")
    there = await applied(key, own, {"Organization": OTHERS, "Endpoints": [{}]})
    nothing = await applied(key, own, {"Organization": "bcme", "Endpoints": [{}]})

    assert (422, [("organization_foreign", "documents[1].Organization")]) == (
        there.status_code,
        codes(there),
    )
    assert there.text == nothing.text
    assert "New" not in [one.name for one in await doors.app.store.bots()]


async def test_the_owner_applies_documents_of_any_organization(doors: Doors):
    two = [{"Organization": name, "Title": "New"} for name in (OTHERS, "globex")]
    done = await applied(doors.owner(MINE), *two)

    assert ["change", "create"] == [one["action"] for one in done.json()["changes"]]


async def test_a_key_hears_of_all_that_is_wrong_and_nothing_of_others(doors: Doors):
    [mine] = (await doors.key("read").get("/export")).json()["documents"]
    [endpoint] = [one for one in mine["Endpoints"] if one["Address"] == ADDRESS]
    wrong = {
        "Organization": MINE,
        "Bots": [{"Name": "a b", "Type": "lex"}],
        "Endpoints": [{**endpoint, "Address": OTHER_ADDRESS, "TargetBotReference": "X"}],
    }
    answer = await applied(doors.key("write"), wrong)

    at = "documents[0]."
    assert [
        ("name_invalid", f"{at}Bots[0].Name"),
        ("type_unknown", f"{at}Bots[0].Type"),
        ("bot_unknown", f"{at}Endpoints[0].TargetBotReference"),
        ("address_taken", f"{at}Endpoints[0].Address"),
        ("sender_taken", f"{at}Endpoints[0].EngagementConfig.Secret"),
    ] == codes(answer)
    assert OTHERS not in answer.text.replace(OTHER_ADDRESS, "")


async def test_what_a_key_exports_is_its_own_and_has_no_secret_value(doors: Doors):
    answer = await doors.key("read").get("/export")
    [found] = answer.json()["documents"]

    assert ["Organization", "Secrets", "Bots", "Endpoints"] == list(found)
    assert [f"{MINE}-MySmsBot", ADDRESS] == [one["Address"] for one in found["Endpoints"]]
    assert [flow_bot()] == found["Bots"]
    [secret] = found["Secrets"]
    assert {"FromEnv": "FLOWIT_MYORGANIZATION_TWILIOSMS_KEYS"} == secret["Value"]
    assert OTHERS not in answer.text
    value = await doors.app.vault.reveal(f"srn:vault::{MINE}:secretdoc:{secret['Name']}")
    assert isinstance(value, Mapping)
    assert [] == [one for one in value.values() if one in answer.text]


async def test_nothing_in_an_export_shows_that_others_have_something(doors: Doors):
    """FLOWIT_B_C is a good name for a secret of flowit, and for one of flowit-b."""
    one = {"Name": "c", "Type": "secret", "Value": "x"}
    await applied(doors.owner(), {"Organization": "flowit-b", "Secrets": [one]})
    await applied(doors.owner(), {"Organization": MINE, "Secrets": [{**one, "Name": "b-c"}]})
    [mine] = (await doors.key("read").get("/export")).json()["documents"]
    every = (await doors.owner().get("/export")).json()["documents"]
    told = [it["Value"]["FromEnv"] for document in every for it in document["Secrets"]]

    assert {"FromEnv": "FLOWIT_B_C"} in [it["Value"] for it in mine["Secrets"]]
    assert {"FLOWIT_B_C", "FLOWIT_B_C_2"} <= {*told}


async def test_a_title_is_exported_if_there_is_one(doors: Doors):
    before = (await doors.owner(MINE).get("/export")).json()["documents"][0]
    await applied(doors.owner(), {"Organization": MINE, "Title": "Flow IT"})
    after = (await doors.owner(MINE).get("/export")).json()["documents"][0]

    assert "Title" not in before
    assert "Flow IT" == after["Title"]


async def test_the_owner_exports_all_or_the_one_that_is_named(doors: Doors):
    every = (await doors.owner().get("/export")).json()["documents"]
    one = (await doors.owner(OTHERS).get("/export")).json()["documents"]

    assert [OTHERS, MINE] == [document["Organization"] for document in every]
    assert [every[0]] == one


async def test_an_export_is_what_apply_takes_and_changes_nothing_where_it_came_from(
    doors: Doors,
):
    found = (await doors.owner().get("/export")).json()["documents"]
    for document in found:
        del document["Secrets"]
    done = await applied(doors.owner(), *found)

    assert {"keep"} == {one["action"] for one in done.json()["changes"]}
