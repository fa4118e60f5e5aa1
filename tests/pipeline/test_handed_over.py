"""Bots that hand a conversation over: to another bot, to a person, to a time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse

from tests.bots.server import Asked, serving
from tests.pipeline.samples import NOON, claimed, endpoint
from tests.world import ADDRESS, ANN, Account, World, document, flow_bot, until, world
from threadline.model.clock import MINUTE
from threadline.model.desk import WANTED
from threadline.model.endpoint import Endpoint
from threadline.model.rows import Session
from threadline.operations import desk
from threadline.pipeline import turns

ANN_AT = {"endpoint": ADDRESS, "contact": ANN}


def flow(name: str = "MySmsBot", **nodes: Any) -> dict[str, Any]:
    """A bot whose flow begins at `first`; `end` is there if something leads to it."""
    first = {"start": {"type": "Start", "next": "first"}}
    end = {"end": {"type": "End"}} if '"end"' in repr(nodes).replace("'", '"') else {}
    return flow_bot({"nodes": {**first, **nodes, **end}}, name)


def says(text: str, to: str = "end") -> dict[str, Any]:
    return {"type": "Dialogue", "text": text, "next": to}


PIZZA = flow(
    "Pizza",
    first={"type": "Input", "text": "Which pizza?", "store": "pizza", "next": "done"},
    done={"type": "Bot Mission Done"},
)


@pytest.fixture
async def here(tmp_path: Path, database_url: str) -> AsyncIterator[World]:
    async with world(tmp_path, database_url) as made:
        yield made


async def hears(here: World, *wanted: str) -> None:
    assert list(wanted) == await here.until(here.received, list(wanted))


async def noted(here: World, code: str) -> list[str]:
    """What the notes of that code say."""

    async def notes() -> list[str]:
        entries = await here.timeline()
        return [one["element"]["text"] for one in entries if one["element"].get("code") == code]

    found: list[str] = await until(notes, bool)
    return found


async def test_a_bot_calls_another_one_and_goes_on_when_that_has_done_its_part(here: World):
    caller = flow(
        first={"type": "Push Bot To Stack", "bot": "Pizza", "next": "say"},
        say=says("One ${pizza}, thank you."),
    )
    await here.apply(document(Account(), caller, PIZZA))
    await here.text("hi")
    await hears(here, "Which pizza?")
    await here.text("Margherita")

    await hears(here, "Which pizza?", "One Margherita, thank you.")


async def test_a_bot_that_was_called_by_nobody_ends_the_session_when_it_is_done(here: World):
    await here.apply(document(Account(), {**PIZZA, "Name": "MySmsBot"}))
    await here.text("hi")
    await hears(here, "Which pizza?")
    await here.text("Margherita")
    await here.text("again")

    await hears(here, "Which pizza?", "Which pizza?")


async def test_a_bot_that_another_one_transfers_to_keeps_the_conversation(here: World):
    first = flow(first=says("One moment.", "over"), over={"type": "Transfer", "bot": "Echo"})
    echo = flow(
        "Echo",
        first={"type": "Input", "text": "Yes?", "next": "say"},
        say=says("You said ${msg.payload.user.message}.", "first"),
    )
    await here.apply(document(Account(), first, echo))
    await here.text("hi")
    await hears(here, "One moment.", "Yes?")
    await here.text("tea")

    await hears(here, "One moment.", "Yes?", "You said tea.", "Yes?")


async def test_goto_takes_the_text_along_as_an_answer(here: World):
    first = flow(first={"type": "Goto", "bot": "Echo"})
    echo = flow(
        "Echo",
        first={"type": "Input", "text": "Yes?", "store": "x", "next": "say"},
        say=says("You said ${x}."),
    )
    await here.apply(document(Account(), first, echo))
    await here.text("tea")

    await hears(here, "You said tea.")


async def test_a_bot_that_is_not_there_cannot_be_handed_over_to(here: World):
    await here.apply(document(Account(), flow(first={"type": "Transfer", "bot": "Nobody"})))
    await here.text("hi")

    [why] = await noted(here, "parked")

    assert "There is no bot 'Nobody' in flowit." in why


async def test_bots_that_hand_a_text_to_and_fro_are_stopped(here: World):
    await here.apply(
        document(
            Account(),
            flow(first={"type": "Transfer", "bot": "Other"}),
            flow("Other", first={"type": "Transfer", "bot": "MySmsBot"}),
        )
    )
    await here.text("hi")

    [why] = await noted(here, "parked")

    assert "The text went through 10 bots in one turn" in why


async def test_a_bot_elsewhere_can_hand_over_too(here: World):
    def answer(asked: Asked) -> JSONResponse:
        return JSONResponse({"messages": ["Order, please."], "push": "Pizza"})

    def back(asked: Asked) -> JSONResponse:
        if asked.turn["returned"]:
            return JSONResponse({"messages": [f"{asked.turn['context']['pizza']} it is."]})
        return answer(asked)

    connector = {"Name": "MySmsBot", "Type": "http", "Url": serving(back)}
    await here.apply(document(Account(), connector, PIZZA))
    await here.text("hi")
    await hears(here, "Order, please.", "Which pizza?")
    await here.text("Funghi")

    await hears(here, "Order, please.", "Which pizza?", "Funghi it is.")


async def test_a_person_answers_until_they_hand_the_conversation_back(here: World):
    bot = flow(
        first={"type": "Handover", "reason": "They want a refund.", "next": "back"},
        back=says("Me again."),
    )
    await here.apply(document(Account(), bot))
    await here.text("refund!")
    [why] = await noted(here, "handed_over")
    await here.text("hello?")
    [held] = await here.app.store.conversation_states(ADDRESS, ANN)
    await desk.reply(here.app, **ANN_AT, text="This is Cara.", by="Cara", take_over=True)
    await hears(here, "This is Cara.")
    await desk.hand_back(here.app, **ANN_AT)
    await here.text("thanks")

    assert "The bot MySmsBot wants a person to answer: They want a refund." == why
    assert WANTED == held["taken_by"]
    assert held["flagged"] == why
    await hears(here, "This is Cara.", "Me again.")


async def test_a_flow_goes_on_when_the_time_is_over(here: World):
    bot = flow(
        first=says("Wait.", "wait"),
        wait={"type": "Wait", "for": "0.3 s", "next": "say"},
        say=says("Still there?", "ask"),
        ask={"type": "Input", "next": "end"},
    )
    await here.apply(document(Account(), bot))
    await here.text("hi")

    await hears(here, "Wait.", "Still there?")


async def test_a_wait_outlives_the_server(tmp_path: Path, database_url: str):
    bot = flow(
        first=says("Wait.", "wait"),
        wait={"type": "Wait", "for": "1 s", "next": "say"},
        say=says("Still there?"),
    )
    account = Account()
    async with world(tmp_path, database_url) as before:
        await before.apply(document(account, bot))
        await before.text("hi")
        await hears(before, "Wait.")
    async with world(tmp_path, database_url) as after:
        assert ["The time is over that the bot wanted to wait."] == await noted(after, "woken")


async def test_a_text_in_the_meantime_leads_elsewhere_or_waits_on(here: World):
    bot = flow(
        first={"type": "Wait", "for": "1h", "next": "end", "interrupted": "say"},
        say=says("You are early.", "second"),
        second={"type": "Wait", "for": "0.5s", "next": "over"},
        over=says("Now."),
    )
    await here.apply(document(Account(), bot))
    await here.text("hi")
    await here.text("and?")
    await hears(here, "You are early.")
    await here.text("and now?")

    await hears(here, "You are early.", "Now.")


async def test_who_does_not_answer_in_time_is_asked_again(here: World):
    bot = flow(
        first={
            "type": "Input",
            "text": "Name?",
            "patience": "0.3s",
            "silent": "again",
            "next": "end",
        },
        again=says("Hello?", "second"),
        second={
            "type": "Prompt",
            "text": "Tea?",
            "options": {"Yes": "end"},
            "patience": "0.3 s",
            "silent": "bye",
        },
        bye=says("Good bye."),
    )
    await here.apply(document(Account(), bot))
    await here.text("hi")

    await hears(here, "Name?", "Hello?", "Tea?", "Good bye.")


def test_a_session_lasts_as_long_as_its_bot_waits():
    session = Session(3, True, "MySmsBot", NOON, NOON + 60 * MINUTE)

    assert 3 == turns.begin(claimed(session, after=69), endpoint()).number
    assert 4 == turns.begin(claimed(session, after=71), endpoint()).number


@pytest.mark.parametrize(
    ("lang", "bot"),
    [
        ("es", "Hola"),
        ("es-MX", "Hola"),
        ("ES_mx", "Hola"),
        ("pt-BR", "Oi"),
        ("pt", "MySmsBot"),
        ("fr", "MySmsBot"),
        (None, "MySmsBot"),
        (7, "MySmsBot"),
    ],
)
def test_a_session_begins_with_the_bot_of_the_contacts_language(lang: Any, bot: str):
    targets = {"es": {"Type": "Bot", "Alias": "Hola"}, "pt-br": {"Type": "Bot", "Alias": "Oi"}}
    where = Endpoint(1, "flowit", {**endpoint().document, "LanguageTargets": targets})
    text = claimed(Session())
    text.context = {"lang": lang}

    assert bot == turns.begin(text, where).bot
