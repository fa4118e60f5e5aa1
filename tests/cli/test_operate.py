"""What an operator types about opt-outs, senders and texts that went no further."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable

import pytest

from tests.cli.conftest import ADDRESS, FLOWIT, NUMBER, Desk
from tests.operations.texting import Texting
from threadline.app import open_app
from threadline.cli.overview import bars
from threadline.settings import Settings

ANN, BOB = "+15550100001", "+15550100002"
ORG = ("--org", "flowit")


@pytest.fixture
def used(desk: Desk) -> Desk:
    """Applied, and texted: Ann's text is parked, one to Bob has failed, and one waits."""
    desk.run("apply", "flowit.yaml")
    fill(desk, _parked_failed_waiting)
    return desk


async def _parked_failed_waiting(here: Texting) -> None:
    await here.parks("where is it?")
    await here.answered("Hello, Bob!", contact=BOB)
    await here.sends("failed", note="The number is not a mobile.")
    await here.answered("Hello again!", contact=BOB)


def fill(desk: Desk, what: Callable[[Texting], Awaitable[None]]) -> None:
    """Let something happen in the desk's data, as a server on it would."""

    async def run() -> None:
        app = await open_app(Settings.read(data=desk.data))
        [endpoint] = [one for one in await app.store.endpoints() if one.address == ADDRESS]
        await what(Texting(app, endpoint, texts=time.time_ns()))
        await app.close()

    asyncio.run(run())


def lines(desk: Desk, *args: str) -> list[str]:
    done = desk.run(*args)
    assert (0, "") == (done.code, done.err)
    return done.out.splitlines()


def test_a_new_organization_is_told_what_to_do(desk: Desk):
    desk.write("flowit.yaml", FLOWIT[: FLOWIT.index("Secrets:")])
    desk.run("apply", "flowit.yaml")
    told = {
        noun: lines(desk, *noun.split(), *ORG)
        for noun in ("optout list", "sender list", "message list", "conversation list")
    }

    assert {
        "optout list": [
            "Nobody has opted out. `threadline optout add` takes somebody off by hand."
        ],
        "sender list": [
            "There is no sender yet. `threadline apply FILE` brings an endpoint with one."
        ],
        "message list": ["Nothing is parked. `--state failed` lists what could not be sent."],
        "conversation list": ["Nobody has written yet."],
    } == told
    assert ["Nothing is flagged."] == lines(desk, "conversation", "list", "--flagged", *ORG)


def test_somebody_is_taken_off_and_put_back(used: Desk):
    reason = ("--reason", "asked by phone")
    added = lines(used, "optout", "add", ADDRESS, "+1 555 010 0002", *reason)
    again = lines(used, "optout", "add", ADDRESS, BOB, *reason)
    listed = lines(used, "optout", "list", "--endpoint", ADDRESS, *ORG)
    removed = used.run("optout", "remove", ADDRESS, BOB, "--reason", "came back")
    history = lines(used, "optout", "history", ADDRESS, BOB)

    assert [f"{BOB} is texted no more.", "1 texts that waited for them were dropped."] == added
    assert again[0].startswith(f"{BOB} had opted out already")
    assert [f"{BOB}  {ADDRESS}  by an operator: asked by phone"] == [
        line.partition("  ")[2] for line in listed
    ]
    lifted = "They had opted out by an operator: asked by phone."
    assert [f"{BOB} may be texted again. {lifted}"] == removed.out.splitlines()
    assert "Twilio blocks them too" in removed.err
    assert ["off  by an operator: asked by phone", "on  by an operator: came back"] == [
        line.partition("  ")[2].strip() for line in history[:2]
    ]
    assert f"{BOB} may be texted." == history[2]


def test_a_sender_is_paused_and_resumed(used: Desk):
    before = lines(used, "sender", "list", *ORG)
    paused = lines(used, "sender", "pause", ADDRESS, "--reason", "the bot says nonsense")
    between = lines(used, "sender", "list", *ORG)
    resumed = lines(used, "sender", "resume", ADDRESS)
    again = lines(used, "sender", "resume", ADDRESS)

    assert before[0].startswith(f"{NUMBER}  {ADDRESS}  ")
    assert "  sending  1 wait, the oldest since " in before[0]
    end = f"`threadline sender resume {ADDRESS}` ends that."
    assert [f"{NUMBER} is paused. {end}"] == paused
    assert "  paused by hand (the bot says nonsense)  1 wait, " in between[0]
    assert [
        f"{NUMBER} sends again. It was paused: the bot says nonsense",
        "1 texts wait to go out.",
    ] == resumed
    assert [f"{NUMBER} was not paused.", "1 texts wait to go out."] == again


def test_a_parked_text_is_found_and_tried_again(used: Desk):
    listed = lines(used, "message", "list", *ORG)
    id = listed[0].split()[0]
    retried = lines(used, "message", "retry", id, *ORG)

    assert listed[0].endswith(f"{ADDRESS}  from {ANN}  put aside unanswered")
    assert ["    where is it?", "    The bot was silent."] == listed[1:]
    assert [f"{id} is tried again: where is it?"] == retried
    waiting = lines(used, "message", "list", "--state", "waiting", *ORG)
    assert "waiting for the bot" in "".join(waiting)


def test_a_failed_text_goes_before_what_waits_and_a_text_can_be_discarded(used: Desk):
    failed = lines(used, "message", "list", "--state", "failed", *ORG)
    id = failed[0].split()[0]
    retried = lines(used, "message", "retry", id, *ORG)
    discarded = lines(used, "message", "discard", id, *ORG)
    again = used.run("message", "discard", id, *ORG)

    assert failed[0].endswith(f"{ADDRESS}  to {BOB}  failed")
    assert ["    Hello, Bob!", "    The number is not a mobile."] == failed[1:]
    assert [f"{id} is tried again: Hello, Bob!"] == retried
    assert [f"{id} is discarded: Hello, Bob!"] == discarded
    assert (1, "") == (again.code, again.out)
    assert again.err.startswith(f"discard_refused: {id}: It was discarded before")


def test_warnings_go_to_standard_error(used: Desk):
    async def sent_after_all(here: Texting) -> None:
        await here.answered("More.", contact="+15550100003")
        await here.sends("unknown", due_at=here.app.clock())
        await here.gives_up()

    lines(used, "optout", "add", ADDRESS, BOB, "--reason", "out of the way")
    fill(used, sent_after_all)
    parked = json.loads(used.run("message", "list", *ORG, "--json").out)
    id = next(one["id"] for one in parked if one["text"] == "More.")
    done = used.run("message", "retry", id, *ORG)

    assert "Nobody knows whether it was sent before, so it may arrive twice." in done.err
    assert f"{id} is tried again: More.\n" == done.out


def test_a_flag_is_shown_with_its_reason_and_taken_off(used: Desk):
    async def flagged(here: Texting) -> None:
        await here.text("hi", flag="It came to another number.")

    fill(used, flagged)
    listed = lines(used, "conversation", "list", "--flagged", *ORG)
    taken = lines(used, "conversation", "unflag", ADDRESS, ANN)

    assert listed[0].endswith(f"{ADDRESS}  {ANN}")
    assert ["    hi", "    flagged: It came to another number."] == listed[1:]
    assert [
        f"{ANN} is not flagged any longer. The flag was: It came to another number."
    ] == taken


def test_conversations_are_narrowed_by_number_and_state(used: Desk):
    bob = lines(used, "conversation", "list", "--failed", "--number", "0002", *ORG, "--quiet")
    none = lines(used, "conversation", "list", "--failed", "--until", "2001-01-01", *ORG)

    assert [f"{ADDRESS} {BOB}"] == bob
    assert ["There is no such conversation. Leave something out to see more."] == none


def test_the_overview_tells_what_failed_and_what_waits(used: Desk):
    told = lines(used, "overview", *ORG)

    assert "Texts in 24 hours: " in told[0]
    assert "1 failed: The number is not a mobile." in told
    assert any(one.startswith(f"1 wait at {ADDRESS}, the oldest since ") for one in told)
    assert "1 texts were put aside: `threadline message list`." in told


def test_the_chart_has_a_bar_for_each_hour_and_a_dot_for_none():
    assert "·▁▄█" == bars([0, 1, 5, 10], 10)
    assert "·" == bars([0], 0)


@pytest.mark.parametrize("noun", ["optout", "sender", "message", "conversation"])
def test_every_list_can_be_had_as_json(used: Desk, noun: str):
    found = json.loads("\n".join(lines(used, noun, "list", "--json", *ORG)))

    assert isinstance(found, list)
    assert (noun == "optout") == (found == [])


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["optout", "add", ADDRESS, "555 0100", "--reason", "x"], "contact_invalid: contact: "),
        (["sender", "pause", ADDRESS, "--reason", " "], "reason_missing: reason: "),
        (["sender", "resume", "nobody"], "not_found: There is no endpoint 'nobody'."),
        (["message", "retry", "x", *ORG], "not_found: 'x' names no text"),
        (["message", "list", "--org", "flowti"], "not_found: There is no organization"),
    ],
    ids=["a contact", "a reason", "an endpoint", "a text", "an organization"],
)
def test_what_is_refused_says_why(desk: Desk, args: list[str], expected: str):
    desk.run("apply", "flowit.yaml")
    done = desk.run(*args)

    assert (1, "") == (done.code, done.out)
    assert done.err.startswith(expected)
