"""A bot behind a URL, asked over real connections."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import re
import socket
import traceback
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from time import monotonic
from typing import Any, ClassVar

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from tests.bots.contract import SECRET, TURN, BotContract, Documents, SecretsOf, record
from tests.bots.server import Asked, serving
from threadline.bots.http import HttpBot, HttpBots
from threadline.egress import Egress
from threadline.errors import (
    BotFailed,
    BotRefused,
    Invalid,
    KeyMissing,
    SecretMissing,
    SecretUnavailable,
    StoreDown,
)
from threadline.model.timeline import (
    Card,
    Goal,
    Markup,
    MarkupInteraction,
    Media,
    Note,
    Option,
    SuggestionPrompt,
    Text,
)
from threadline.model.turn import MissionDone, Reply, ToBot, ToPerson
from threadline.ports import SecretValue

NOW = 1_893_587_400_500_000
KEY = "srn:vault::flowit:secret:botkey"
URL = "https://bot.example.com/chat"


@pytest.fixture
async def type() -> AsyncIterator[HttpBots]:
    egress = Egress(["127.0.0.0/8"])
    yield HttpBots(egress.user, lambda: NOW)
    await egress.close()


async def opened(
    type: HttpBots, url: str, value: SecretValue = SECRET, **fields: Any
) -> HttpBot:
    return await type.open(record({"Url": url, **fields}), SecretsOf(value))


async def reply_to(
    type: HttpBots, response: Response, *, context: Mapping[str, Any] | None = None
) -> Reply:
    """What comes of a turn when the bot's server answers with this."""
    url = serving(lambda asked: response)
    bot = await opened(type, url)
    return await bot.reply(replace(TURN, context=context or {}, state={"step": 1}))


def echo(asked: Asked) -> Response:
    """A bot that counts."""
    turn = asked.turn
    count = turn["state"].get("count", 0) + 1
    said = [f"{count}: {turn['text']}", {"type": "message", "message": turn["contact"]}]
    state = {"count": count}
    return JSONResponse({"messages": said, "state": state, "context": {"seen": count}})


class TestContract(BotContract):
    broken: ClassVar = {
        "no URL": {},
        "a number": {"Url": 7},
        "not a URL": {"Url": "bot.example.com"},
        "another scheme": {"Url": "ftp://bot.example.com/"},
        "credentials in the URL": {"Url": "https://joe:secret@bot.example.com/"},
        "inside": {"Url": "http://169.254.169.254/"},
        "too patient": {"Url": URL, "TimeoutSeconds": 121},
        "too quick": {"Url": URL, "TimeoutSeconds": 0.5},
        "a text for a time": {"Url": URL, "TimeoutSeconds": "20"},
        "yes for a time": {"Url": URL, "TimeoutSeconds": True},
        "a secret in plain": {"Url": URL, "Secret": "hunter2"},
        "a number for a secret": {"Url": URL, "Secret": 7},
        "a document as key": {"Url": URL, "Secret": "srn:vault::flowit:secretdoc:k"},
        "a text for headers": {"Url": URL, "Headers": "X: y"},
        "our header": {"Url": URL, "Headers": {"threadline-turn": "1"}},
        "a header of HTTP": {"Url": URL, "Headers": {"Content-Length": "1"}},
        "an odd header": {"Url": URL, "Headers": {"X Y": "1"}},
        "a header with a line break": {"Url": URL, "Headers": {"X": "1\r\nY: 2"}},
        "a header that is a number": {"Url": URL, "Headers": {"X": 1}},
        "a header of a document": {"Url": URL, "Headers": {"X": "srn:vault::a:secretdoc:b"}},
    }

    @pytest.fixture
    def documents(self) -> Documents:
        url = serving(echo)
        return [{"Url": url}, {"Url": url, "Secret": KEY, "Headers": {"Authorization": KEY}}]


async def test_the_bot_gets_all_that_a_turn_has(type: HttpBots):
    heard: list[Asked] = []

    def answer(asked: Asked) -> Response:
        heard.append(asked)
        return Response(status_code=204)

    turn = replace(
        TURN,
        media=(Media("https://x.example/a.png", "image/png"),),
        event=MarkupInteraction("starRating", "5", data={"late": True}),
        context={"name": "Ann"},
        state={"step": 1},
    )
    url = serving(answer)
    await (await opened(type, url)).reply(turn)

    expected = {
        "turn": "7-1",
        "organization": "flowit",
        "bot": "greeter",
        "conversation": 7,
        "session": "7-1",
        "contact": "+15550100001",
        "first": True,
        "woken": False,
        "returned": False,
        "text": "hello",
        "media": [
            {"type": "media", "url": "https://x.example/a.png", "contentType": "image/png"}
        ],
        "event": {
            "type": "markupInteraction",
            "source": "starRating",
            "id": "5",
            "data": {"late": True},
        },
        "context": {"name": "Ann"},
        "state": {"step": 1},
        "endpoint": {"Address": "flowit-sms", "Name": "Flowit"},
        "at": "2030-01-02T12:30:00.000Z",
        "replyUrl": "",
    }
    assert expected == heard[0].turn
    assert "7-1" == heard[0].headers["threadline-turn"]
    assert "1893587400" == heard[0].headers["threadline-timestamp"]
    assert "application/json" == heard[0].headers["content-type"]
    assert "threadline-signature" not in heard[0].headers


async def test_the_bot_can_verify_who_asks(type: HttpBots):
    heard: list[Asked] = []

    def answer(asked: Asked) -> Response:
        heard.append(asked)
        return Response(status_code=204)

    url = serving(answer)
    await (await opened(type, url, Secret=KEY)).reply(TURN)

    signed = heard[0].headers["threadline-timestamp"].encode() + b"." + heard[0].body
    expected = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert f"v1={expected}" == heard[0].headers["threadline-signature"]


async def test_a_header_may_be_a_secret(type: HttpBots):
    heard: list[Asked] = []

    def answer(asked: Asked) -> Response:
        heard.append(asked)
        return Response(status_code=204)

    headers = {"Authorization": KEY, "X-Team": "blue"}
    url = serving(answer)
    await (await opened(type, url, value="Bearer abc", Headers=headers)).reply(TURN)

    assert "Bearer abc" == heard[0].headers["authorization"]
    assert "blue" == heard[0].headers["x-team"]


ELEMENTS = [
    "hi",
    {"type": "message", "message": "there"},
    {"type": "suggestions", "options": [{"id": "y", "title": "Yes"}]},
    {"type": "goal", "name": "sold"},
    {"type": "carousel", "cards": []},
    {"type": "markup", "xml": "<TimelineMessage><TextMsg>1</TextMsg><Card/></TimelineMessage>"},
    {"type": "markup", "xml": "<TimelineMessage>"},
]
MEANT = (
    Text("hi"),
    Text("there"),
    SuggestionPrompt((Option("y", "Yes"),)),
    Goal("sold"),
    Markup("carousel", {"cards": []}),
    Text("1"),
    Card(),
    Note(
        "Not all of the markup can be shown. At line 1, column 18: it ends where an element is "
        "still open.",
        "markup_invalid",
    ),
)


@pytest.mark.parametrize(
    ("response", "elements"),
    [
        (JSONResponse({"messages": ELEMENTS}), MEANT),
        (JSONResponse(ELEMENTS), MEANT),
        (JSONResponse("hi"), (Text("hi"),)),
        (JSONResponse({"messages": "hi"}), (Text("hi"),)),
        (PlainTextResponse("hi\nthere"), (Text("hi\nthere"),)),
        (Response('["hi"]', media_type="application/octet-stream"), (Text("hi"),)),
        (Response(status_code=204), ()),
        (JSONResponse([]), ()),
        (JSONResponse({}), ()),
        (JSONResponse({"messages": None, "state": None}), ()),
    ],
    ids=[
        "an object",
        "a bare list",
        "a bare text",
        "one text",
        "plain text",
        "an odd content type",
        "204",
        "an empty list",
        "an empty object",
        "nulls",
    ],
)
async def test_a_bot_may_answer_in_the_form_that_suits_it(
    type: HttpBots, response: Response, elements: tuple[Any, ...]
):
    reply = await reply_to(type, response, context={"a": 1})

    assert Reply(elements, {"step": 1}, {"a": 1}, ended=False) == reply


async def test_the_context_is_merged_and_null_deletes(type: HttpBots):
    said = JSONResponse({"context": {"b": {"x": 1}, "c": None, "d": 4}})
    reply = await reply_to(type, said, context={"a": None, "b": {"y": 2}, "c": 3})

    assert {"a": None, "b": {"x": 1}, "d": 4} == reply.context


async def test_the_state_is_replaced(type: HttpBots):
    reply = await reply_to(type, JSONResponse({"state": {"other": 2}}))

    assert {"other": 2} == reply.state


@pytest.mark.parametrize(
    ("said", "then"),
    [
        ({"transfer": "pizza"}, ToBot("pizza")),
        ({"push": "pizza"}, ToBot("pizza", returns=True)),
        ({"missionDone": True}, MissionDone()),
        ({"handover": True}, ToPerson()),
        ({"handover": "A refund."}, ToPerson("A refund.")),
        ({"handover": False}, None),
    ],
)
async def test_a_bot_can_hand_the_conversation_over(type: HttpBots, said: Any, then: Any):
    reply = await reply_to(type, JSONResponse(said))

    assert then == reply.then


async def test_a_bot_can_ask_to_be_woken(type: HttpBots):
    reply = await reply_to(type, JSONResponse({"messages": ["Wait."], "wakeInSeconds": 90}))

    assert TURN.at + 90_000_000 == reply.wake_at


async def test_a_bot_can_end_the_session(type: HttpBots):
    reply = await reply_to(type, JSONResponse({"messages": ["bye"], "end": True}))

    assert True is reply.ended


DEEP = b'{"state":' + b'{"a":' * 300 + b"1" + b"}" * 300 + b"}"


@pytest.mark.parametrize(
    ("response", "sentence"),
    [
        (JSONResponse({}, 404), "answered 404. It should answer 200 with JSON"),
        (JSONResponse({}, 401), "answered 401"),
        (JSONResponse({}, 201), "answered 201. It should answer 200"),
        (Response(status_code=302), "answered 302. Redirects are not followed"),
        (Response("<html>", media_type="text/html"), "is not JSON. It should answer 200"),
        (Response(""), "is not JSON"),
        (Response('{"messages": [', media_type="application/json"), "is not JSON"),
        (Response(b'"\xff"', media_type="application/json"), "is not JSON"),
        (Response(b"\xff", media_type="text/plain"), "not UTF-8"),
        (JSONResponse(7), "answered a number"),
        (JSONResponse(None), "answered null"),
        (JSONResponse({"text": "hi"}), "without any of messages, context, state, end"),
        (JSONResponse({"messages": {"a": 1}}), "`messages` that are an object, not a list"),
        (JSONResponse({"messages": ["a", 7]}), r"messages\[1\] as a number"),
        (JSONResponse([{"message": "a"}]), r"messages\[0\] wrong: an element needs a `type`"),
        (JSONResponse([{"type": "message"}]), "needs a text `message`"),
        (JSONResponse(["a"] * 101), "more than 100 messages"),
        (JSONResponse({"context": ["a"]}), "`context` that is not an object"),
        (JSONResponse({"state": "a"}), "`state` that is not an object"),
        (JSONResponse({"push": 7}), "`push` that is a number"),
        (JSONResponse({"push": "a", "end": True}), "`push` and `end`, of which only one"),
        (JSONResponse({"wakeInSeconds": -1}), "no time within 30 days"),
        (JSONResponse({"end": "yes"}), "`end` that is not true or false"),
        (JSONResponse({"context": {"a": "x" * 10_240}}), "more than 10 kB in the context"),
        (Response(DEEP, media_type="application/json"), "nested too deeply"),
        (PlainTextResponse("x" * 262_145), "answered with more than 262144 bytes"),
    ],
)
async def test_an_answer_that_cannot_be_used_says_what_is_expected(
    type: HttpBots, response: Response, sentence: str
):
    with pytest.raises(BotRefused, match=f"^The bot at http://127.*{sentence}"):
        await reply_to(type, response)


async def test_a_context_that_was_large_before_is_not_the_bots_fault(type: HttpBots):
    reply = await reply_to(type, JSONResponse("hi"), context={"a": "x" * 20_000})

    assert (Text("hi"),) == reply.elements


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429])
async def test_a_server_in_trouble_is_worth_another_try(type: HttpBots, status: int):
    with pytest.raises(BotFailed, match=f"^The bot at http://127.* answered {status}") as why:
        await reply_to(type, Response(status_code=status))

    assert not isinstance(why.value, BotRefused)


async def test_a_bot_that_does_not_answer_in_time_is_worth_another_try(type: HttpBots):
    async def hang(asked: Asked) -> Response:
        await asyncio.Event().wait()
        raise AssertionError

    url = serving(hang)
    bot = replace(await opened(type, f"{url}/chat?key=1"), timeout=0.2)
    began = monotonic()
    sentence = rf"^The bot at {re.escape(url)}/chat did not answer within 0\.2 s\.$"
    with pytest.raises(BotFailed, match=sentence) as why:
        await bot.reply(TURN)

    assert 5 > monotonic() - began
    assert not isinstance(why.value, BotRefused)


async def test_a_bot_that_is_not_there_is_worth_another_try(type: HttpBots):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    bot = await opened(type, f"http://127.0.0.1:{port}/")
    with pytest.raises(BotFailed, match="could not be reached") as why:
        await bot.reply(TURN)

    assert not isinstance(why.value, BotRefused)


async def test_a_bot_inside_the_network_is_not_asked():
    heard: list[Asked] = []

    def answer(asked: Asked) -> Response:
        heard.append(asked)
        return JSONResponse("hi")

    egress = Egress()
    url = serving(answer)
    bots = HttpBots(egress.user, lambda: NOW)
    bot = await opened(bots, url.replace("127.0.0.1", "localhost"))
    with pytest.raises(BotRefused, match="THREADLINE_ALLOW_NETWORKS"):
        await bot.reply(TURN)
    with pytest.raises(Invalid, match=r"url_forbidden: Url: .*THREADLINE_ALLOW_NETWORKS"):
        await opened(bots, url)
    await egress.close()

    assert [] == heard


@pytest.mark.parametrize("field", ["Secret", "Headers"])
async def test_a_secret_of_another_organization_is_refused(type: HttpBots, field: str):
    theirs = "srn:vault::acme:secret:botkey"
    value = theirs if field == "Secret" else {"X-Key": theirs}
    with pytest.raises(Invalid, match=r"secret_foreign: .* belongs to another organization"):
        await opened(type, URL, **{field: value})
    problems = type.check({"Url": URL, "Organization": "flowit", field: value}, "")

    assert ["secret_foreign"] == [one.code for one in problems]


class NoSecrets:
    """A vault that fails."""

    def __init__(self, why: Exception) -> None:
        self.why = why

    async def reveal(self, srn: str) -> SecretValue:
        raise self.why


@pytest.mark.parametrize("error", [SecretMissing, KeyMissing, SecretUnavailable, StoreDown])
async def test_without_its_secret_a_bot_is_not_asked(type: HttpBots, error: Any):
    heard: list[Asked] = []

    def answer(asked: Asked) -> Response:
        heard.append(asked)
        return Response(status_code=204)

    vault = NoSecrets(error("Create it first."))
    bot = await type.open(record({"Url": serving(answer), "Secret": KEY}), vault)
    with pytest.raises(error, match="Create it first"):
        await bot.reply(TURN)

    assert [] == heard


async def test_a_document_where_a_text_is_needed_is_refused(type: HttpBots):
    bot = await opened(type, URL, value={"key": SECRET}, Secret=KEY)
    with pytest.raises(BotRefused, match="needs a text") as why:
        await bot.reply(TURN)

    assert SECRET not in str(why.value)


async def test_a_secret_that_cannot_be_a_header_is_refused_untold(type: HttpBots):
    bot = await opened(type, URL, value=f"{SECRET}\n", Headers={"X-Key": KEY})
    with pytest.raises(BotRefused, match="cannot be the header X-Key") as why:
        await bot.reply(TURN)

    assert SECRET not in str(why.value)


async def test_no_failure_tells_a_secret_or_what_was_said(type: HttpBots):
    said = json.dumps({"messages": [{"type": "message", "message": 7, "k": SECRET}]})
    told = []
    for status, body in ((200, said), (200, SECRET), (500, SECRET), (404, SECRET), (302, "")):
        response = Response(body, status, {"Location": f"/{SECRET}"})
        url = serving(lambda asked, response=response: response)
        fields = {"Secret": KEY, "Headers": {"X-Key": KEY}}
        bot = await opened(type, f"{url}/chat?key={SECRET}", **fields)
        told += [repr(bot)]
        try:
            await bot.reply(replace(TURN, text=SECRET, context={"a": SECRET}))
        except BotFailed as why:
            told += [str(why), repr(why), traceback.format_exc()]

    assert 20 == len(told)
    assert [] == [one for one in told if SECRET in one]


async def test_the_same_turn_is_asked_under_the_same_id(type: HttpBots):
    heard: list[str] = []

    def answer(asked: Asked) -> Response:
        heard.append(asked.headers["threadline-turn"])
        return Response(status_code=503 if len(heard) == 1 else 204)

    url = serving(answer)
    bot = await opened(type, url)
    with pytest.raises(BotFailed):
        await bot.reply(TURN)
    await bot.reply(TURN)

    assert ["7-1", "7-1"] == heard
