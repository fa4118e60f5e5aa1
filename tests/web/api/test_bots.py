"""/bots: documents of what answers, one at a time."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.api.conftest import MINE, OTHERS, Doors
from tests.world import ADDRESS, flow_bot

BOT = "MySmsBot"
WRONG = {"nodes": {"start": {"type": "Start", "next": "nowhere"}}}


def codes(answer: Any) -> list[tuple[str, str]]:
    return [(one["code"], one["path"]) for one in answer.json()["problems"]]


async def test_a_bot_is_listed_without_what_it_says(doors: Doors):
    found = (await doors.key("read").get("/bots")).json()

    shown = {
        "Name": BOT,
        "Type": "flow",
        "State": "RUNNING",
        "Version": 1,
        "Updated": doors.clock() // 1000,
        "Endpoints": [f"{MINE}-{BOT}", ADDRESS],
    }
    assert {"data": [shown], "next": None} == found


async def test_a_long_list_comes_a_page_at_a_time(doors: Doors):
    key = doors.key("write")
    for name in ("A", "Z", "b"):
        assert 201 == (await key.post("/bots", json=flow_bot(name=name))).status_code
    seen, after = [], None
    while after is not None or not seen:
        params = {"limit": 2} | ({"after": after} if after else {})
        page = (await doors.key("read").get("/bots", params=params)).json()
        seen += [one["Name"] for one in page["data"]]
        after = page["next"]

    assert ["A", BOT, "Z", "b"] == seen


async def test_a_bot_is_given_back_as_it_was_written(doors: Doors):
    document = {**flow_bot(name="New"), "State": "paused", "Ours": {"x": [1, None, "Æ"]}}
    made = await doors.key("write").post("/bots", json=document)
    found = await doors.key("read").get("/bots/New")

    assert [*document.items(), ("Version", 1)] == list(made.json().items())
    assert made.json() == found.json()
    assert made.headers["etag"] == found.headers["etag"]


async def test_what_is_there_is_not_made_again(doors: Doors):
    again = await doors.key("write").post("/bots", json=flow_bot())

    assert (422, [("bot_exists", "Name")]) == (again.status_code, codes(again))


async def test_a_bot_may_have_the_name_of_anothers(doors: Doors):
    only = flow_bot(name="Only")
    mine = await doors.key("write").post("/bots", json=only)
    others = await doors.key("write", OTHERS).post("/bots", json=only)

    assert (201, 201) == (mine.status_code, others.status_code)


async def test_all_that_is_wrong_in_a_bot_is_told_by_its_place_in_it(doors: Doors):
    wrong = {**flow_bot(WRONG, name="a b"), "State": "ON"}
    answer = await doors.key("write").post("/bots", json=wrong)
    found = codes(answer)

    assert {("name_invalid", "Name"), ("state_invalid", "State")} < set(found)
    assert ("wire_unknown_node", "Flow.nodes.start.next") in found


async def test_a_bot_that_was_fetched_can_be_put_back(doors: Doors):
    key = doors.key("write")
    shown = (await doors.key("read").get(f"/bots/{BOT}")).json()
    put = await key.put(f"/bots/{BOT}", json={**shown, "State": "STOPPED"})
    again = await key.put(f"/bots/{BOT}", json=put.json())

    assert {**shown, "State": "STOPPED"} == put.json() == again.json()
    [record] = [one for one in await doors.app.store.bots() if one.organization == MINE]
    assert "Version" not in record.document


async def test_a_field_is_changed_alone_and_taken_away_by_null(doors: Doors):
    key = doors.key("write")
    first = await key.patch(f"/bots/{BOT}", json={"State": "PAUSED", "Note": {"a": 1, "b": 2}})
    second = await key.patch(
        f"/bots/{BOT}", json={"State": None, "Note": {"a": None}, "Version": 7}
    )

    assert ("PAUSED", 2) == (first.json()["State"], first.json()["Version"])
    assert ("RUNNING", 3, {"b": 2}) == (
        second.json()["State"],
        second.json()["Version"],
        second.json()["Note"],
    )


async def test_a_bot_that_an_endpoint_names_stays(doors: Doors):
    key = doors.key("write")
    kept = await key.delete(f"/bots/{BOT}")
    await key.post("/bots", json=flow_bot(name="Spare"))
    gone = await key.delete("/bots/Spare")

    assert (422, [("bot_in_use", "Name")]) == (kept.status_code, codes(kept))
    assert "myorganization-twiliosms" in kept.json()["problems"][0]["message"]
    assert (200, "Spare") == (gone.status_code, gone.json()["Name"])
    assert 404 == (await key.delete("/bots/Spare")).status_code


@pytest.mark.parametrize("verb", ["get", "put", "patch", "delete"])
async def test_the_bot_of_another_organization_is_as_if_it_were_not_there(
    doors: Doors, verb: str
):
    await doors.key("write").post("/bots", json=flow_bot(name="Mine"))
    stranger = doors.key("admin", OTHERS)
    body = {} if verb in ("get", "delete") else {"json": {"State": "PAUSED"}}
    there = await getattr(stranger, verb)("/bots/Mine", **body)
    nothing = await getattr(stranger, verb)("/bots/Nine", **body)

    assert (404, 404) == (there.status_code, nothing.status_code)
    assert there.text.replace("Mine", "Nine") == nothing.text


async def test_the_owner_has_to_say_which_of_several_organizations_is_meant(doors: Doors):
    unsaid = await doors.owner().post("/bots", json=flow_bot(name="New"))
    said = await doors.owner(OTHERS).post("/bots", json=flow_bot(name="New"))

    assert ["organization_missing"] == [one["code"] for one in unsaid.json()["problems"]]
    assert 201 == said.status_code
    assert ["acme"] == [
        one.organization for one in await doors.app.store.bots() if one.name == "New"
    ]
