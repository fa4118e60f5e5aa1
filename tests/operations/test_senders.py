"""Senders: what is told of each, and that a pause by hand holds until it is taken back."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Calendar
from tests.operations.test_apply import SAMPLE, flowit
from tests.operations.texting import ORG, Texting, texting
from tests.store.samples import BOB, OURS
from tests.world import ADDRESS, Account, document, world
from threadline.app import App
from threadline.errors import Invalid, NotFound
from threadline.model.catalog import ResumeSenders
from threadline.model.clock import seconds
from threadline.model.paging import Part
from threadline.operations import senders
from threadline.operations.apply import apply

YEAR = 366 * 24 * 3600


@pytest.fixture
async def here(app: App) -> Texting:
    return await texting(app)


async def listed(here: Texting) -> dict[str, Any]:
    [found] = (await senders.list_(here.app, organization=ORG))["data"]
    return dict(found)


async def pause(here: Texting, reason: str = "the bot says nonsense") -> dict[str, Any]:
    return dict(await senders.pause(here.app, endpoint=ADDRESS, reason=reason))


async def test_a_sender_is_told_with_its_endpoints_and_what_waits(
    here: Texting, clock: Calendar
):
    await here.answered("one", "two")
    clock.skip(60)
    await here.answered("three", contact=BOB)
    found = await listed(here)

    assert (OURS, [ADDRESS], "sending") == (
        found["sender"],
        found["endpoints"],
        found["state"],
    )
    assert (3, "2030-01-02T12:30:00.000Z") == (found["waiting"], found["oldest"])


async def test_a_sender_is_told_with_its_pace(app: App):
    here = await texting(app, pace=2.5)

    assert 2.5 == (await listed(here))["segments_per_second"]


async def test_what_is_on_its_way_does_not_wait(here: Texting):
    await here.answered("one")
    await here.sending()
    found = await listed(here)

    assert (0, None) == (found["waiting"], found["oldest"])


async def test_nothing_is_sent_while_a_sender_is_paused_by_hand(here: Texting, clock: Calendar):
    await here.answered("one")
    told = await pause(here)
    clock.skip(YEAR)

    assert [] == await here.goes()
    assert told == await listed(here)
    assert ("paused by hand", None) == (told["state"], told["until"])
    assert "the bot says nonsense" == told["why"]


async def test_a_mended_secret_does_not_end_a_pause_by_hand(here: Texting):
    await here.answered("one")
    await pause(here)
    await here.app.store.change([ResumeSenders(ORG)])

    assert [] == await here.goes()


async def test_what_waits_goes_out_at_once_when_a_sender_is_resumed(here: Texting):
    await here.answered("one")
    await pause(here)
    rung: list[str] = []
    for topic in ("outbox", "turns"):
        here.app.store.doorbell.listen(topic, functools.partial(rung.append, topic))
    told = await senders.resume(here.app, endpoint=ADDRESS)

    assert {"outbox", "turns"} == set(rung)
    assert (True, "the bot says nonsense") == (told["was_paused"], told["why"])
    assert ("sending", 1) == (told["state"], told["waiting"])
    assert ["one"] == await here.goes()


async def test_a_running_server_holds_its_answers_until_the_sender_is_resumed(
    tmp_path: Path, database_url: str
):
    async with world(tmp_path, database_url, poll=30) as server:
        await server.apply(document(Account()))
        await senders.pause(server.app, endpoint=ADDRESS, reason="wait")
        await server.text("hi")

        async def waiting() -> int:
            [found] = (await senders.list_(server.app, organization=ORG))["data"]
            return int(found["waiting"])

        assert 2 == await server.until(waiting, 2)
        assert [] == await server.received()
        await senders.resume(server.app, endpoint=ADDRESS)
        greeting = ["Hello!", "Tea or coffee?"]

        assert greeting == await server.until(server.received, greeting)


async def test_a_sender_that_paused_by_itself_tells_until_when_and_can_be_resumed(
    here: Texting, clock: Calendar
):
    await here.answered("one")
    until = clock() + seconds(300)
    await here.sends("paused", note="The token is wrong.", code="misconfigured", due_at=until)
    await here.answered("two", contact=BOB)
    paused = await listed(here)
    await senders.resume(here.app, endpoint=ADDRESS)

    assert ("paused", "2030-01-02T12:35:00.000Z", "The token is wrong.") == (
        paused["state"],
        paused["until"],
        paused["why"],
    )
    assert ["one", "two"] == await here.goes()


async def test_a_pause_that_is_over_is_told_no_more(here: Texting, clock: Calendar):
    await here.answered("one")
    await here.sends("paused", note="The token is wrong.", due_at=clock() + seconds(300))
    clock.skip(301)
    found = await listed(here)
    told = await senders.resume(here.app, endpoint=ADDRESS)

    assert ("sending", None, "") == (found["state"], found["until"], found["why"])
    assert (False, "") == (told["was_paused"], told["why"])


async def test_a_sender_that_nobody_has_texted_can_be_paused(here: Texting):
    await pause(here)
    await here.answered("one")

    assert [] == await here.goes()


async def test_a_sender_can_be_paused_before_its_endpoint_is_online(app: App):
    document = flowit(None, {**SAMPLE, "Status": "offline"})
    await apply(app, documents=[document])
    here = Texting(app, (await app.store.endpoints())[0])
    await pause(here)

    assert ("paused by hand", [ADDRESS]) == (
        (await listed(here))["state"],
        (await listed(here))["endpoints"],
    )


async def test_a_pause_needs_a_reason(here: Texting):
    with pytest.raises(Invalid, match="reason_missing"):
        await pause(here, "")

    await here.answered("one")
    assert ["one"] == await here.goes()


async def test_the_senders_of_another_organization_are_not_told(here: Texting):
    await apply(here.app, documents=[{"Organization": "acme"}])

    assert [] == (await senders.list_(here.app, organization="acme"))["data"]


async def test_the_sender_of_another_organization_is_not_reached(here: Texting):
    await apply(here.app, documents=[{"Organization": "acme"}])
    for doing in (
        senders.pause(here.app, endpoint=ADDRESS, reason="x", organization="acme"),
        senders.resume(here.app, endpoint=ADDRESS, organization="acme"),
    ):
        with pytest.raises(NotFound, match="There is none yet"):
            await doing

    assert "sending" == (await listed(here))["state"]


async def test_senders_come_in_pages_by_number_also_one_that_two_accounts_had(app: App):
    """Accounts are part of secrets, so that not even the place of a page tells them."""
    numbers = ["+15550109991", "+15550109992", "+15550109993", "+15550109992"]
    for number in numbers:
        await apply(app, documents=[document(Account(number), organization=ORG)])
    found: list[str] = []
    places: list[object] = []
    after: str | None = None
    for _page in numbers:
        page = await senders.list_(app, organization=ORG, limit=1, after=after)
        found += [one["sender"] for one in page["data"]]
        after = page["next"]
        places.append(Part(after=after).place(str))

    assert sorted(numbers) == found
    assert after is None
    assert "AC" not in str(places)


async def test_an_endpoint_that_is_not_there_has_no_sender(here: Texting):
    with pytest.raises(NotFound, match=f"Did you mean `{ADDRESS}`"):
        await senders.resume(here.app, endpoint="myorganisation-twiliosms")
