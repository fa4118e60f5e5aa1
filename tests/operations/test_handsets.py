"""Phones of the simulated carrier, for those alone whose numbers they text."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.world import ADDRESS, ANN, OURS, Account, World, document, flow_bot, until, world
from threadline.errors import Invalid, NotFound
from threadline.operations import carrier, handsets, sample
from threadline.operations.apply import apply
from threadline.operations.carrier import Simulated

THEIRS = "+15550109998"


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[World]:
    """flowit and acme, each with an account and a number of the carrier."""
    async with world(tmp_path, f"sqlite:///{tmp_path / 'threadline.db'}") as made:
        await made.apply(document(Account()))
        await made.apply(theirs(Account(THEIRS)))
        yield made


def theirs(account: Account) -> dict[str, object]:
    bot = flow_bot(name="AcmeBot")
    return document(account, bot, organization="acme", address="acme-twiliosms")


async def ours(here: World) -> Simulated:
    [found] = await carrier.numbers(here.app, "flowit")
    return found


async def test_the_numbers_are_those_of_the_organization(here: World):
    found = await ours(here)
    [other] = await carrier.numbers(here.app, "acme")

    assert (OURS, ADDRESS, "MySms") == (found.number, found.endpoint, found.name)
    assert (THEIRS, "acme-twiliosms") == (other.number, other.endpoint)
    with pytest.raises(NotFound, match="no simulated number of yours"):
        handsets.find([found], THEIRS)


async def test_an_account_is_proven_by_its_token(here: World):
    """Anybody can write somebody else's AccountSid and number into a secret."""
    victim = (await ours(here)).account
    stolen = Account(OURS, sid=victim, token="0" * 32)
    offline = theirs(stolen)
    offline["Endpoints"] = [{**offline["Endpoints"][0], "Status": "offline"}]  # type: ignore[index]
    await apply(here.app, documents=[offline])

    assert [] == await carrier.numbers(here.app, "acme")


async def test_a_phone_texts_and_is_answered(here: World):
    number = await ours(here)
    await handsets.send(here.app, number, ANN, body="hello")
    shown = await until(
        lambda: handsets.texts(here.app, number, ANN), lambda found: len(found) == 3
    )

    assert ["hello", "Hello!", "Tea or coffee?"] == [one["body"] for one in shown]
    assert "delivered" == shown[0]["status"]
    assert [ANN] == await handsets.of(here.app, number, organization="flowit", limit=4)


async def test_whoever_watches_is_told_of_what_becomes_of_a_text(here: World):
    number, rung = await ours(here), 0

    def ring() -> None:
        nonlocal rung
        rung += 1

    await handsets.go_wrong(here.app, number, mishap="hook_lost", times=1)
    here.app.store.doorbell.listen("timeline", ring)
    await handsets.send(here.app, number, ANN, body="hello")

    async def failed() -> bool:
        [text] = await handsets.texts(here.app, number, ANN)
        return text["status"] == "failed" and rung > 0

    assert await until(failed, bool)


async def test_nothing_is_not_sent(here: World):
    with pytest.raises(Invalid, match="nothing to send"):
        await handsets.send(here.app, await ours(here), ANN, body="  ")


@pytest.mark.parametrize("mishap", handsets.MISHAPS)
async def test_the_carrier_knows_everything_that_can_go_wrong(here: World, mishap: str):
    number = await ours(here)
    await handsets.go_wrong(here.app, number, mishap=mishap, times=None)
    [found] = await handsets.faults(here.app, [number.account])

    assert (mishap, number.account, None) == (
        found["mishap"],
        found["account"],
        found["times"],
    )


async def test_what_goes_wrong_is_seen_and_mended_by_its_own_organization(here: World):
    number = await ours(here)
    [other] = await carrier.numbers(here.app, "acme")
    await handsets.go_wrong(here.app, number, mishap="off", times=1)
    [fault] = await handsets.faults(here.app, [number.account])

    assert [] == await handsets.faults(here.app, [other.account])
    with pytest.raises(NotFound):
        await handsets.mend(here.app, [other.account], str(fault["id"]))
    await handsets.mend(here.app, [number.account], str(fault["id"]))
    assert [] == await handsets.faults(here.app, [number.account])


async def test_what_does_not_go_wrong_is_refused(here: World):
    with pytest.raises(Invalid, match="Nothing that goes wrong is called"):
        await handsets.go_wrong(here.app, await ours(here), mishap="rain", times=1)


async def test_another_number_answers_at_once(here: World):
    made = await carrier.new_number(here.app, "flowit", bot="MySmsBot")
    found = handsets.find(await carrier.numbers(here.app, "flowit"), made)
    await handsets.send(here.app, found, ANN, body="hello")
    shown = await until(
        lambda: handsets.texts(here.app, found, ANN), lambda texts: len(texts) == 3
    )

    assert "Hello!" == shown[1]["body"]


async def test_a_number_of_a_bot_that_is_not_there_is_not_made(here: World):
    with pytest.raises(Invalid):
        await carrier.new_number(here.app, "flowit", bot="Nobody")

    assert 1 == len(await carrier.numbers(here.app, "flowit"))


async def test_a_new_place_begins_with_a_number_that_can_be_texted(here: World):
    made = await sample.begin(here.app, "acme")
    numbers = await carrier.numbers(here.app, "acme")

    assert made in {one.number for one in numbers}
    assert {"MySmsBot", "AcmeBot"} == {
        bot for org, bot in (await here.app.catalog()).bots if org == "acme"
    }


def test_the_next_phone_is_one_that_is_not_shown():
    assert "+15550100001" == handsets.another([])
    assert "+15550100002" == handsets.another(["+15550100001", "+15550100003"])


def test_a_phone_has_a_number():
    assert "+15550100007" == handsets.check("+1 (555) 010-0007")
    with pytest.raises(Invalid):
        handsets.check("+12")
