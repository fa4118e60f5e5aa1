"""/flows: a text looked over before it is a bot."""

from __future__ import annotations

from tests.web.api.conftest import Doors

SOURCE = "Name: New\nType: flow\nFlow: {nodes: {start: {type: Start, next: ende}}}\n"


async def test_a_text_is_looked_over_and_nothing_is_kept(doors: Doors):
    answer = await doors.key("read").post("/flows/look", json={"source": SOURCE})
    found = answer.json()
    bots = (await doors.key("read").get("/bots")).json()["data"]

    assert 200 == answer.status_code
    assert [("wire_unknown_node", 3, 43)] == [
        (one["code"], one["line"], one["column"]) for one in found["problems"]
    ]
    assert ["start"] == [one["id"] for one in found["graph"]["nodes"]]
    assert "New" not in [one["Name"] for one in bots]


async def test_a_text_that_is_to_be_a_bot_is_held_against_it(doors: Doors):
    wanted = {"source": SOURCE, "bot": "MySmsBot"}
    found = (await doors.key("read").post("/flows/look", json=wanted)).json()
    nobody = await doors.key("read").post("/flows/look", json={**wanted, "bot": "Nobody"})

    assert "name_fixed" == found["problems"][0]["code"]
    assert 404 == nobody.status_code
