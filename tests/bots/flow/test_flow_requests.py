"""What a flow asks of a server, and what becomes of the answer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response
from tests.bots.contract import SECRET, SecretsOf
from tests.bots.flow.conversation import FLOW, say, turn
from tests.bots.server import Asked, serving

from threadline.bots.flow import Flows
from threadline.bots.flow.javascript.pool import Scripts
from threadline.egress import Egress
from threadline.errors import BotFailed, BotRefused
from threadline.model.bot import BotRecord

KEY = "srn:vault::flowit:secret:shop"
SAY = {"type": "Dialogue", "next": "end"}


@pytest.fixture
async def flows() -> AsyncIterator[Flows]:
    egress = Egress(["127.0.0.0/8"])
    yield Flows(egress.user, Scripts())
    await egress.close()


def document(text: str = "", **request: Any) -> dict[str, Any]:
    return {
        "nodes": {
            "start": {"type": "Start", "next": "ask"},
            "ask": {"type": "HTTP Request", "next": "say", **request},
            "say": {**SAY, "text": text or "${msg.response.status} ${msg.response.body}"},
            "end": {"type": "End"},
        }
    }


async def said(flows: Flows, flow: Mapping[str, Any], secret: Any = SECRET, **more: Any) -> Any:
    """The texts, and the reply."""
    record = BotRecord("flowit", 1, {"Name": "tea", "Type": "flow", "Flow": flow})
    bot = await flows.open(record, SecretsOf(secret))
    reply = await bot.reply(turn(**more))
    return [say(one) for one in reply.elements], reply


async def test_an_answer_is_there_as_json_and_its_parts_have_names(flows: Flows):
    url = serving(lambda asked: JSONResponse({"price": {"eur": 3}}))
    flow = document(
        "${msg.response.body.price.eur} ${msg.baas.ask.price.eur} ${price.price.eur} "
        "${msg.response.headers['content-type']}",
        url=url,
        store="price",
    )

    texts, reply = await said(flows, flow)

    assert ["3 3 3 application/json"] == texts
    assert {"price": {"price": {"eur": 3}}} == reply.context


async def test_an_answer_that_is_no_json_is_a_text(flows: Flows):
    texts, _reply = await said(flows, document(url=serving(lambda _: PlainTextResponse("hey"))))

    assert ["200 hey"] == texts


async def test_a_request_has_what_the_flow_knows(flows: Flows):
    heard: list[Asked] = []

    def answer(asked: Asked) -> Response:
        heard.append(asked)
        return JSONResponse([])

    flow = document(
        url=serving(answer),
        method="post",
        query={"q": "${msg.payload.user.message}"},
        headers={"X-Name": "${name}"},
        body={"n": "${n}", "text": "for ${name}", "fixed": [1, True]},
    )
    await said(flows, flow, text="a&b=c d", context={"name": "Ann\nX: y", "n": 3})

    [asked] = heard
    assert {"n": 3, "text": "for Ann\nX: y", "fixed": [1, True]} == json.loads(asked.body)
    assert {"q": "a&b=c d"} == asked.query
    assert "Ann X: y" == asked.headers["x-name"]
    assert "turn-ask" == asked.headers["idempotency-key"]


@pytest.mark.parametrize(
    ("secret", "header", "sent"),
    [
        (SECRET, KEY, SECRET),
        (SECRET, f"Bearer {KEY}", f"Bearer {SECRET}"),
        ({"key": SECRET}, "srn:vault::flowit:secretdoc:shop#key", SECRET),
    ],
)
async def test_a_secret_stands_for_its_value(flows: Flows, secret: Any, header: str, sent: str):
    heard: list[Asked] = []

    def answer(asked: Asked) -> Response:
        heard.append(asked)
        return JSONResponse({})

    flow = document(
        "ok",
        url=serving(answer),
        method="POST",
        headers={"Authorization": header},
        body={"key": header},
    )
    _texts, reply = await said(flows, flow, secret)

    assert sent == heard[0].headers["authorization"]
    assert {"key": sent} == json.loads(heard[0].body)
    assert SECRET not in repr(reply)


async def test_a_contact_cannot_name_a_secret(flows: Flows):
    heard: list[Asked] = []

    def answer(asked: Asked) -> Response:
        heard.append(asked)
        return JSONResponse({})

    flow = document(
        "ok",
        url=serving(answer),
        method="POST",
        headers={"X-Said": "${msg.payload.user.message}"},
        body="${msg.payload.user.message}",
    )
    await said(flows, flow, text=KEY)

    assert KEY == heard[0].headers["x-said"]
    assert KEY == json.loads(heard[0].body)


async def test_a_contact_cannot_choose_the_host(flows: Flows):
    flow = document(url="http://127.0.0.1:1/${msg.payload.user.message}")
    wrong = document(url="http://127.0.0.1:1${msg.payload.user.message}")

    codes = [one.code for one in FLOW.check({"Flow": wrong}, "")]

    assert [] == FLOW.check({"Flow": flow}, "")
    assert ["url_invalid"] == codes


async def test_a_secret_of_another_organization_is_never_sent(flows: Flows):
    theirs = "srn:vault::other:secret:shop"
    flow = document(url=serving(lambda _: JSONResponse({})), headers={"X-Key": theirs})

    told = FLOW.check({"Organization": "flowit", "Flow": flow}, "")

    assert ["secret_foreign"] == [one.code for one in told]
    with pytest.raises(BotRefused, match="belongs to another organization"):
        await said(flows, flow)


@pytest.mark.parametrize(
    ("status", "error"), [(500, BotFailed), (429, BotFailed), (404, BotRefused)]
)
async def test_a_refusal_stops_the_turn_or_has_it_asked_again(
    flows: Flows, status: int, error: Any
):
    flow = document(url=serving(lambda _: JSONResponse({}, status)))

    with pytest.raises(error, match=f"answered {status}") as why:
        await said(flows, flow)
    assert error is type(why.value)


async def test_a_flow_can_go_on_when_a_request_fails(flows: Flows):
    flow = document(url="http://127.0.0.1:1/", failed="sorry")
    flow["nodes"]["sorry"] = {**SAY, "text": "Sorry: ${msg.error.message}"}

    texts, _reply = await said(flows, flow)

    assert "Sorry: " in texts[1]
    assert "127.0.0.1" in texts[1]


async def test_private_addresses_are_not_reached():
    egress = Egress()
    flow = document(url="http://127.0.0.1:1/", failed="sorry")
    flow["nodes"]["sorry"] = {**SAY, "text": "Sorry."}

    texts, _reply = await said(Flows(egress.user, Scripts()), flow)
    await egress.close()

    assert "Sorry." == texts[-1]
    assert "not reachable from here" in texts[0] or "network" in texts[0]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"url": "ftp://x.example/"}, "url_invalid"),
        ({"url": "https://${host}/"}, "url_invalid"),
        ({"url": "https://x.example/", "method": "BREW"}, "method_invalid"),
        ({"url": "https://x.example/", "headers": {"Host": "y"}}, "header_invalid"),
        ({"url": "https://x.example/", "headers": "x"}, "field_invalid"),
        ({"url": "https://x.example/", "timeout": 61}, "timeout_invalid"),
        ({"url": "https://x.example/", "body": {"k": f"{KEY} ${{x}}"}}, "secret_in_template"),
    ],
)
def test_a_request_that_cannot_be_made_is_told_at_the_door(fields: Any, code: str):
    assert [code] == [one.code for one in FLOW.check({"Flow": document("x", **fields)}, "")]
