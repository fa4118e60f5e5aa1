"""What an operator does in a conversation, over the API; and all that was said in one file."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any

import pytest

from tests.store.samples import answer, text
from tests.web.api.conftest import Doors
from tests.web.api.test_conversations import pages, texts
from tests.world import ADDRESS, ANN
from threadline.model.rows import Said
from threadline.model.timeline import Markup

AT = f"/conversations/{ADDRESS}/{ANN}"


async def post(doors: Doors, path: str, body: Any = None, **headers: str) -> Any:
    found = await doors.key("send").post(f"{AT}{path}", json=body, headers=headers)
    assert found.status_code < 300, found.text
    return found.json()


async def get(doors: Doors, path: str) -> Any:
    found = await doors.key("read").get(f"{AT}{path}")
    assert 200 == found.status_code, found.text
    return found


async def test_a_conversation_is_taken_over_under_the_keys_name_and_handed_back(doors: Doors):
    await doors.texting.answered("hello")
    taken = await post(doors, "/take-over")
    [state] = (await get(doors, "/state")).json()["data"]
    returned = await post(doors, "/hand-back")
    again = await doors.key("send").post(f"{AT}/hand-back")

    pair = {"endpoint": ADDRESS, "contact": ANN}
    assert {**pair, "taken_by": "send", "before": ""} == taken
    assert "send" == state["taken_by"]
    assert {**pair, "before": "send"} == returned
    assert (404, "not_found") == (again.status_code, again.json()["code"])


async def test_the_owner_of_the_server_is_the_operator(doors: Doors):
    await doors.texting.answered("hello")
    found = await doors.owner("flowit").post(f"{AT}/take-over")

    assert "operator" == found.json()["taken_by"]


async def test_a_reply_is_made_once_for_one_idempotency_key(doors: Doors):
    await doors.texting.answered("hello")
    body = {"text": "We call you.", "take_over": True}
    once = {"Idempotency-Key": "r1"}
    first = await post(doors, "/reply", body, **once)
    again = await post(doors, "/reply", body, **once)

    assert first == again
    assert (["1-4"], "held", "send") == (first["messages"], first["status"], first["taken_by"])
    assert ["hi", "hello", "We call you."] == [
        one
        for part in await pages(doors, f"{AT}/timeline")
        for one in texts(part)
        if "bot is not asked" not in one
    ]


async def test_where_a_conversation_stands_is_told(doors: Doors):
    await doors.texting.text("hi")
    finished = answer(await doors.texting.claim(), "hello")
    finished.context = {"name": "Ann"}
    await doors.app.store.finish_turns([finished])
    await doors.texting.text("STOP", consent="stop")
    [found] = (await get(doors, "/state")).json()["data"]
    moment = "2030-01-02T12:30:00.000Z"

    assert ("MySmsBot", {"at": "x"}, {"name": "Ann"}, 1) == tuple(
        found[name] for name in ("bot", "state", "context", "waiting")
    )
    assert (moment, moment) == (found["session_began_at"], found["opted_out_since"])
    assert [("stop", "STOP")] == [(one["what"], one["said"]) for one in found["consents"]]
    assert (False, None) == (found["asked"], found["asked_again_at"])


async def test_the_latest_comes_first_with_every_try_and_what_can_be_decided(doors: Doors):
    await doors.texting.answered("one")
    await doors.texting.sends(
        "failed", note="The number is not a mobile.", provider_code="30006"
    )
    await doors.texting.parks("hm?")
    found = await pages(doors, f"{AT}/latest", limit=2)
    flat = [one for part in found for one in part]
    [note, parked, _why, failed, hi] = flat

    assert [2, 2, 1] == [len(part) for part in found]
    assert ["1-5", "1-4", "1-3", "1-2", "1-1"] == [one["message"] for one in flat]
    assert ("failed", ["retry", "redact"]) == (failed["state"], failed["may"])
    assert [("30006", "The number is not a mobile.")] == [
        (one["provider_code"], one["note"]) for one in failed["attempts"]
    ]
    assert ("parked", "put aside unanswered", ["retry", "discard"]) == (
        parked["state"],
        parked["status"],
        parked["may"],
    )
    assert ([], ["redact"], "") == (note["may"], hi["may"], hi["state"])


async def test_the_latest_of_several_of_our_numbers_come_one_after_the_other(doors: Doors):
    await doors.texting.answered("one", says="first")
    number = "+15550109997"
    elsewhere = replace(text("other", says="elsewhere"), ours=number, sender=f"AC1/{number}")
    await doors.app.store.keep(doors.texting.endpoint, [elsewhere])
    found = await pages(doors, f"{AT}/latest", limit=1)

    assert ["elsewhere", "one", "first"] == [texts(part)[0] for part in found]


async def test_the_whole_conversation_is_one_json(doors: Doors):
    for n in range(3):
        await doors.texting.answered(f"answer {n}", says=f"text {n}")
    await doors.texting.sends("sent", provider_id="SM1")
    found = await get(doors, "/export")
    told = found.json()

    assert "application/json" == found.headers["content-type"]
    assert (
        'attachment; filename="conversation-15550100001.json"'
        == found.headers["content-disposition"]
    )
    assert (ADDRESS, ANN, 1) == (told["endpoint"], told["contact"], len(told["conversations"]))
    assert [f"{word} {n}" for n in range(3) for word in ("text", "answer")] == (
        texts(told["timeline"])
    )
    assert ["SM1"] == [one["provider_id"] for one in told["timeline"][1]["attempts"]]


async def test_a_long_conversation_is_exported_to_its_end(doors: Doors, monkeypatch: Any):
    monkeypatch.setattr("threadline.operations.transcript.AT_ONCE", 3)
    for n in range(4):
        await doors.texting.answered(f"answer {n}", says=f"text {n}")

    assert 8 == len((await get(doors, "/export")).json()["timeline"])


@pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
async def test_in_a_csv_no_cell_is_a_formula(doors: Doors, formula: str):
    await doors.texting.answered('a, "b"\nc', says=formula)
    found = await get(doors, "/export?format=csv")
    rows = list(csv.DictReader(io.StringIO(found.text, newline="")))

    assert "text/csv; charset=utf-8" == found.headers["content-type"]
    assert [f"'{formula}", 'a, "b"\nc'] == [row["text"] for row in rows]
    assert ["contact", "bot"] == [row["author"] for row in rows]


async def test_what_has_no_words_is_in_the_csv_too(doors: Doors):
    await doors.texting.text("hi")
    finished = answer(await doors.texting.claim())
    finished.said = [Said(Markup("carousel", {"cards": [1]}), discarded="no")]
    await doors.app.store.finish_turns([finished])
    found = await get(doors, "/export?format=csv")
    [_hi, card] = csv.DictReader(io.StringIO(found.text, newline=""))

    assert ("carousel", '{"cards":[1]}', "no") == (
        card["type"],
        card["text"],
        card["discarded"],
    )


async def test_another_format_is_refused(doors: Doors):
    await doors.texting.text("hi")
    found = await doors.key("read").get(f"{AT}/export?format=xml")

    assert 422 == found.status_code


async def test_a_text_and_then_all_of_it_is_redacted(doors: Doors):
    await doors.texting.answered("hello")
    await doors.texting.sends("sent", provider_id="SM1")
    one = await doors.key("send").post("/messages/1-2/redact")
    whole = await post(doors, "/redact")
    [found] = await pages(doors, f"{AT}/timeline")

    assert {"messages": ["1-2"]} == one.json()
    assert {"endpoint": ADDRESS, "contact": ANN, "conversations": 1} == whole
    assert [{"type": "redacted", "by": "send", "at": "2030-01-02T12:30:00.000Z"}] * 2 == [
        entry["element"] for entry in found
    ]


async def test_who_follows_gets_nothing_of_what_was_redacted(doors: Doors):
    """Not even from what the reader had in hand."""
    await doors.texting.answered("your code is 42")
    await doors.texting.sends("sent", provider_id="SM1")
    before = await doors.key("read").get("/events?after=start&follow=false")
    await doors.key("send").post("/messages/1-2/redact")
    after = await doors.key("read").get("/events?after=start&follow=false")

    assert ("your code" in before.text, "your code" in after.text) == (True, False)
