"""Texts that went no further: found through the API, tried again, given up."""

from __future__ import annotations

import pytest

from tests.web.api.conftest import OTHERS, Doors
from tests.world import ADDRESS, ANN


async def test_a_parked_text_is_told_with_its_reason(doors: Doors):
    await doors.texting.parks("where is it?", "The bot was silent.")
    page = (await doors.key("read").get("/messages")).json()

    told = {
        "id": page["data"][0]["id"],
        "author": "contact",
        "endpoint": ADDRESS,
        "contact": ANN,
        "at": "2030-01-02T12:30:00.000Z",
        "text": "where is it?",
        "status": "put aside unanswered",
        "why": "The bot was silent.",
    }
    assert {"data": [told], "next": None} == page


async def test_a_text_is_tried_again_and_given_up(doors: Doors):
    key = doors.key("send")
    await doors.texting.answered("one")
    await doors.texting.sends("failed", note="No mobile.")
    id = await doors.texting.id_of("one", "failed")
    retried = await key.post(f"/messages/{id}/retry")
    discarded = await key.post(f"/messages/{id}/discard")
    again = await key.post(f"/messages/{id}/discard")

    assert {
        "id": id,
        "endpoint": ADDRESS,
        "contact": ANN,
        "text": "one",
        "status": "waiting",
        "warnings": [],
    } == retried.json()
    assert "discarded" == discarded.json()["status"]
    assert (422, ["discard_refused"]) == (
        again.status_code,
        [one["code"] for one in again.json()["problems"]],
    )
    assert [] == await doors.texting.goes()


async def test_a_text_is_tried_again_once_however_often_the_request_comes(doors: Doors):
    once = {"Idempotency-Key": "try-it"}
    await doors.texting.parks("hm?")
    id = await doors.texting.id_of("hm?")
    answers = [
        await doors.key("send").post(f"/messages/{id}/retry", headers=once) for _ in range(2)
    ]

    assert [200, 200] == [one.status_code for one in answers]
    assert answers[0].json() == answers[1].json()
    assert "true" == answers[1].headers["idempotency-replayed"]
    notes = await doors.texting.notes()
    assert 1 == notes.count("An operator had this tried again: “hm?”")


@pytest.mark.parametrize("state", ["failed", "unknown", "waiting"])
async def test_a_list_has_only_the_state_that_was_asked_for(doors: Doors, state: str):
    await doors.texting.parks("hm?")
    page = (await doors.key("read").get("/messages", params={"state": state})).json()

    assert [] == page["data"]


async def test_a_state_that_is_none_is_refused(doors: Doors):
    answer = await doors.key("read").get("/messages", params={"state": "lost"})

    assert 422 == answer.status_code
    assert [("field_invalid", "state")] == [
        (one["code"], one["path"]) for one in answer.json()["problems"]
    ]


@pytest.mark.parametrize("verb", ["retry", "discard"])
async def test_the_text_of_another_organization_is_as_if_it_were_not_there(
    doors: Doors, verb: str
):
    await doors.texting.parks("hm?")
    id = await doors.texting.id_of("hm?")
    stranger = doors.key("admin", OTHERS)
    there = await stranger.post(f"/messages/{id}/{verb}")
    nothing = await stranger.post(f"/messages/9{id}/{verb}")

    assert (404, 404) == (there.status_code, nothing.status_code)
    assert there.text.replace(f" {id} ", f" 9{id} ") == nothing.text
    assert ["hm?"] == [one["text"] for one in await doors.texting.listed()]


async def test_texts_come_in_pages_that_skip_none(doors: Doors):
    for n in range(5):
        await doors.texting.parks(f"text {n}")
    found: list[str] = []
    after: str | None = None
    while True:
        params = {"limit": 2} | ({"after": after} if after else {})
        page = (await doors.key("read").get("/messages", params=params)).json()
        found += [one["text"] for one in page["data"]]
        after = page["next"]
        if after is None:
            break

    assert [f"text {n}" for n in (4, 3, 2, 1, 0)] == found
