"""Functions in the operator's own module as bots, and the tests of those who write them."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from typing import Any, ClassVar

import pytest

import threadline
from tests.bots import functions
from tests.bots.contract import TURN, BotContract, Documents, SecretsOf, record
from threadline import (
    BotFailed,
    BotRefused,
    MissionDone,
    SuggestionPrompt,
    TestConversation,
    Text,
    ToBot,
    ToPerson,
)
from threadline.bots.python import PythonBots
from threadline.errors import Invalid
from threadline.model.clock import SECOND
from threadline.model.turn import Line, Reply

MODULE = "tests.bots.functions"


@pytest.fixture
def type() -> PythonBots:
    return PythonBots([MODULE, "tests.bots.broken", "tests.bots.gone"])


async def reply_of(function: str, turn: Any = TURN, **fields: Any) -> Reply:
    document = {"Function": f"{MODULE}:{function}", **fields}
    bot = await PythonBots([MODULE]).open(record(document), SecretsOf())
    return await bot.reply(turn)


class TestContract(BotContract):
    broken: ClassVar = {
        "no function": {},
        "no name of one": {"Function": "answer"},
        "not allowed": {"Function": "os:system"},
        "not there": {"Function": "tests.bots.gone:answer"},
        "broken": {"Function": "tests.bots.broken:answer"},
        "nothing in it": {"Function": f"{MODULE}:gone"},
        "a number": {"Function": f"{MODULE}:number"},
        "too patient": {"Function": f"{MODULE}:plain", "TimeoutSeconds": 121},
    }

    @pytest.fixture
    def documents(self) -> Documents:
        names = ("plain", "later", "parts", "stream", "shop")
        return [{"Function": f"{MODULE}:{name}"} for name in names]


def codes(*allowed: str, function: str) -> list[str]:
    return [one.code for one in PythonBots(allowed).check({"Function": function}, "")]


def test_only_what_the_operator_allows_is_run():
    one = f"{MODULE}:plain"

    assert [] == codes(one, function=one)
    assert [] == codes(MODULE, function=one)
    assert ["function_forbidden"] == codes(function=one)
    assert ["function_forbidden"] == codes(one, function=f"{MODULE}:later")
    assert ["function_forbidden"] == codes("tests", function=one)


def test_a_module_that_cannot_be_imported_says_why(type: PythonBots):
    [problem] = type.check({"Function": "tests.bots.broken:answer"}, "")

    assert "RuntimeError: on purpose" in problem.message


async def test_what_is_not_allowed_is_not_opened():
    with pytest.raises(Invalid, match="function_forbidden"):
        await PythonBots().open(record({"Function": f"{MODULE}:plain"}), SecretsOf())


async def test_a_function_remembers():
    first = await reply_of("later")
    second = await reply_of(
        "later", replace(TURN, state=first.state, context={**first.context, "lang": "de"})
    )

    assert (Text("Text 2."),) == second.elements
    assert ({"count": 2}, {"texts": 2, "lang": "de"}) == (second.state, second.context)


async def test_a_function_knows_what_was_said_before():
    async def past(most: int) -> list[Line]:
        return [Line("contact", "hi"), Line("bot", "Hello!")][-most:]

    reply = await reply_of("stream", replace(TURN, past=past))

    assert (Text("contact: hi"), Text("bot: Hello!"), Text("Now: hello")) == reply.elements


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bye", Reply((Text("Goodbye!"),), ended=True)),
        ("person", Reply((Text("One moment."),), then=ToPerson("They asked."))),
        ("push", Reply(then=ToBot("other", returns=True))),
        ("done", Reply(then=MissionDone())),
        ("wake", Reply(wake_at=TURN.at + 60 * SECOND)),
    ],
)
async def test_a_function_does_more_than_say(text: str, expected: Reply):
    assert expected == await reply_of("acting", replace(TURN, text=text))


async def test_a_function_forgets_what_it_is_to_forget():
    turn = replace(TURN, text="forget", context={"name": "Ann", "kept": 1})

    assert {"kept": 1} == (await reply_of("acting", turn)).context


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("twice", "handed the conversation over twice"),
        ("both", "only one can be done"),
        ("much", "more than 10 kB"),
        ("odd", "`state` that is no JSON object"),
        ("list", "`state` that is no JSON object"),
        ("never", "no time within 30 days"),
        ("number", "int, which cannot be said"),
        ("strange", "an element that is wrong"),
        ("wrong", "an element that is wrong"),
        ("many", "more than 100 things"),
    ],
)
async def test_an_answer_that_is_none_is_put_aside(text: str, why: str):
    with pytest.raises(BotRefused, match=why):
        await reply_of("acting", replace(TURN, text=text))


async def test_silence_is_an_answer():
    turn = replace(TURN, state={"a": 1})

    assert Reply(state={"a": 1}) == await reply_of("silent", turn)


async def test_what_a_function_changes_of_its_turn_is_not_kept():
    turn = replace(TURN, context={"cart": {"items": ["tea"]}})
    reply = await reply_of("changing", turn)

    assert {"cart": {"items": ["tea"]}} == reply.context


async def test_what_a_function_raises_is_tried_again_without_its_words():
    with pytest.raises(BotFailed, match=r"raised KeyError in functions.py, line \d+") as failed:
        await reply_of("failing", replace(TURN, text="my secret"))

    assert not isinstance(failed.value, BotRefused)
    assert "my secret" not in str(failed.value)


async def test_a_function_can_refuse_for_good():
    with pytest.raises(BotRefused, match="closed for good"):
        await reply_of("refusing")


@pytest.mark.parametrize("function", ["endless", "endless_later"])
async def test_a_generator_without_an_end_is_stopped(function: str):
    with pytest.raises(BotRefused, match="more than 100 things"):
        await reply_of(function)


async def test_a_function_that_waits_for_ever_holds_up_nobody():
    slow = asyncio.create_task(reply_of("forever", TimeoutSeconds=1))
    other = await reply_of("plain")

    with pytest.raises(BotFailed, match="took more than 1 s"):
        await slow
    functions.STOPPED.set()
    assert (Text("You said: hello"),) == other.elements


async def test_a_function_that_is_not_asynchronous_has_a_thread_of_its_own():
    [said] = (await reply_of("where")).elements

    assert Text("threadline-python-bot") == said
    assert "threadline-python-bot" != threading.current_thread().name


def test_a_bot_is_tested_in_plain_python():
    conversation = TestConversation(functions.later, context={"lang": "de"})

    assert ["Text 1."] == conversation.say("hi")
    assert ["Text 2."] == conversation.say("again")
    assert {"count": 2} == conversation.state
    assert {"lang": "de", "texts": 2} == conversation.context
    assert conversation.open


async def test_a_bot_is_tested_in_an_event_loop():
    conversation = TestConversation(functions.stream)
    first = await conversation.async_say("hi")
    second = await conversation.async_say("more")

    assert ["Now: hi"] == first
    assert ["contact: hi", "bot: Now: hi", "Now: more"] == second
    assert 6 == len(conversation.past)


def test_a_test_sees_what_is_done_beside_what_is_said():
    conversation = TestConversation(functions.acting)

    assert ["Goodbye!", "[end]"] == conversation.say("bye")
    assert not conversation.open
    assert ["One moment."] == conversation.say("person")
    assert ToPerson("They asked.") == conversation.then


def test_a_test_lets_time_pass():
    conversation = TestConversation(functions.acting)
    conversation.say("wake")

    assert [] == conversation.wait("30 seconds")
    assert ["?"] == conversation.wait("1 minute")


def test_a_test_sees_elements():
    conversation = TestConversation(functions.parts)
    said = conversation.say("hi")

    assert ["Tea or coffee?", "[suggestionPrompt 1. Tea / 2. Coffee]"] == said
    assert isinstance(conversation.elements[1], SuggestionPrompt)


def test_what_a_bot_raises_comes_out_of_its_test():
    with pytest.raises(KeyError, match="hello"):
        TestConversation(functions.failing).say("hello")


def test_the_public_names_are_there_and_have_types():
    from pathlib import Path

    stub = Path("src/threadline/__init__.pyi").read_text()
    names = [name for group in threadline.PUBLIC.values() for name in group.split()]

    for name in names:
        assert getattr(threadline, name) is not None
        assert f'    "{name}",' in stub
    assert {"__version__", *names} == set(dir(threadline))
    with pytest.raises(AttributeError, match="nothing"):
        threadline.nothing  # noqa: B018
