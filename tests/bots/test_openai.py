"""
Language models behind the chat endpoint of OpenAI's API.

The judges are the types of the official `openai` SDK, which say what may be sent and what an
answer looks like, and llmock, a server that answers and fails as the real ones do.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from llmock.pytest_plugin import LLMock
from llmock.testing import LLMockServer
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.chat.completion_create_params import (
    CompletionCreateParamsNonStreaming,
    CompletionCreateParamsStreaming,
)
from pydantic import TypeAdapter
from starlette.responses import JSONResponse, PlainTextResponse, Response

from tests.bots.contract import SECRET, TURN, BotContract, Documents, SecretsOf, record
from tests.bots.model import serving_model
from tests.bots.server import Asked, serving
from threadline.bots.openai import ROUNDS, OpenAIBot, OpenAIBots
from threadline.egress import Egress
from threadline.errors import BotFailed, BotRefused, Invalid
from threadline.model.timeline import Media, Note, Text
from threadline.model.turn import Line, Reply
from threadline.ports import SecretValue

KEY = "srn:vault::flowit:secret:model"
STOCK = {
    "Name": "stock",
    "Description": "How much there is of a tea.",
    "Parameters": {"type": "object", "properties": {"tea": {"type": "string"}}},
}
PLAIN: TypeAdapter[Any] = TypeAdapter(CompletionCreateParamsNonStreaming)
STREAMED: TypeAdapter[Any] = TypeAdapter(CompletionCreateParamsStreaming)


@pytest.fixture(scope="module")
def llmock_server() -> Iterator[LLMockServer]:
    with serving_model() as server:
        yield server


@pytest.fixture
async def type() -> AsyncIterator[OpenAIBots]:
    egress = Egress(["127.0.0.0/8"])
    yield OpenAIBots(egress.user)
    await egress.close()


async def opened(
    type: OpenAIBots, url: str, value: SecretValue = SECRET, **fields: Any
) -> OpenAIBot:
    document = {"Url": url, "Model": "tiny", **fields}
    return await type.open(record(document), SecretsOf(value))


def completion(
    text: str | None = "Mint.",
    *,
    calls: Sequence[tuple[str, str]] = (),
    reason: str = "stop",
    tokens: tuple[int, int] = (20, 5),
    **message: Any,
) -> JSONResponse:
    """An answer with the shape that the official SDK reads."""
    tools = [
        {"id": f"call-{n}", "type": "function", "function": {"name": name, "arguments": given}}
        for n, (name, given) in enumerate(calls)
    ]
    said = {"role": "assistant", "content": text, "tool_calls": tools or None, **message}
    read, written = tokens
    whole = ChatCompletion.model_validate(
        {
            "id": "c-1",
            "object": "chat.completion",
            "created": 1,
            "model": "tiny",
            "choices": [{"index": 0, "finish_reason": reason, "message": said}],
            "usage": {
                "prompt_tokens": read,
                "completion_tokens": written,
                "total_tokens": read + written,
            },
        }
    )
    return JSONResponse(whole.model_dump(mode="json"))


def streamed(
    *deltas: Mapping[str, Any], reason: str | None = "stop", tail: str = "data: [DONE]\n\n"
) -> Response:
    ends: list[dict[str, Any]] = [{"delta": {}, "finish_reason": reason}] if reason else []
    chunks = [{"delta": one, "finish_reason": None} for one in deltas] + ends
    events = [
        ChatCompletionChunk.model_validate(
            {
                "id": "c-1",
                "object": "chat.completion.chunk",
                "created": 1,
                "model": "tiny",
                "choices": [{"index": 0, **one}],
            }
        ).model_dump_json()
        for one in chunks
    ]
    text = "".join(f"data: {one}\n\n" for one in events) + tail
    return Response(text, media_type="text/event-stream")


class Model:
    """A server that gives its answers one after the other, the last one for ever."""

    def __init__(self, *answers: Response) -> None:
        self.answers = list(answers)
        self.asked: list[Asked] = []
        self.url = serving(self.answer)

    def answer(self, asked: Asked) -> Response:
        self.asked.append(asked)
        return self.answers[min(len(self.asked), len(self.answers)) - 1]

    @property
    def said(self) -> list[tuple[str, Any]]:
        """Of the last request."""
        return [(one["role"], one.get("content")) for one in self.asked[-1].turn["messages"]]


class Tool:
    """A service that a model may ask."""

    def __init__(self, status: int = 200, said: str = '{"bags": 3}') -> None:
        self.asked: list[Asked] = []
        self.status, self.said = status, said
        self.url = serving(self.answer)

    def answer(self, asked: Asked) -> Response:
        self.asked.append(asked)
        return PlainTextResponse(self.said, self.status)


async def reply_of(type: OpenAIBots, *answers: Response, **fields: Any) -> Reply:
    return await (await opened(type, Model(*answers).url, **fields)).reply(TURN)


class TestContract(BotContract):
    broken: ClassVar = {
        "no model": {"Model": None},
        "inside": {"Model": "m", "Url": "http://169.254.169.254/"},
        "a key in plain": {"Model": "m", "Secret": "sk-1"},
        "a document for a key": {"Model": "m", "Secret": "srn:vault::flowit:secretdoc:k"},
        "a broken prompt": {"Model": "m", "SystemPrompt": "You are ${name"},
        "no text for a prompt": {"Model": "m", "SystemPrompt": ["a"]},
        "too warm": {"Model": "m", "Temperature": 3},
        "half a token": {"Model": "m", "MaxTokens": 0.5},
        "endless history": {"Model": "m", "History": 100_000},
        "perhaps a stream": {"Model": "m", "Stream": "maybe"},
        "a limit without a price": {"Model": "m", "SessionCost": 1},
        "a price of nothing": {"Model": "m", "Price": 3},
        "a cost of nothing": {
            "Model": "m",
            "Price": {"Input": 1, "Output": 1},
            "SessionCost": 0,
        },
        "fields that are no object": {"Model": "m", "Parameters": "low"},
        "messages of their own": {"Model": "m", "Parameters": {"messages": []}},
        "tools that are no list": {"Model": "m", "Tools": {}},
        "a tool that is none": {"Model": "m", "Tools": ["stock"]},
        "a tool without a name": {"Model": "m", "Tools": [{"Url": "https://x.example/"}]},
        "a tool inside": {"Model": "m", "Tools": [{**STOCK, "Url": "http://10.0.0.1/"}]},
        "a method of no request": {
            "Model": "m",
            "Tools": [{**STOCK, "Url": "https://x.example/", "Method": "TRACE"}],
        },
        "a header of ours": {
            "Model": "m",
            "Tools": [{**STOCK, "Url": "https://x.example/", "Headers": {"Host": "a"}}],
        },
        "parameters that are no schema": {
            "Model": "m",
            "Tools": [{**STOCK, "Url": "https://x.example/", "Parameters": "tea"}],
        },
    }

    @pytest.fixture
    def documents(self, llmock: LLMock) -> Documents:
        common = {"Url": llmock.base_url(), "Model": "tiny", "Secret": KEY}
        return [common, {**common, "Stream": True, "SystemPrompt": "You sell ${goods}."}]


async def test_the_model_gets_the_prompt_what_was_said_and_the_text(type: OpenAIBots):
    model = Model(completion())
    bot = await opened(type, model.url, SystemPrompt="You sell ${goods} to ${contact}.")

    async def past(most: int) -> Sequence[Line]:
        lines = [
            Line("contact", "hi"),
            Line("bot", "Hello!"),
            Line("operator", "I am Ann."),
            Line("contact", "hm"),
        ]
        return lines[-most:]

    reply = await bot.reply(replace(TURN, context={"goods": "tea"}, past=past))

    assert (Text("Mint."),) == reply.elements
    assert [
        ("system", "You sell tea to +15550100001."),
        ("user", "hi"),
        ("assistant", "Hello!\nI am Ann."),
        ("user", "hm"),
        ("user", "hello"),
    ] == model.said


async def test_a_bot_remembers_as_much_as_it_should(type: OpenAIBots):
    wanted: list[int] = []

    async def past(most: int) -> Sequence[Line]:
        wanted.append(most)
        return ()

    model = Model(completion())
    for history in (0, 3):
        bot = await opened(type, model.url, History=history)
        await bot.reply(replace(TURN, past=past))

    assert [3] == wanted


async def test_a_picture_is_told_by_its_address(type: OpenAIBots):
    model = Model(completion())
    media = (Media("https://x.example/a.png", "image/png"),)
    await (await opened(type, model.url)).reply(replace(TURN, text="", media=media))

    assert [("user", "https://x.example/a.png")] == model.said


@pytest.mark.parametrize("fields", [{}, {"Stream": True}, {"Tools": [STOCK]}], ids=str)
async def test_a_request_is_one_that_the_official_sdk_would_send(
    type: OpenAIBots, fields: dict[str, Any]
):
    tools = [{**one, "Url": "https://x.example/"} for one in fields.get("Tools", [])]
    model = Model(completion())
    bot = await opened(
        type,
        model.url,
        **{**fields, "Tools": tools},
        Secret=KEY,
        Temperature=0.2,
        SystemPrompt="Be brief.",
        Parameters={"reasoning_effort": "low"},
    )
    await bot.reply(TURN)
    [asked] = model.asked
    judge = STREAMED if fields.get("Stream") else PLAIN

    assert judge.validate_python(asked.turn)
    assert f"Bearer {SECRET}" == asked.headers["authorization"]
    assert "low" == asked.turn["reasoning_effort"]
    assert ("max_tokens" in asked.turn, 0.2) == (True, asked.turn["temperature"])


async def test_the_service_itself_is_told_the_limit_by_its_newer_name(type: OpenAIBots):
    bot = await type.open(record({"Model": "gpt-5-mini"}), SecretsOf())
    other = await type.open(
        record({"Model": "o", "MaxTokens": 9, "Parameters": {"max_completion_tokens": None}}),
        SecretsOf(),
    )

    assert {"max_completion_tokens": 500} == bot.settings.parameters
    assert "https://api.openai.com/v1/chat/completions" == bot.settings.url
    assert {} == other.settings.parameters


async def test_an_answer_may_be_a_text_for_each_paragraph(type: OpenAIBots):
    said = "Mint.\n\n \nOr black tea,\nfrom Assam.\n"
    whole = await reply_of(type, completion(said))
    apart = await reply_of(type, completion(said), Paragraphs=True)

    assert (Text(said.strip()),) == whole.elements
    assert (Text("Mint."), Text("Or black tea,\nfrom Assam.")) == apart.elements


async def test_a_stream_is_joined(type: OpenAIBots):
    reply = await reply_of(type, streamed({"content": "Mi"}, {"content": "nt."}), Stream=True)

    assert (Text("Mint."),) == reply.elements


async def test_what_the_model_refuses_is_said_in_the_operators_words(type: OpenAIBots):
    refused = await reply_of(type, completion(None, refusal="No."))
    filtered = await reply_of(
        type, completion("", reason="content_filter"), RefusalMessage="Ask us."
    )
    joined = await reply_of(type, streamed({"refusal": "No"}, {"refusal": "."}))

    assert (
        Note("The model refused: No.", "model_refused"),
        Text("I am sorry, I cannot help with that."),
    ) == refused.elements
    assert Text("Ask us.") == filtered.elements[-1]
    assert refused.elements == joined.elements


async def test_an_answer_that_was_cut_off_is_said_and_the_operator_told(type: OpenAIBots):
    reply = await reply_of(type, completion("Min", reason="length"))

    assert (
        Text("Min"),
        Note("The answer was cut off at `MaxTokens`.", "model_cut_off"),
    ) == reply.elements


async def test_a_model_that_says_nothing_is_told_to_the_operator(type: OpenAIBots):
    reply = await reply_of(type, completion(" "))

    assert (Note("The model said nothing.", "model_silent"),) == reply.elements


async def test_a_session_ends_when_it_has_used_its_tokens(type: OpenAIBots):
    model = Model(completion())
    bot = await opened(type, model.url, SessionTokens=30)
    first = await bot.reply(TURN)
    second = await bot.reply(replace(TURN, id="7-2", state=first.state))
    third = await bot.reply(replace(TURN, id="7-3", state=second.state))

    assert [25, 50] == [first.state["tokens"], second.state["tokens"]]
    assert (True, {}) == (third.ended, third.state)
    assert "reached its limit" in str(third.elements)
    assert 2 == len(model.asked)


async def test_a_session_ends_when_it_has_cost_what_it_may(type: OpenAIBots):
    model = Model(completion(tokens=(1_000_000, 500_000)))
    bot = await opened(
        type,
        model.url,
        Price={"Input": 0.25, "Output": 2},
        SessionCost=1.25,
        LimitMessage="",
    )
    first = await bot.reply(TURN)
    second = await bot.reply(replace(TURN, id="7-2", state=first.state))

    assert 1.25 == first.state["cost"]
    assert (True, ()) == (second.ended, second.elements)


async def test_a_limit_holds_between_the_requests_of_one_turn(type: OpenAIBots):
    tool = Tool()
    model = Model(completion(None, calls=[("stock", "{}")], reason="tool_calls"))
    bot = await opened(type, model.url, SessionTokens=20, Tools=[{**STOCK, "Url": tool.url}])
    reply = await bot.reply(TURN)

    assert reply.ended
    assert [] == tool.asked


async def test_a_tool_is_asked_and_the_model_told_its_answer(type: OpenAIBots):
    tool = Tool()
    model = Model(
        completion(None, calls=[("stock", '{"tea": "mint"}')], reason="tool_calls"),
        completion("3 bags."),
    )
    headers = {"Authorization": "srn:vault::flowit:secret:stock", "X-Shop": "1"}
    bot = await opened(type, model.url, Tools=[{**STOCK, "Url": tool.url, "Headers": headers}])
    reply = await bot.reply(TURN)
    [asked] = tool.asked
    wanted, answer = model.asked[-1].turn["messages"][-2:]

    assert (Text("3 bags."),) == reply.elements
    assert 50 == reply.state["tokens"]
    assert {"tea": "mint"} == asked.turn
    assert (SECRET, "1") == (asked.headers["authorization"], asked.headers["x-shop"])
    assert "+15550100001" == asked.headers["threadline-contact"]
    assert "call-0" == wanted["tool_calls"][0]["id"]
    assert {"role": "tool", "tool_call_id": "call-0", "content": '{"bags": 3}'} == answer
    assert PLAIN.validate_python(model.asked[-1].turn)


async def test_the_same_request_of_a_tool_has_the_same_key(type: OpenAIBots):
    tool = Tool()
    calls = [("stock", '{"a": 1, "b": 2}'), ("stock", '{"b": 2, "a": 1}'), ("stock", "{}")]
    model = Model(completion(None, calls=calls, reason="tool_calls"), completion())
    bot = await opened(type, model.url, Tools=[{**STOCK, "Url": tool.url}])
    await bot.reply(TURN)
    keys = [one.headers["idempotency-key"] for one in tool.asked]

    assert (3, 2) == (len(keys), len(set(keys)))


async def test_arguments_stand_in_the_address_where_there_is_no_body(type: OpenAIBots):
    tool = Tool()
    given = '{"tea": "mint & more", "size": 2}'
    model = Model(completion(None, calls=[("stock", given)], reason="tool_calls"), completion())
    url = f"{tool.url}?shop=1"
    bot = await opened(type, model.url, Tools=[{**STOCK, "Url": url, "Method": "GET"}])
    await bot.reply(TURN)
    [asked] = tool.asked

    assert {"shop": "1", "tea": "mint & more", "size": "2"} == asked.query
    assert (b"", False) == (asked.body, "idempotency-key" in asked.headers)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (("stock", '{"tea": "mi'), "The arguments have to be one JSON object."),
        (("stock", "[]"), "The arguments have to be one JSON object."),
        (("sell", "{}"), "There is no tool sell."),
        (("stock", "{}"), "503: busy"),
    ],
)
async def test_a_model_is_told_why_a_tool_gave_nothing(
    type: OpenAIBots, call: tuple[str, str], told: str
):
    tool = Tool(503, "busy")
    model = Model(completion(None, calls=[call], reason="tool_calls"), completion("Sorry."))
    bot = await opened(type, model.url, Tools=[{**STOCK, "Url": tool.url}])
    reply = await bot.reply(TURN)

    assert (Text("Sorry."),) == reply.elements
    assert ("tool", told) == model.said[-1]


async def test_a_tool_that_is_not_there_does_not_stop_the_turn(type: OpenAIBots):
    model = Model(completion(None, calls=[("stock", "{}")], reason="tool_calls"), completion())
    url = "http://127.0.0.1:9/"
    bot = await opened(type, model.url, Tools=[{**STOCK, "Url": url}])
    await bot.reply(TURN)
    [*_, (role, told)] = model.said

    assert "tool" == role
    assert told.startswith("The request failed: ")


async def test_a_model_that_wants_tools_for_ever_is_stopped(type: OpenAIBots):
    tool = Tool()
    model = Model(completion(None, calls=[("stock", "{}")], reason="tool_calls"))
    bot = await opened(type, model.url, Tools=[{**STOCK, "Url": tool.url}])

    with pytest.raises(BotRefused, match="5 times"):
        await bot.reply(TURN)
    assert ROUNDS == len(model.asked)


async def test_tools_of_a_stream_are_joined(type: OpenAIBots):
    tool = Tool()
    parts: list[dict[str, Any]] = [
        {"index": 0, "id": "c1", "type": "function", "function": {"name": "stock"}},
        {"index": 0, "function": {"arguments": '{"tea":'}},
        {"index": 1, "id": "c2", "function": {"name": "stock", "arguments": "{}"}},
        {"index": 0, "function": {"arguments": ' "mint"}'}},
    ]
    model = Model(
        streamed(*({"tool_calls": [one]} for one in parts), reason="tool_calls"),
        streamed({"content": "3 bags."}),
    )
    bot = await opened(type, model.url, Stream=True, Tools=[{**STOCK, "Url": tool.url}])
    reply = await bot.reply(TURN)

    assert (Text("3 bags."),) == reply.elements
    assert [{}, {"tea": "mint"}] == sorted((one.turn for one in tool.asked), key=len)


@pytest.mark.parametrize(
    "fault",
    [
        lambda model: model.rate_limit(),
        lambda model: model.outage(),
        lambda model: model.disconnect(),
        lambda model: model.truncate(),
        lambda model: model.corrupt(),
    ],
    ids=["rate limit", "outage", "disconnect", "truncated", "corrupt"],
)
async def test_what_may_work_another_time_is_tried_again(
    type: OpenAIBots, llmock: LLMock, fault: Any
):
    bot = await opened(type, llmock.base_url(), Stream=True)
    fault(llmock)

    with pytest.raises(BotFailed) as failed:
        await bot.reply(TURN)
    assert not isinstance(failed.value, BotRefused)
    llmock.reset()
    assert (await bot.reply(TURN)).elements


async def test_a_prompt_that_is_too_long_is_not_tried_again(type: OpenAIBots, llmock: LLMock):
    bot = await opened(type, llmock.base_url())
    llmock.context_overflow()

    with pytest.raises(BotRefused, match=r"answered 400 \(context_length_exceeded\)"):
        await bot.reply(TURN)


async def test_a_tool_of_a_real_server_is_asked(type: OpenAIBots, llmock: LLMock):
    tool = Tool()
    llmock.call_tool("stock", {"tea": "mint"}).reply("3 bags.")
    bot = await opened(type, llmock.base_url(), Tools=[{**STOCK, "Url": tool.url}])
    reply = await bot.reply(TURN)

    assert (Text("3 bags."),) == reply.elements
    assert [{"tea": "mint"}] == [one.turn for one in tool.asked]


async def test_a_slow_model_is_tried_again_or_told(type: OpenAIBots, llmock: LLMock):
    llmock.delay(30, times=2)
    bot = await opened(type, llmock.base_url(), TimeoutSeconds=1)
    patient = await opened(
        type, llmock.base_url(), TimeoutSeconds=1, TimeoutMessage="One moment, ask again."
    )

    with pytest.raises(BotFailed, match="did not answer in 1 s"):
        await bot.reply(TURN)
    note, text = (await patient.reply(TURN)).elements
    assert isinstance(note, Note)
    assert Text("One moment, ask again.") == text


@pytest.mark.parametrize(
    ("response", "why"),
    [
        (PlainTextResponse("hello"), "no chat completion"),
        (JSONResponse({"choices": []}), "no chat completion"),
        (JSONResponse({"choices": [{"message": {"content": [1]}}]}), "no chat completion"),
        (JSONResponse({"error": {"code": "invalid_api_key"}}, 401), "Is `Secret` its key?"),
        (PlainTextResponse("", 404), "answered 404"),
    ],
    ids=["a text", "no choice", "a list", "a wrong key", "not there"],
)
async def test_what_would_fail_again_is_put_aside(
    type: OpenAIBots, response: Response, why: str
):
    with pytest.raises(BotRefused) as refused:
        await reply_of(type, response)
    assert why in str(refused.value)


async def test_an_error_in_the_middle_of_a_stream_is_tried_again(type: OpenAIBots):
    tail = f"data: {json.dumps({'error': {'message': 'overloaded'}})}\n\n"

    with pytest.raises(BotFailed, match="in the middle"):
        await reply_of(type, streamed({"content": "Mi"}, reason=None, tail=tail))


@pytest.mark.parametrize("value", [{"key": SECRET}, f"{SECRET}\n"], ids=["document", "lines"])
async def test_a_key_that_cannot_be_sent_is_not_shown(type: OpenAIBots, value: SecretValue):
    bot = await opened(type, Model(completion()).url, value, Secret=KEY)

    with pytest.raises(BotRefused) as refused:
        await bot.reply(TURN)
    told = "".join(traceback.format_exception(refused.value))
    assert KEY in told
    assert SECRET not in told


async def test_a_prompt_that_cannot_be_filled_is_told(type: OpenAIBots):
    bot = await opened(type, Model(completion()).url, SystemPrompt="${goods | date: 1}")

    with pytest.raises(BotRefused, match="`SystemPrompt` could not be filled"):
        await bot.reply(replace(TURN, context={"goods": {"a": 1}}))


async def test_a_secret_of_another_organization_is_refused(type: OpenAIBots):
    with pytest.raises(Invalid, match="secret_foreign"):
        await opened(type, "https://x.example/", Secret="srn:vault::other:secret:model")
