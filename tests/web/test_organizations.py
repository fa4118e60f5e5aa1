"""Two organizations on one server: nothing crosses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.web.provider import EMPTY, Provider, message_of
from tests.web.rows import contents, on
from tests.world import ADDRESS, ANN, ECHO, OURS, TEA, Account, World, document, flow_bot, world
from threadline.operations import conversations

THEIRS = "acme-sms"


@dataclass
class Two:
    """`ours` and `theirs` are the providers of both, with an account each."""

    here: World
    ours: Provider
    theirs: Provider
    database_url: str


@pytest.fixture
async def two(tmp_path: Path, database_url: str) -> AsyncIterator[Two]:
    async with world(tmp_path, database_url, catch_up=0) as here:
        mine, other = Account(), Account("+15550108888")
        await here.apply(
            document(mine, flow_bot(ECHO)),
            document(other, flow_bot(TEA), organization="acme", address=THEIRS),
        )
        ours = Provider(here.egress, here.url, mine)
        theirs = Provider(here.egress, here.url, other, THEIRS)
        yield Two(here, ours, theirs, database_url)


async def test_the_same_person_texts_both_and_each_keeps_its_own(two: Two):
    here = two.here
    await here.text("hi flowit")
    await here.text("hi acme", to=two.theirs.account.number)
    greeting = ["Hello!", "Tea or coffee?"]

    assert ["hi flowit"] == await here.until(here.received, ["hi flowit"])
    assert greeting == await here.until(
        lambda: here.received(ANN, two.theirs.account.number), greeting
    )
    ours = [message_of(entry) for entry in await here.timeline(ANN)]
    theirs = [message_of(entry) for entry in await here.timeline(ANN, THEIRS)]
    assert [("contact", "hi flowit"), ("bot", "hi flowit")] == ours
    assert [("contact", "hi acme"), ("bot", "Hello!"), ("bot", "Tea or coffee?")] == theirs[:3]
    for organization, address in (("flowit", ADDRESS), ("acme", THEIRS)):
        listed = await conversations.list_(here.app, organization=organization)
        found = [(one["endpoint"], one["contact"]) for one in listed["data"]]
        assert [(address, ANN)] == found


@on("sqlite")
async def test_one_provider_cannot_speak_for_the_other(two: Two):
    before = await contents(two.database_url)
    theirs_at_ours = Provider(two.here.egress, two.here.url, two.theirs.account)
    pretending = two.ours.fields("hi", AccountSid=two.theirs.account.sid)

    answers = [
        await theirs_at_ours.text("hi"),
        await theirs_at_ours.text("hi", AccountSid=two.ours.account.sid, To=OURS),
        await two.ours.post(pretending),
        await two.ours.post(two.ours.fields("hi"), token=two.theirs.account.token),
        await theirs_at_ours.status(f"SM{'0' * 32}", "delivered", 1),
    ]

    assert [403] * 5 == [answer.status for answer in answers]
    assert before == await contents(two.database_url)


async def test_a_status_of_one_organization_cannot_touch_anothers_text(two: Two):
    here = two.here
    await here.text("hi")
    assert ["hi"] == await here.until(here.received, ["hi"])

    async def delivered() -> str:
        return "".join(entry["status"] for entry in await here.timeline())

    assert "delivered" == await here.until(delivered, "delivered")
    [attempt] = await here.app.store.attempts(ADDRESS, ANN)
    before = await contents(two.database_url)
    id, sid = attempt["id"], attempt["provider_id"]

    for told in (
        await two.theirs.status(sid, "read", id),
        await two.theirs.status(sid, "read"),
        await two.theirs.status(f"SM{'0' * 32}", "read", id),
        await two.ours.status(f"SM{'0' * 32}", "read", id),
        await two.ours.status(sid, "read", id + 1),
        await two.ours.status(sid, "invented", id),
    ):
        assert (200, EMPTY) == (told.status, told.body)

    assert before == await contents(two.database_url)
    await two.ours.status(sid, "read", id)
    assert "read" == await here.until(delivered, "read")


@on("postgres")
async def test_an_opt_out_of_one_is_not_an_opt_out_of_the_other(two: Two):
    here, number = two.here, two.theirs.account.number
    await here.text("STOP")
    await here.text("hi acme", to=number)
    await here.text("hi flowit")

    greeting = ["Hello!", "Tea or coffee?"]
    assert greeting == await here.until(lambda: here.received(ANN, number), greeting)
    assert [] == await here.received()
