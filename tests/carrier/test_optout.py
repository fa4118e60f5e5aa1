"""STOP, START and HELP, as on a plain long code."""

from __future__ import annotations

import pytest

from tests.carrier.world import ANN, BEN, BOT, SECOND, SERVICE, World, twiml
from threadline.carrier.inbound import HELPED, STARTED, STOPPED


@pytest.mark.parametrize("word", ["STOP", "stop", " Unsubscribe ", "CANCEL", "OPTOUT"])
async def test_who_says_stop_is_not_texted_any_more(world: World, word: str) -> None:
    await world.text(word)

    status, error = await world.create()

    assert (400, 21610) == (status, error["code"])
    assert [STOPPED] == await world.bodies()


async def test_words_around_stop_are_an_ordinary_text(world: World) -> None:
    await world.text("STOP PLEASE")

    status, _ = await world.create()

    assert 201 == status


async def test_the_answer_to_stop_comes_from_the_carrier_and_costs_nothing(
    world: World,
) -> None:
    await world.text("STOP")

    [text] = await world.inbox()
    _, page = await world.api("GET", "/Messages.json", {"To": ANN})

    assert (True, None) == (text["automatic"], text["sid"])
    assert [] == page["messages"]


async def test_a_second_stop_is_not_answered(world: World) -> None:
    await world.text("STOP")
    await world.text("END")

    assert [STOPPED] == await world.bodies()


@pytest.mark.parametrize("word", ["STOP", "START", "HELP"])
async def test_the_webhook_gets_the_keyword_as_it_is(world: World, word: str) -> None:
    await world.text(word)
    call = await world.receiver.next()

    assert word == call.params["Body"]
    assert "OptOutType" not in call.params


async def test_the_webhook_cannot_answer_a_stop(world: World) -> None:
    world.receiver.usual = twiml("<Message>please stay</Message>")
    await world.text("STOP")

    assert [STOPPED] == await world.bodies()
    assert [21610] == [one["code"] for one in await world.alerts()]


@pytest.mark.parametrize("word", ["START", "yes", "UNSTOP"])
async def test_start_lifts_the_block(world: World, word: str) -> None:
    await world.text("STOP")
    await world.text(word)

    status, _ = await world.create(body="hello again")

    assert 201 == status
    assert [STOPPED, STARTED, "hello again"] == await world.bodies()


async def test_yes_is_an_ordinary_word_for_who_was_never_blocked(world: World) -> None:
    await world.text("YES")

    assert [] == await world.bodies()


async def test_help_is_answered_unless_blocked(world: World) -> None:
    await world.text("HELP")
    await world.text("STOP")
    await world.text("INFO")

    assert [HELPED, STOPPED] == await world.bodies()


async def test_a_block_is_for_one_number_and_one_person(world: World) -> None:
    await world.text("STOP")

    other_person, _ = await world.create(BEN)
    form = {"To": ANN, "From": SECOND, "Body": "hi"}
    other_number, _ = await world.api("POST", "/Messages.json", form)

    assert (201, 201) == (other_person, other_number)


async def test_a_block_in_a_service_is_for_all_of_it(world: World) -> None:
    number = world.carrier.state.numbers[BOT]
    world.carrier.state.change_number(number, service=SERVICE)
    await world.text("STOP", to=SECOND)

    status, error = await world.create()

    assert (400, 21610) == (status, error["code"])
