"""Senders are listed, paused and resumed through the API."""

from __future__ import annotations

from tests.web.api.conftest import OTHER_ADDRESS, OTHERS, Doors
from tests.world import ADDRESS, OURS

WHY = {"reason": "the bot says nonsense"}


async def test_a_sender_is_told_with_what_it_does_and_what_waits(doors: Doors):
    await doors.texting.answered("one", "two")
    page = (await doors.key("read").get("/senders")).json()

    told = {
        "sender": OURS,
        "endpoints": [ADDRESS],
        "state": "sending",
        "until": None,
        "why": "",
        "segments_per_second": 1000.0,
        "waiting": 2,
        "oldest": "2030-01-02T12:30:00.000Z",
        "opted_out": 0,
        "heard_at": None,
    }
    assert {"data": [told], "next": None} == page


async def test_a_paused_sender_holds_its_texts_until_it_is_resumed(doors: Doors):
    key = doors.key("write")
    await doors.texting.answered("one")
    paused = await key.post(f"/senders/{ADDRESS}/pause", json=WHY)
    held = await doors.texting.goes()
    resumed = await key.post(f"/senders/{ADDRESS}/resume")
    again = await key.post(f"/senders/{ADDRESS}/resume")

    assert [] == held
    assert ("paused by hand", WHY["reason"]) == (
        paused.json()["state"],
        paused.json()["why"],
    )
    assert ("sending", True, WHY["reason"]) == tuple(
        resumed.json()[name] for name in ("state", "was_paused", "why")
    )
    assert (False, "") == (again.json()["was_paused"], again.json()["why"])
    assert ["one"] == await doors.texting.goes()


async def test_a_pause_needs_a_reason(doors: Doors):
    key = doors.key("write")
    empty = await key.post(f"/senders/{ADDRESS}/pause", json={"reason": " "})
    none = await key.post(f"/senders/{ADDRESS}/pause", json={})

    assert ["reason_missing"] == [one["code"] for one in empty.json()["problems"]]
    assert ["field_missing"] == [one["code"] for one in none.json()["problems"]]


async def test_the_sender_of_another_organization_is_as_if_it_were_not_there(doors: Doors):
    stranger = doors.key("admin", OTHERS)
    there = await stranger.post(f"/senders/{ADDRESS}/pause", json=WHY)
    nothing = await stranger.post("/senders/myorganization-twiliosmq/pause", json=WHY)
    listed = (await stranger.get("/senders")).json()["data"]
    mine = (await doors.key("read").get("/senders")).json()["data"]

    assert 404 == there.status_code
    assert there.text.replace(ADDRESS, "myorganization-twiliosmq") == nothing.text
    assert [[OTHER_ADDRESS]] == [one["endpoints"] for one in listed]
    assert ["sending"] == [one["state"] for one in mine]
