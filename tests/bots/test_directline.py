"""A real bot behind a double of Direct Line."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from starlette.responses import JSONResponse, Response

from tests.bots.agent import Agent, running
from tests.bots.contract import SECRET, TURN, BotContract, Documents, SecretsOf, record
from tests.bots.directline import Service, serving_line
from tests.bots.server import Asked, serving
from threadline.bots.directline import DirectLineBot, DirectLineBots, wire
from threadline.bots.directline.document import URL
from threadline.egress import Egress
from threadline.errors import BotFailed, BotRefused, Invalid
from threadline.model.activities import account
from threadline.model.timeline import Card, MarkupInteraction, Note, SuggestionPrompt, Text
from threadline.ports import SecretValue

KEY = "srn:vault::flowit:secret:line"


@pytest.fixture
async def agent() -> AsyncIterator[Agent]:
    async with running() as agent:
        yield agent


@pytest.fixture
async def line(agent: Agent) -> AsyncIterator[Service]:
    async with serving_line(agent.url, SECRET) as service:
        yield service
        agent.patience.set()


@pytest.fixture
async def type() -> AsyncIterator[DirectLineBots]:
    egress = Egress(["127.0.0.0/8"])
    yield DirectLineBots(egress.user)
    await egress.close()


async def opened(
    type: DirectLineBots, url: str, value: SecretValue = SECRET, **fields: Any
) -> DirectLineBot:
    given = {"Url": url, "Secret": KEY, "SettleSeconds": 0, **fields}
    return await type.open(record(given), SecretsOf(value))


class TestContract(BotContract):
    broken: ClassVar = {
        "no secret": {},
        "a secret in plain": {"Secret": "hunter2"},
        "a document as secret": {"Secret": "srn:vault::flowit:secretdoc:k"},
        "no URL": {"Secret": KEY, "Url": ""},
        "inside": {"Secret": KEY, "Url": "http://169.254.169.254/"},
        "too patient": {"Secret": KEY, "TimeoutSeconds": 121},
        "a long silence": {"Secret": KEY, "SettleSeconds": 11},
        "a text for a time": {"Secret": KEY, "SettleSeconds": "1"},
    }

    @pytest.fixture
    def documents(self, line: Service) -> Documents:
        return [
            {"Url": line.url, "Secret": KEY, "SettleSeconds": 0},
            {"Url": f"{line.url}/", "Secret": KEY, "SettleSeconds": 0.01},
        ]


def test_a_bot_is_reached_at_the_public_service_by_default(type: DirectLineBots):
    assert [] == type.check({"Secret": KEY}, "")
    assert "https://directline.botframework.com" == URL


OWN = {
    "id": "c1|2",
    "type": "message",
    "from": {"id": account(TURN)},
    "channelData": {"clientActivityID": TURN.id},
}
ANSWER = {"id": "c1|3", "type": "message", "from": {"id": "bot"}, "replyToId": "c1|2"}
GREETING = {**ANSWER, "replyToId": "c1|joined"}
END = {**ANSWER, "type": "endOfConversation"}


@pytest.mark.parametrize(
    ("heard", "answered", "over"),
    [
        ([], False, False),
        ([OWN], False, False),
        ([OWN, ANSWER], True, False),
        ([OWN, {**ANSWER, "replyToId": None}], True, False),
        ([ANSWER, OWN], False, False),
        ([OWN, GREETING], False, False),
        ([OWN, GREETING, ANSWER], True, False),
        ([OWN, {**ANSWER, "type": "event"}], False, False),
        ([OWN, {**ANSWER, "from": {"id": "another", "role": "user"}}], False, False),
        ([OWN, END], True, True),
        ([END, OWN], False, False),
    ],
)
def test_only_what_replies_to_a_text_is_its_answer(
    heard: list[dict[str, Any]], answered: bool, over: bool
):
    assert answered is wire.is_answered(heard, TURN)
    assert over is wire.is_over(heard, TURN)


async def test_a_bot_greets_whom_it_has_not_met(
    type: DirectLineBots, line: Service, agent: Agent
):
    bot = await opened(type, line.url)
    first = await bot.reply(TURN)
    second = await bot.reply(replace(TURN, id="7-2", text="more", state=first.state))

    assert (Text("Welcome!"), Text("You said: hello")) == first.elements
    assert (Text("You said: more"),) == second.elements
    assert ["c1"] == list(line.conversations)
    assert ["hello", "more"] == agent.texts()


async def test_a_bot_greets_a_visitor_who_has_said_nothing_yet(
    type: DirectLineBots, line: Service, agent: Agent
):
    bot = await opened(type, line.url)
    first = await bot.reply(replace(TURN, text=""))
    second = await bot.reply(replace(TURN, id="7-2", state=first.state))

    assert (Text("Welcome!"),) == first.elements
    assert (Text("You said: hello"),) == second.elements
    assert ["hello"] == agent.texts()


async def test_all_that_a_bot_says_before_it_is_silent_is_said(
    type: DirectLineBots, line: Service
):
    bot = await opened(type, line.url, SettleSeconds=0.05)
    first = await bot.reply(replace(TURN, text="much"))
    second = await bot.reply(replace(TURN, id="7-2", text="card", state=first.state))

    assert (Text("Welcome!"), Text("One."), Text("Two.")) == first.elements
    assert isinstance(second.elements[0], Card)


async def test_a_choice_reaches_the_bot_as_its_value(type: DirectLineBots, line: Service):
    bot = await opened(type, line.url)
    first = await bot.reply(replace(TURN, text="menu"))
    [menu] = [one for one in first.elements if isinstance(one, SuggestionPrompt)]
    event = MarkupInteraction("suggestionPrompt", menu.options[0].id, "Tea")
    turn = replace(TURN, id="7-2", text="Tea", event=event, state=first.state)

    assert (Text("You said: tea, please"),) == (await bot.reply(turn)).elements


async def test_a_bot_can_end_the_session(type: DirectLineBots, line: Service):
    bot = await opened(type, line.url)
    reply = await bot.reply(replace(TURN, text="bye"))
    anew = await bot.reply(replace(TURN, id="7-2"))

    assert (Text("Welcome!"), Text("Goodbye!")) == reply.elements
    assert (True, {}) == (reply.ended, reply.state)
    assert ["c1", "c2"] == list(line.conversations)
    assert not anew.ended


async def test_an_answer_that_comes_late_is_said_with_the_next(
    type: DirectLineBots, line: Service, agent: Agent
):
    line.patience = 0.05
    bot = replace(await opened(type, line.url), timeout=0.3)
    first = await bot.reply(replace(TURN, text="slow"))
    agent.patience.set()
    [task] = line.underway
    await task
    second = await bot.reply(replace(TURN, id="7-2", text="more", state=first.state))

    greeting, note = first.elements
    assert Text("Welcome!") == greeting
    assert isinstance(note, Note)
    assert "did not answer within 0.3 s" in note.text
    assert (Text("At last."), Text("You said: more")) == second.elements


async def test_who_waits_for_a_slow_bot_gets_its_answer(
    type: DirectLineBots, line: Service, agent: Agent
):
    line.patience = 0.01
    bot = await opened(type, line.url)
    asking = asyncio.create_task(bot.reply(replace(TURN, text="slow")))
    await line.fetched.wait()
    agent.patience.set()
    reply = await asking

    assert (Text("Welcome!"), Text("At last.")) == reply.elements


async def test_a_turn_that_comes_again_is_not_told_twice(
    type: DirectLineBots, line: Service, agent: Agent
):
    bot = await opened(type, line.url)
    met = await bot.reply(TURN)
    turn = replace(TURN, id="7-2", text="order", state=met.state)
    line.silent = True
    with pytest.raises(BotFailed, match="connection broke"):
        await bot.reply(turn)
    line.silent = False
    reply = await (await opened(DirectLineBots(type.client), line.url)).reply(turn)

    assert (Text("You said: order"),) == reply.elements
    assert ["hello", "order"] == agent.texts()


async def test_the_first_turn_of_a_session_is_not_told_twice_either(
    type: DirectLineBots, line: Service, agent: Agent
):
    bot = await opened(type, line.url)
    line.silent = True
    with pytest.raises(BotFailed, match="connection broke"):
        await bot.reply(TURN)
    line.silent = False
    reply = await bot.reply(TURN)

    assert (Text("Welcome!"), Text("You said: hello")) == reply.elements
    assert ["hello"] == agent.texts()
    assert ["c1"] == list(line.conversations)


async def test_a_turn_that_the_bot_has_and_does_not_answer_is_put_aside_in_the_end(
    type: DirectLineBots, line: Service, agent: Agent
):
    bot = replace(await opened(type, line.url), timeout=0.1)
    met = await bot.reply(TURN)
    turn = replace(TURN, id="7-2", text="silence", state=met.state)
    first = await bot.reply(turn)
    with pytest.raises(BotFailed, match="has got this text and does not answer"):
        await bot.reply(turn)

    assert [Note] == [one.__class__ for one in first.elements]
    assert ["hello", "silence"] == agent.texts()


async def test_a_conversation_that_the_service_has_forgotten_begins_anew(
    type: DirectLineBots, line: Service
):
    bot = await opened(type, line.url)
    first = await bot.reply(TURN)
    line.conversations.clear()
    reply = await bot.reply(replace(TURN, id="7-2", text="more", state=first.state))

    assert (Text("Welcome!"), Text("You said: more")) == reply.elements
    assert "c2" == reply.state["conversation"]


async def test_a_bot_that_breaks_is_worth_another_try(type: DirectLineBots):
    broken = serving(lambda asked: Response(status_code=500))
    async with serving_line(broken, SECRET) as line:
        bot = await opened(type, line.url)
        with pytest.raises(BotFailed, match="answered 502") as why:
            await bot.reply(TURN)

    assert not isinstance(why.value, BotRefused)


async def test_a_wrong_secret_is_refused_untold(type: DirectLineBots, line: Service):
    wrong = f"{SECRET}-wrong"
    bot = await opened(type, line.url, wrong)
    with pytest.raises(BotRefused, match=r"answered 403\. Is `Secret` one of its") as why:
        await bot.reply(TURN)

    assert SECRET not in str(why.value)


@pytest.mark.parametrize("value", [{"key": SECRET}, f"{SECRET}\n", ""])
async def test_a_secret_that_cannot_be_one_is_refused_untold(
    type: DirectLineBots, value: SecretValue
):
    bot = await opened(type, URL, value)
    with pytest.raises(BotRefused, match=f"^{KEY} is no secret of Direct Line") as why:
        await bot.reply(TURN)

    assert SECRET not in str(why.value)


@pytest.mark.parametrize(
    ("response", "sentence", "again"),
    [
        (Response(status_code=503), "answered 503", True),
        (Response(status_code=429), "answered 429", True),
        (Response(status_code=400), "answered 400", False),
        (Response("<html>"), "answered something that is not JSON", False),
        (JSONResponse({}), "without the id of a conversation", False),
        (JSONResponse({"conversationId": "c1"}), "answered without activities", False),
        (
            JSONResponse({"conversationId": "c1", "activities": [7]}),
            "answered without activities",
            False,
        ),
    ],
)
async def test_an_answer_that_cannot_be_used_says_so(
    type: DirectLineBots, response: Response, sentence: str, again: bool
):
    bot = await opened(type, serving(lambda asked: response))
    with pytest.raises(BotFailed, match=f"^The bot at http://127.*{sentence}") as why:
        await bot.reply(TURN)

    assert again is not isinstance(why.value, BotRefused)


async def test_the_service_hears_who_asks_and_nothing_of_the_number(type: DirectLineBots):
    heard: list[dict[str, Any]] = []

    def answer(asked: Asked) -> Response:
        heard.append(asked.turn if asked.body else {})
        own = {**heard[1], "id": "c1|0"} if len(heard) > 1 else {}
        said = [own, {"type": "message", "text": "Hi.", "replyToId": "c1|0"}]
        return JSONResponse({"conversationId": "c1", "activities": said, "watermark": "2"})

    await (await opened(type, serving(answer))).reply(replace(TURN, context={"lang": "de"}))
    start, message, _ = heard

    assert start["user"]["id"] == message["from"]["id"]
    assert message["from"]["id"].startswith("dl_")
    assert TURN.contact not in message["from"]["id"]
    assert ("7-1", "de") == (message["channelData"]["clientActivityID"], message["locale"])


async def test_no_failure_tells_a_secret_or_what_was_said(type: DirectLineBots):
    told = []
    for status in (200, 401, 404, 500):
        url = serving(lambda asked, status=status: Response(SECRET, status))
        bot = await opened(type, f"{url}?key={SECRET}")
        told += [repr(bot), repr(type)]
        try:
            await bot.reply(replace(TURN, text=SECRET))
        except BotFailed as why:
            told += [str(why), repr(why), traceback.format_exc()]

    assert 20 == len(told)
    assert [] == [one for one in told if SECRET in one]


async def test_a_secret_of_another_organization_is_refused(type: DirectLineBots):
    with pytest.raises(Invalid, match="secret_foreign"):
        await opened(type, URL, Secret="srn:vault::acme:secret:line")
