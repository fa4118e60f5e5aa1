"""What is tried again, how often and after what wait; and what pauses a sender."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.channels.provider import Says
from tests.conftest import Calendar
from tests.pipeline.sending import Desk, desk, refusal
from tests.pipeline.told import become, creating, echo, notes
from tests.store.samples import BOB
from tests.web.rows import on
from tests.world import ADDRESS, ANN, ECHO, document, flow_bot, until, world
from threadline.egress import Client, Egress
from threadline.model.catalog import ResumeSenders
from threadline.model.clock import SECOND
from threadline.model.rows import Sending
from threadline.operations import senders
from threadline.store import SqlStore

WAITS, HELD = "waiting to be sent", "waiting for an earlier text"
FAILED, SENDING = "failed", "being sent"
OFF, FILTERED, NO_REASON = 30003, 30007, 30008
UNREGISTERED = "The number belongs to no approved A2P 10DLC campaign."


@pytest.fixture
async def here(store: SqlStore, clock: Calendar) -> Desk:
    return await desk(store, clock)


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    egress = Egress()
    yield egress.provider
    await egress.close()


async def went(here: Desk, *texts: str, **more: Any) -> list[Sending]:
    """The bot has said so, and Twilio has taken all of it."""
    await here.answers(*texts, **more)
    taken: list[Sending] = []
    while found := await here.due():
        await here.accept(*found)
        taken += found
    return taken


async def undelivered(here: Desk, sending: Sending, code: int) -> None:
    await here.report(sending, "undelivered", code)


# After a callback


async def test_a_text_to_a_phone_that_is_off_is_tried_twice_more(here: Desk, clock: Calendar):
    [sending] = await went(here, "one")
    for _try in range(2):
        await undelivered(here, sending, OFF)
        clock.skip(59)
        assert [] == await here.goes()
        clock.skip(1)
        [again] = await here.due()
        assert sending.draft_id == again.draft_id
        assert sending.attempt != again.attempt
        await here.accept(again)
        sending = again

    await undelivered(here, sending, OFF)

    clock.skip(3600)
    assert ([], [FAILED]) == (await here.goes(), await here.statuses())
    told = ["is tried again at" in note for note in await here.notes()]
    assert [True, True, False] == told


async def test_a_text_is_not_tried_again_once_a_later_one_went_out(here: Desk, clock: Calendar):
    one, _two = await went(here, "one", "two")

    await undelivered(here, one, OFF)

    clock.skip(3600)
    assert ([], [FAILED, "queued"]) == (await here.goes(), await here.statuses())


async def test_a_text_that_is_tried_again_keeps_its_place(here: Desk, clock: Calendar):
    [one] = await went(here, "one")
    await here.answers("two")
    await undelivered(here, one, OFF)
    assert [WAITS, HELD] == await here.statuses()
    assert [] == await here.goes()

    clock.skip(60)
    [again] = await here.due()
    assert "one" == again.text
    await here.accept(again)
    assert ["two"] == await here.goes()


async def test_a_text_that_would_come_too_late_is_not_tried_again(here: Desk, clock: Calendar):
    [one] = await went(here, "one", expires_at=clock() + 60 * SECOND)

    await undelivered(here, one, OFF)

    assert [FAILED] == await here.statuses()


@pytest.mark.parametrize(
    "late", [("undelivered", OFF), ("sent", None), ("queued", None)], ids=lambda late: late[0]
)
async def test_a_callback_that_comes_twice_or_late_does_not_call_off_the_next_try(
    here: Desk, clock: Calendar, late: tuple[str, int | None]
):
    [one] = await went(here, "one")
    await undelivered(here, one, OFF)

    assert await here.report(one, *late)

    assert [WAITS] == await here.statuses()
    clock.skip(60)
    assert ["one"] == await here.goes()
    assert 1 == len(await here.notes())


async def test_tries_before_twilio_took_the_text_do_not_count(
    here: Desk, clock: Calendar, client: Client
):
    await here.answers("one")
    for wait in (1, 2):
        [sending] = await here.due()
        await here.post(client, sending, refusal(429, 20429))
        clock.skip(wait)
    [sending] = await here.due()
    await here.accept(sending)

    await undelivered(here, sending, NO_REASON)

    clock.skip(45)
    assert ["one"] == await here.goes()


async def test_who_opts_out_in_the_meantime_is_not_tried_again(here: Desk, clock: Calendar):
    [one] = await went(here, "one")
    await undelivered(here, one, OFF)
    await here.store.take_off("flowit-sms", ANN, "asked by phone")

    clock.skip(60)

    assert [] == await here.goes()
    assert ["not sent: opted out"] == await here.statuses()


async def test_a_text_that_was_filtered_is_never_sent_again(here: Desk, clock: Calendar):
    [one] = await went(here, "one")
    await here.answers("two")
    await undelivered(here, one, FILTERED)

    assert ["two"] == await here.goes()
    assert [FAILED, SENDING] == await here.statuses()


@pytest.mark.parametrize("how", ["after its pause", "by hand", "with a change"])
async def test_a_number_without_a_campaign_pauses_and_what_it_has_to_send_waits(
    here: Desk, clock: Calendar, how: str
):
    [one] = await went(here, "one")
    await undelivered(here, one, 30034)
    await here.answers("from Bob", contact=BOB)
    sender = await here.sender()
    assert sender["paused_why"].startswith(UNREGISTERED)
    assert clock() + here.waits.paused == sender["paused_until"]
    assert [] == await here.goes()

    match how:
        case "after its pause":
            clock.skip(300)
            [probe] = await here.due()  # one tries whether it has been mended
            assert [] == await here.goes()
            await here.accept(probe)
            assert {"one", "from Bob"} == {probe.text, *(await here.goes())}
        case "by hand":
            await here.store.resume_sender("flowit-sms")
            assert {"one", "from Bob"} == set(await here.goes())
        case "with a change":
            await here.store.change([ResumeSenders("flowit")])
            assert {"one", "from Bob"} == set(await here.goes())


async def test_a_text_does_not_try_for_ever_whether_the_number_was_mended(
    here: Desk, clock: Calendar
):
    [sending] = await went(here, "one")
    tries = 0
    while (await here.statuses()) == ["queued"]:
        await undelivered(here, sending, 30034)
        clock.skip(300)
        for sending in await here.due():
            await here.accept(sending)
            tries += 1

    assert 3 == tries
    assert [FAILED] == await here.statuses()


# After an answer


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (refusal(429, 20429, **{"Retry-After": "30"}), 30),
        (Says(429, b"slowly", {"Retry-After": "90"}), 90),
        (refusal(400, 14107), 30),
        (refusal(400, 21611), 1),
    ],
    ids=["Retry-After", "from a proxy", "the code's own wait", "none"],
)
@on("sqlite")
async def test_a_text_waits_as_long_as_it_was_told(
    here: Desk, clock: Calendar, client: Client, said: Says, seconds: int
):
    await here.answers("one")
    [sending] = await here.due()

    outcome = await here.post(client, sending, said)

    assert ("waiting", clock() + seconds * SECOND) == (outcome.kind, outcome.due_at)
    clock.skip(seconds - 0.001)
    assert [] == await here.goes()
    clock.skip(0.001)
    assert ["one"] == await here.goes()


@pytest.mark.parametrize("mended", ["resume", "apply"])
@on("sqlite")
async def test_a_sender_that_cannot_send_waits_until_it_is_mended(
    tmp_path: Path, database_url: str, mended: str
):
    async with world(tmp_path, database_url, paused=300) as there:
        account = await echo(there)
        await there.post("/faults", creating("refuse", status=400, code=21606))
        await there.text("one")
        [note] = await until(lambda: notes(there), bool)
        assert note.startswith("The phoneNumber in the secret cannot send texts")
        await there.text("from Bob", handset=BOB)
        assert [WAITS] == await become(there, WAITS, handset=BOB)

        if mended == "resume":
            await senders.resume(there.app, endpoint=ADDRESS)
        else:
            await there.apply(document(account, flow_bot(ECHO), config={"AwayMessage": "x"}))

        assert ["one"] == await there.until(there.received, ["one"])
        assert ["from Bob"] == await there.until(lambda: there.received(BOB), ["from Bob"])
