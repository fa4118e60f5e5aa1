"""/bots/{name}/versions, /draft and /try, and /blueprints: by the API and its client."""

from __future__ import annotations

from typing import Any

from tests.operations.test_bot_versions import MINE, WRONG
from tests.web.api.conftest import Doors
from tests.world import ECHO, flow_bot

BOT = "/bots/MySmsBot"


def codes(answer: Any) -> list[tuple[str, str, int | None]]:
    return [(one["code"], one["path"], one.get("line")) for one in answer.json()["problems"]]


async def test_a_version_is_told_with_the_name_of_the_key_that_made_it(doors: Doors):
    await doors.key("write").put(BOT, json=flow_bot(ECHO))
    found = (await doors.key("read").get(f"{BOT}/versions")).json()

    assert [(2, "write", True), (1, "", False)] == [
        (one["version"], one["made_by"], one["current"]) for one in found["data"]
    ]


async def test_a_bot_goes_back_only_from_what_was_seen(doors: Doors):
    key = doors.key("write")
    seen = (await key.put(BOT, json=flow_bot(ECHO))).headers["etag"]
    await key.patch(BOT, json={"DisplayName": "Other"})
    body = {"version": 1, "note": "again"}
    late = await key.post(f"{BOT}/rollback", json=body, headers={"If-Match": seen})
    done = await key.post(f"{BOT}/rollback", json=body)
    changed = (await doors.key("read").get(f"{BOT}/versions/4/difference?old=1")).json()

    assert (412, 200) == (late.status_code, done.status_code)
    assert {**flow_bot(), "State": "RUNNING", "Version": 4} == done.json()
    assert ([], "") == (changed["fields"], changed["text"])


async def test_a_draft_is_saved_mended_and_published(doors: Doors):
    key, reader = doors.key("write"), doors.key("read")
    begun = await reader.get(f"{BOT}/draft")
    match = {"If-Match": begun.headers["etag"]}
    saved = await key.put(f"{BOT}/draft", json={"source": WRONG}, headers=match)
    twice = await key.put(f"{BOT}/draft", json={"source": MINE}, headers=match)
    refused = await key.post(f"{BOT}/draft/publish", json={})
    match = {"If-Match": saved.headers["etag"]}
    mended = await key.put(f"{BOT}/draft", json={"source": MINE}, headers=match)
    have = {"If-None-Match": mended.headers["etag"]}
    same = await reader.get(f"{BOT}/draft", headers=have)
    done = await key.post(f"{BOT}/draft/publish", json={"note": "mine"})

    assert (200, 412, 422) == (saved.status_code, twice.status_code, refused.status_code)
    assert [("wire_unknown_node", "Flow.nodes.start.next", 4)] == codes(refused)
    assert codes(saved) == codes(refused)
    assert (304, b"") == (same.status_code, same.content)
    assert (200, 2) == (done.status_code, done.json()["Version"])
    assert done.headers["etag"] == (await reader.get(BOT)).headers["etag"]


async def test_a_draft_is_thrown_away_once(doors: Doors):
    key = doors.key("write")
    await key.put(f"{BOT}/draft", json={"source": WRONG})
    gone = await key.delete(f"{BOT}/draft")
    again = await key.delete(f"{BOT}/draft")

    assert (200, WRONG) == (gone.status_code, gone.json()["source"])
    assert 404 == again.status_code


async def test_a_bot_is_tried_over_the_api(doors: Doors):
    key = doors.key("write")
    first = (await key.post(f"{BOT}/try", json={"text": "hi"})).json()
    body = {"text": "tea", "state": first["state"]}
    second = (await key.post(f"{BOT}/try", json=body)).json()

    assert ["Hello!", "Tea or coffee?"] == [
        one["message"] for one in first["elements"] if one["type"] == "message"
    ]
    assert ([{"type": "message", "message": "Good choice."}], True) == (
        second["elements"],
        second["ended"],
    )
    assert {"data": [], "next": None} == (await doors.key("read").get("/conversations")).json()


async def test_a_bot_is_made_of_a_blueprint(doors: Doors):
    told = (await doors.key("read").get("/blueprints")).json()["data"]
    names = [one["name"] for one in told]
    key = doors.key("write")
    body = {"name": "Questions", "values": {"company": "Blue Door"}}
    made = await key.post("/blueprints/faq/bots", json=body)
    wrong = await key.post("/blueprints/faq/bots", json={**body, "values": {"hue": "red"}})
    none = await key.post("/blueprints/fax/bots", json=body)
    reader = doors.key("read")
    versions = (await reader.get("/bots/Questions/versions")).json()["data"]

    assert len(names) >= 8
    assert (201, "Questions", 1) == (
        made.status_code,
        made.json()["Name"],
        made.json()["Version"],
    )
    assert "Blue Door: ask about HOURS" in made.text
    assert [("parameter_unknown", "values.hue", None)] == codes(wrong)
    assert (404, True) == (none.status_code, "Did you mean `faq`?" in none.text)
    assert ["Made of the blueprint faq."] == [one["note"] for one in versions]
    assert 200 == (await reader.get("/endpoints/flowit-Questions")).status_code
