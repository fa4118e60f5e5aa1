"""Conversations over the API: found, read in pages, ended, and looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from tests.store.samples import answer, text
from tests.web.api.conftest import OTHER_ADDRESS, Doors
from tests.world import ADDRESS, ANN, BOB
from threadline.model.rows import Said
from threadline.model.timeline import Markup
from threadline.pipeline import digest

FLAG = "It came to another number."
WRITTEN = "+1 (555) 010-0001"


async def pages(doors: Doors, path: str, **params: Any) -> list[list[Any]]:
    """Every page of a list."""
    found: list[list[Any]] = []
    after: str | None = None
    while True:
        asked = {**params, **({"after": after} if after else {})}
        answer = await doors.key("read").get(path, params=asked)
        assert 200 == answer.status_code, answer.text
        found.append(answer.json()["data"])
        after = answer.json()["next"]
        if after is None:
            return found


def texts(entries: list[Any]) -> list[str]:
    return [one["element"].get("message") or one["element"]["text"] for one in entries]


async def test_the_latest_come_first_and_pages_skip_none(doors: Doors):
    people = [f"+1555010{n:04}" for n in range(7)]
    for n, person in enumerate(people):
        if n % 3:
            doors.clock.skip(1)  # some of them at the same moment
        await doors.texting.text("hi", person)
    found = await pages(doors, "/conversations", limit=2)
    contacts = [one["contact"] for part in found for one in part]

    assert [2, 2, 2, 1] == [len(part) for part in found]
    assert people[::-1] == contacts


async def test_a_conversation_is_told_with_what_goes_on_in_it(doors: Doors):
    await doors.texting.answered("Tea or coffee?")
    await doors.texting.text("tea")
    [[found]] = await pages(doors, "/conversations")

    assert {
        "endpoint": ADDRESS,
        "address": "+15550109999",
        "contact": ANN,
        "waiting": 1,
        "session": 1,
        "session_open": True,
        "flagged": "",
        "taken_by": "",
        "created_at": "2030-01-02T12:30:00.000Z",
        "updated_at": "2030-01-02T12:30:00.000Z",
        "bot": "MySmsBot",
        "opted_out": False,
        "failed": False,
        "last_author": "contact",
        "last_at": "2030-01-02T12:30:00.000Z",
        "last_text": "tea",
        "matched": None,
    } == found


async def test_only_what_is_asked_for_is_listed(doors: Doors):
    await doors.texting.text("hi", flag=FLAG)
    await doors.texting.text("hi", BOB)
    [flagged] = await pages(doors, "/conversations", flagged="true")
    [of_one] = await pages(doors, "/conversations", endpoint=ADDRESS)
    others = await doors.key("read").get(f"/conversations?endpoint={OTHER_ADDRESS}")

    assert [(ANN, FLAG)] == [(one["contact"], one["flagged"]) for one in flagged]
    assert {ANN, BOB} == {one["contact"] for one in of_one}
    assert 404 == others.status_code


async def test_all_that_is_asked_has_to_hold(doors: Doors):
    await doors.texting.text("Where is my invoice?")
    await doors.texting.text("Hello", BOB)
    while (await digest.read_on(doors.app.store, doors.clock, "here")).more:
        pass
    [ann] = await pages(doors, "/conversations", text="INVOI", number="0001", waiting="true")
    [nobody] = await pages(doors, "/conversations", text="invoice", number="0002")
    refused = await doors.key("read").get("/conversations", params={"number": "12"})

    assert [(ANN, "Where is my invoice?")] == [(one["contact"], one["matched"]) for one in ann]
    assert [] == nobody
    assert (422, "contact_short") == (
        refused.status_code,
        refused.json()["problems"][0]["code"],
    )


async def test_the_overview_tells_texts_by_the_hour_and_what_stands_still(doors: Doors):
    await doors.texting.parks("Where is it?")
    while (await digest.read_on(doors.app.store, doors.clock, "here")).more:
        pass
    found = (await doors.key("read").get("/overview", params={"hours": 2})).json()
    others = (await doors.key("read", "acme").get("/overview")).json()

    assert [0, 1] == [one["received"] for one in found["hours"]]
    assert (1, 0) == (found["parked"], others["parked"])


async def test_a_long_timeline_comes_in_pages(doors: Doors):
    for n in range(4):
        await doors.texting.answered(f"answer {n}", says=f"text {n}")
    found = await pages(doors, f"/conversations/{ADDRESS}/{ANN}/timeline", limit=3)

    assert [3, 3, 2] == [len(part) for part in found]
    assert [f"{word} {n}" for n in range(4) for word in ("text", "answer")] == [
        one for part in found for one in texts(part)
    ]
    assert [f"1-{n}" for n in range(1, 9)] == [one["message"] for p in found for one in p]


async def test_a_contact_of_several_of_our_numbers_has_one_timeline(doors: Doors):
    await doors.texting.text("one")
    await doors.texting.text("two")
    other = [text(f"other{n}", says=f"other {n}") for n in range(2)]
    number = "+15550109997"
    moved = [replace(one, ours=number, sender=f"AC1/{number}") for one in other]
    await doors.app.store.keep(doors.texting.endpoint, moved)
    path = f"/conversations/{ADDRESS}/{ANN}"
    found = await pages(doors, f"{path}/timeline", limit=1)
    shown = (await doors.key("read").get(path)).json()

    assert ["one", "two", "other 0", "other 1"] == [texts(part)[0] for part in found]
    assert ["+15550109999", "+15550109997"] == [
        one["address"] for one in shown["conversations"]
    ]


async def test_what_is_shown_begins_and_says_where_it_goes_on(doors: Doors):
    texting = doors.texting
    for n in range(60):
        await texting.answered(f"answer {n}", says=f"text {n}")
    shown = (await doors.key("read").get(f"/conversations/{ADDRESS}/{WRITTEN}")).json()
    path = f"/conversations/{ADDRESS}/{ANN}/timeline"
    after = {"after": shown["timeline"]["next"]}
    rest = (await doors.key("read").get(path, params=after)).json()

    assert ANN == shown["contact"]
    assert (100, 20) == (len(shown["timeline"]["data"]), len(rest["data"]))
    assert "text 50" == texts(rest["data"])[0]
    assert {"data": [], "next": None} == shown["attempts"]


async def test_every_try_is_told(doors: Doors):
    await doors.texting.answered("one", "two")
    await doors.texting.sends("sent", provider_id="SM1")
    await doors.texting.sends("failed", note="The number is not a mobile.")
    found = await pages(doors, f"/conversations/{ADDRESS}/{ANN}/attempts", limit=1)
    [[first], [second]] = found

    assert ("one", "accepted", "SM1") == (
        first["text"],
        first["status"],
        first["provider_id"],
    )
    assert ("1-3", "The number is not a mobile.") == (second["message"], second["note"])
    assert "2030-01-02T12:30:00.000Z" == second["ended_at"]


async def test_a_try_that_is_under_way_has_not_ended(doors: Doors):
    await doors.texting.answered("one")
    await doors.texting.sending()
    [[found]] = await pages(doors, f"/conversations/{ADDRESS}/{ANN}/attempts")

    assert found["ended_at"] is None


@pytest.mark.parametrize("contact", ["web:ann/42?x#y", "Ann & Co", "100%"])
async def test_whoever_texts_has_a_path(doors: Doors, contact: str):
    await doors.texting.answered("hello", contact=contact)
    path = f"/conversations/{ADDRESS}/{quote(contact, safe='')}"
    read, send = doors.key("read"), doors.key("send")
    shown = await read.get(path)
    timeline = await read.get(f"{path}/timeline")
    ended = await send.post(f"{path}/end")

    assert (200, contact) == (shown.status_code, shown.json()["contact"])
    assert ["hi", "hello"] == texts(timeline.json()["data"])
    assert (200, ["1-1"]) == (ended.status_code, ended.json()["sessions"])


async def test_a_session_is_ended_once_for_one_idempotency_key(doors: Doors):
    await doors.texting.answered("hello")
    path = f"/conversations/{ADDRESS}/{ANN}/end"
    once = {"Idempotency-Key": "e1"}
    first = await doors.key("send").post(path, headers=once)
    again = await doors.key("send").post(path, headers=once)
    another = await doors.key("send").post(path)

    assert first.json() == again.json()
    assert (200, 200, 404) == (first.status_code, again.status_code, another.status_code)


async def test_a_flag_is_taken_off(doors: Doors):
    await doors.texting.text("hi", flag=FLAG)
    path = f"/conversations/{ADDRESS}/{WRITTEN}/unflag"
    taken = await doors.key("send").post(path)
    again = await doors.key("send").post(path)

    assert {"endpoint": ADDRESS, "contact": ANN, "flags": [FLAG]} == taken.json()
    assert 404 == again.status_code
    assert [[]] == await pages(doors, "/conversations", flagged="true")


async def test_half_a_character_in_what_a_bot_said_can_be_read(doors: Doors):
    await doors.texting.text("hi")
    finished = answer(await doors.texting.claim())
    finished.said = [Said(Markup("card", {"title": "half \ud83d"}), discarded="no")]
    await doors.app.store.finish_turns([finished])
    [found] = await pages(doors, f"/conversations/{ADDRESS}/{ANN}/timeline")
    events = await doors.key("read").get("/events?after=start&follow=false")

    assert "half \ufffd" == found[1]["element"]["title"]
    assert "half \\ufffd" in events.text


async def test_a_place_in_another_list_is_refused(doors: Doors):
    await doors.texting.text("hi")
    keys = await doors.key("admin").get("/keys?limit=1")
    answer = await doors.key("read").get(
        "/conversations", params={"after": keys.json()["next"]}
    )

    assert [("cursor_invalid", "after")] == [
        (one["code"], one["path"]) for one in answer.json()["problems"]
    ]
