"""A real bot of the Microsoft 365 Agents SDK, asked at its own address."""

from __future__ import annotations

import asyncio
import json
import traceback
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import pytest
from starlette.responses import JSONResponse, Response

from tests.bots.agent import Agent, running
from tests.bots.contract import SECRET, TURN, BotContract, Documents, SecretsOf, record
from tests.bots.server import Asked, serving
from threadline.bots.agents import AgentBot, AgentBots
from threadline.egress import Egress
from threadline.errors import BotFailed, BotRefused, Invalid
from threadline.model.clock import SECOND
from threadline.model.timeline import (
    ButtonPrompt,
    ButtonPromptContainer,
    Card,
    MarkupInteraction,
    Media,
    Note,
    Option,
    SuggestionPrompt,
    Text,
)
from threadline.model.turn import Reply
from threadline.ports import SecretValue

URL = "https://bot.example.com/api/messages"
KEYS = "srn:vault::flowit:secretdoc:agentkeys"
LOGIN = {"tenantId": "contoso", "clientId": "app-1", "clientSecret": SECRET}


class Now:
    """A clock that a test pushes."""

    def __init__(self) -> None:
        self.at = 1_893_587_400_000_000

    def __call__(self) -> int:
        return self.at


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
async def agent() -> AsyncIterator[Agent]:
    async with running() as agent:
        yield agent


@pytest.fixture
async def type(now: Now) -> AsyncIterator[AgentBots]:
    egress = Egress(["127.0.0.0/8"])
    yield AgentBots(egress.user, now)
    await egress.close()


async def opened(
    type: AgentBots, url: str, value: SecretValue = SECRET, **fields: Any
) -> AgentBot:
    return await type.open(record({"Url": url, **fields}), SecretsOf(value))


async def reply_to(type: AgentBots, response: Response, **fields: Any) -> Reply:
    """What comes of a turn when the bot's server answers with this."""
    bot = await opened(type, serving(lambda asked: response), **{"Greet": False, **fields})
    return await bot.reply(TURN)


class TestContract(BotContract):
    broken: ClassVar = {
        "no URL": {},
        "inside": {"Url": "http://169.254.169.254/"},
        "too patient": {"Url": URL, "TimeoutSeconds": 121},
        "a secret in plain": {"Url": URL, "Secret": "hunter2"},
        "a text for a document": {"Url": URL, "Secret": "srn:vault::flowit:secret:k"},
        "tokens from inside": {"Url": URL, "TokenUrl": "http://169.254.169.254/"},
        "no text for a scope": {"Url": URL, "Scope": ["a"]},
        "perhaps a greeting": {"Url": URL, "Greet": "maybe"},
    }

    @pytest.fixture
    def documents(self, agent: Agent) -> Documents:
        return [{"Url": agent.url}, {"Url": agent.url, "Greet": False}]


async def test_a_bot_greets_whom_it_has_not_met(type: AgentBots, agent: Agent):
    bot = await opened(type, agent.url)
    first = await bot.reply(TURN)
    second = await bot.reply(replace(TURN, id="7-2", text="more", state=first.state))

    assert (Text("Welcome!"), Text("You said: hello")) == first.elements
    assert (Text("You said: more"),) == second.elements
    assert ["conversationUpdate", "message", "message"] == [one.type for one in agent.asked]
    assert 1 == len({one.conversation.id for one in agent.asked})
    assert 1 == len({one.from_property.id for one in agent.asked})


async def test_a_bot_may_be_told_not_to_greet(type: AgentBots, agent: Agent):
    reply = await (await opened(type, agent.url, Greet=False)).reply(TURN)

    assert (Text("You said: hello"),) == reply.elements


async def test_a_bot_greets_a_visitor_who_has_said_nothing_yet(type: AgentBots, agent: Agent):
    reply = await (await opened(type, agent.url)).reply(replace(TURN, text=""))

    assert (Text("Welcome!"),) == reply.elements
    assert [] == agent.texts()


async def test_the_bot_gets_what_a_turn_has(type: AgentBots, agent: Agent):
    turn = replace(
        TURN,
        context={"lang": "de"},
        media=(Media("https://x.example/a.png", "image/png", "a"),),
    )
    await (await opened(type, agent.url, Greet=False)).reply(turn)
    [got] = agent.asked
    [file] = got.attachments or []

    assert ("hello", "de", "7-1") == (got.text, got.locale, got.id)
    assert ("image/png", "https://x.example/a.png") == (file.content_type, file.content_url)
    assert {"clientActivityID": "7-1", "contact": "+15550100001"} == got.channel_data
    assert "+15550100001" not in got.from_property.id


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        (
            "menu",
            [
                Text("Tea or coffee?"),
                SuggestionPrompt(
                    (
                        Option("tea, please", "Tea"),
                        Option("https://tea.example/", "Our site", "https://tea.example/"),
                    ),
                    interaction_type="event",
                ),
                Note(
                    "A button of the bot's answer cannot be shown and was left out.", "left_out"
                ),
            ],
        ),
        (
            "card",
            [
                Card("Mint", img_url="https://tea.example/mint.jpg", alt="Leaves"),
                Text("from the garden\nFresh.\nOur site: https://tea.example/"),
                ButtonPromptContainer(
                    (ButtonPrompt('{"activity":{"value":{"sku":1}}}', "Buy"),),
                    interaction_type="event",
                ),
            ],
        ),
        ("picture", [Media("https://tea.example/cup.png", "image/png", "A cup")]),
        ("much", [Text("One."), Text("Two.")]),
        ("silence", []),
    ],
)
async def test_a_bot_says_more_than_texts(
    type: AgentBots, agent: Agent, text: str, elements: list[Any]
):
    bot = await opened(type, agent.url, Greet=False)
    reply = await bot.reply(replace(TURN, text=text))

    assert tuple(elements) == reply.elements


async def test_what_cannot_be_shown_is_told_to_the_operator(type: AgentBots, agent: Agent):
    bot = await opened(type, agent.url, Greet=False)
    [note] = (await bot.reply(replace(TURN, text="adaptive"))).elements

    assert isinstance(note, Note)
    assert "card.adaptive" in note.text


@pytest.mark.parametrize(
    ("text", "said"),
    [("menu", "You said: tea, please"), ("card", "You said: {'sku': 1}")],
)
async def test_a_choice_reaches_the_bot_as_the_value_of_its_button(
    type: AgentBots, agent: Agent, text: str, said: str
):
    bot = await opened(type, agent.url, Greet=False)
    first = await bot.reply(replace(TURN, text=text))
    [shown] = [
        one
        for one in first.elements
        if isinstance(one, SuggestionPrompt | ButtonPromptContainer)
    ]
    one = shown.options[0] if isinstance(shown, SuggestionPrompt) else shown.buttons[0]
    event = MarkupInteraction("suggestionPrompt", one.id, "Whatever")
    turn = replace(TURN, id="7-2", text="Whatever", event=event, state=first.state)

    assert (Text(said),) == (await bot.reply(turn)).elements


async def test_a_bot_can_end_the_session(type: AgentBots, agent: Agent):
    bot = await opened(type, agent.url, Greet=False)
    reply = await bot.reply(replace(TURN, text="bye"))

    assert Reply((Text("Goodbye!"),), {}, ended=True) == reply


async def test_a_bot_that_does_not_answer_in_time_is_worth_another_try(
    type: AgentBots, agent: Agent
):
    bot = replace(await opened(type, agent.url, Greet=False), timeout=0.2)
    with pytest.raises(BotFailed, match=r"did not answer within 0\.2 s") as why:
        await bot.reply(replace(TURN, text="slow"))

    assert not isinstance(why.value, BotRefused)


@pytest.mark.parametrize("status", [429, 500, 501, 502, 503])
async def test_a_server_in_trouble_is_worth_another_try(type: AgentBots, status: int):
    with pytest.raises(BotFailed, match=f"^The bot at http://127.* answered {status}") as why:
        await reply_to(type, Response(status_code=status))

    assert not isinstance(why.value, BotRefused)


@pytest.mark.parametrize(
    ("response", "sentence"),
    [
        (Response(status_code=400), "answered 400"),
        (Response(status_code=302), "answered 302"),
        (Response(status_code=401), "`Secret` and `Scope`"),
        (Response(status_code=202), "`expectReplies`; .* type `directline`"),
        (Response("<html>"), "not JSON"),
        (JSONResponse([]), "without activities"),
        (JSONResponse({"activities": ["a"]}), "without activities"),
        (
            JSONResponse({"activities": [{"type": "message", "text": "a"}] * 101}),
            "more than 100",
        ),
        (Response("x" * 1_048_577), "answered with more than 1048576 bytes"),
    ],
)
async def test_an_answer_that_cannot_be_used_is_refused(
    type: AgentBots, response: Response, sentence: str
):
    with pytest.raises(BotRefused, match=f"^The bot at http://127.*{sentence}"):
        await reply_to(type, response)


async def test_a_bot_that_takes_a_greeting_in_silence_is_asked_all_the_same(type: AgentBots):
    def answer(asked: Asked) -> Response:
        if asked.turn["type"] == "conversationUpdate":
            return Response(status_code=202)
        return JSONResponse({"activities": [{"type": "message", "text": "Hi."}]})

    reply = await (await opened(type, serving(answer))).reply(TURN)

    assert (Text("Hi."),) == reply.elements


async def test_the_same_turn_is_asked_under_the_same_id(type: AgentBots, agent: Agent):
    bot = await opened(type, agent.url)
    await bot.reply(TURN)
    await bot.reply(TURN)

    assert ["7-1-joined", "7-1", "7-1-joined", "7-1"] == [one.id for one in agent.asked]


class Issuer:
    """Gives tokens, and answers a bot's requests that carry the last of them."""

    def __init__(self, lasts: int = 3600) -> None:
        self.asked: list[dict[str, str]] = []
        self.lasts = lasts
        self.bearers: list[str] = []
        self.accepts = ""
        self.url = serving(self.token)
        self.bot = serving(self.message)

    def token(self, asked: Asked) -> Response:
        self.asked.append(dict(parse_qsl(asked.body.decode())))
        self.accepts = f"token-{len(self.asked)}"
        return JSONResponse({"access_token": self.accepts, "expires_in": self.lasts})

    def message(self, asked: Asked) -> Response:
        self.bearers.append(asked.headers.get("authorization", ""))
        if self.bearers[-1] != f"Bearer {self.accepts}":
            return Response(status_code=401)
        return JSONResponse({"activities": [{"type": "message", "text": "Hi."}]})

    async def open(self, type: AgentBots, **fields: Any) -> AgentBot:
        given = {"Secret": KEYS, "TokenUrl": self.url, "Greet": False, **fields}
        return await opened(type, self.bot, LOGIN, **given)


async def test_a_bot_sees_a_token_of_its_own_tenant(type: AgentBots):
    issuer = Issuer()
    await (await issuer.open(type)).reply(TURN)

    expected = {
        "grant_type": "client_credentials",
        "client_id": "app-1",
        "client_secret": SECRET,
        "scope": "app-1/.default",
    }
    assert [expected] == issuer.asked
    assert ["Bearer token-1"] == issuer.bearers


async def test_a_scope_may_be_named(type: AgentBots):
    issuer = Issuer()
    await (await issuer.open(type, Scope="api://bot/.default")).reply(TURN)

    assert "api://bot/.default" == issuer.asked[0]["scope"]


async def test_a_token_is_used_until_shortly_before_its_end(type: AgentBots, now: Now):
    issuer = Issuer()
    for seconds in (0, 3299, 1):
        now.at += seconds * SECOND
        await (await issuer.open(type)).reply(TURN)

    assert ["Bearer token-1", "Bearer token-1", "Bearer token-2"] == issuer.bearers


async def test_a_token_that_was_called_back_is_asked_for_again(type: AgentBots):
    issuer = Issuer()
    bot = await issuer.open(type)
    await bot.reply(TURN)
    issuer.accepts = "token-2"
    reply = await bot.reply(TURN)

    assert (Text("Hi."),) == reply.elements
    assert ["Bearer token-1", "Bearer token-1", "Bearer token-2"] == issuer.bearers


async def test_tokens_of_others_are_not_used(type: AgentBots):
    issuer = Issuer()
    await (await issuer.open(type)).reply(TURN)
    await (await issuer.open(type, Scope="another")).reply(TURN)

    assert 2 == len(issuer.asked)


@pytest.mark.parametrize(
    ("response", "sentence", "again"),
    [
        (JSONResponse({"error": "invalid_client"}, 401), r"401 \(invalid_client\)", False),
        (JSONResponse({"error": SECRET}, 400), "answered 400", False),
        (JSONResponse({"access_token": ""}), "gave no token", False),
        (Response("<html>"), "gave no token", False),
        (Response(status_code=503), "answered 503", True),
    ],
)
async def test_without_a_token_the_bot_is_not_asked(
    type: AgentBots, response: Response, sentence: str, again: bool
):
    url = serving(lambda asked: response)
    bot = await opened(type, URL, LOGIN, Secret=KEYS, TokenUrl=url)
    with pytest.raises(
        BotFailed, match=f"^No token for the bot: http://127.*{sentence}"
    ) as why:
        await bot.reply(TURN)

    assert again is not isinstance(why.value, BotRefused)


@pytest.mark.parametrize(
    "value",
    [SECRET, {}, {**LOGIN, "tenantId": ""}, {**LOGIN, "clientSecret": 7}],
    ids=["a text", "nothing", "no tenant", "a number"],
)
async def test_a_secret_that_is_no_login_is_refused_untold(type: AgentBots, value: SecretValue):
    bot = await opened(type, URL, value, Secret=KEYS)
    with pytest.raises(BotRefused, match=f"^{KEYS} needs the texts tenantId, .*missing") as why:
        await bot.reply(TURN)

    assert SECRET not in str(why.value)


async def test_no_failure_tells_a_secret_or_what_was_said(type: AgentBots):
    told = []
    for status in (200, 401, 404, 500):
        url = serving(lambda asked, status=status: Response(SECRET, status))
        login = serving(lambda asked: JSONResponse({"access_token": SECRET, "expires_in": 9}))
        fields = {"Secret": KEYS, "TokenUrl": login}
        bot = await opened(type, f"{url}?key={SECRET}", LOGIN, **fields)
        told += [repr(bot), repr(type)]
        try:
            await bot.reply(replace(TURN, text=SECRET))
        except BotFailed as why:
            told += [str(why), repr(why), traceback.format_exc()]

    assert 20 == len(told)
    assert [] == [one for one in told if SECRET in one]


async def test_a_secret_of_another_organization_is_refused(type: AgentBots):
    with pytest.raises(Invalid, match="secret_foreign"):
        await opened(type, URL, Secret="srn:vault::acme:secretdoc:k")


async def test_many_conversations_are_asked_at_once(type: AgentBots, agent: Agent):
    bot = await opened(type, agent.url, Greet=False)
    slow = asyncio.create_task(bot.reply(replace(TURN, text="slow")))
    quick = await bot.reply(replace(TURN, id="8-1", conversation=8))
    agent.patience.set()

    assert (Text("You said: hello"),) == quick.elements
    assert (Text("At last."),) == (await slow).elements


async def test_what_is_sent_is_what_the_protocol_asks_for(type: AgentBots):
    heard: list[Mapping[str, Any]] = []

    def answer(asked: Asked) -> Response:
        heard.append(json.loads(asked.body))
        return JSONResponse({"activities": []})

    await (await opened(type, serving(answer))).reply(TURN)

    for one in heard:
        assert {"type", "id", "channelId", "serviceUrl", "conversation"} < set(one)
        assert {"from", "recipient", "timestamp"} < set(one)
        assert "expectReplies" == one["deliveryMode"]
