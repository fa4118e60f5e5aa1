"""The webhook channel: what an integration posts, and what it gets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from tests.bots.server import Asked, serving
from tests.channels.contract import ChannelContract
from tests.channels.provider import CutsOff, Refuses, Says
from threadline.channels import CHANNELS, webhook
from threadline.channels.webhook import WebhookChannel, wire
from threadline.egress import Client, Egress
from threadline.errors import (
    Invalid,
    Malformed,
    Misconfigured,
    Refused,
    SendFailed,
    Throttled,
    Uncertain,
    UnknownAddress,
    Unreachable,
    WrongKey,
)
from threadline.model.endpoint import Endpoint
from threadline.model.messages import Accepted, Discarded, Hook, Inbound, Outgoing, Status
from threadline.model.timeline import (
    Element,
    Goal,
    HostNotification,
    Media,
    Option,
    SuggestionPrompt,
    Text,
)

KEY = "-".join(("webhook", "key", "7f3a"))
ANN = "ann@example.com:::Tea"
SECRET = "srn:vault::flowit:secret:webhookApiKey"


def post(key: str = KEY, headers: Mapping[str, str] | None = None, **said: Any) -> Hook:
    document = {"Type": "message", "Value": "Hi!", "CustomerReference": ANN} | said
    return Hook(
        method="POST",
        url="https://sms.example.com/v1/engage/flowit-hook",
        rest="",
        query="",
        headers={"authorization": f"Bearer {key}", **(headers or {})},
        body=json.dumps({k: v for k, v in document.items() if v is not ...}).encode(),
    )


def opened(client: Client, url: str = "https://api.example.com/webhook") -> WebhookChannel:
    config = {"Secret": SECRET, "Url": url}
    endpoint = Endpoint(1, "flowit", {"Address": "flowit-hook", "EngagementConfig": config})
    return webhook.open(
        endpoint, KEY, client=client, base_url="", public_url="", clock=lambda: 0
    )


@pytest.fixture
def channel(client: Client) -> WebhookChannel:
    return opened(client)


def read(channel: WebhookChannel, hook: Hook) -> Inbound:
    message = channel.read(hook)
    assert isinstance(message, Inbound)
    return message


class TestWebhook(ChannelContract):
    secret = KEY
    answers: ClassVar = {
        "taken": (Says(200, b"{}"), Accepted("webhook-42", Status.DELIVERED)),
        "taken without a word": (Says(204), Accepted("webhook-42", Status.DELIVERED)),
        "too much at once": (Says(429, b"", {"Retry-After": "7"}), Throttled),
        "down": (Says(503), Throttled),
        "broken": (Says(500), Throttled),
        "another key": (Says(401), Misconfigured),
        "not there": (Says(404), Misconfigured),
        "not wanted": (Says(422), Refused),
        "moved": (Says(302, b"", {"Location": "https://x.example/"}), Refused),
        "cut off": (CutsOff(), Uncertain),
        "nobody there": (Refuses(), Unreachable),
    }

    def channel(self, client: Client, base_url: str = "") -> WebhookChannel:
        return opened(client, base_url or "https://api.example.com/webhook")

    def hook(self, text: str) -> Hook:
        return post(Value=text, MessageId="1")

    def forged(self, hook: Hook) -> Hook:
        return replace(hook, headers={"authorization": "Bearer guessed"})

    def proven(self, hook: Hook) -> Hook:
        return hook


def test_a_message_is_as_documented(channel: WebhookChannel):
    said = read(channel, post(Context={"emailSubject": "Tea"}))

    assert (ANN, "Hi!", {"emailSubject": "Tea"}) == (said.contact, said.text, said.context)
    assert not said.alone


@pytest.mark.parametrize("field", ["Value", "Context"])
def test_context_may_come_alone(channel: WebhookChannel, field: str):
    given = {"Value": ..., field: {"name": "Ann", "gone": None}}
    said = read(channel, post(Type="context", **given))

    assert ("", {"name": "Ann", "gone": None}, True) == (said.text, said.context, said.alone)


@pytest.mark.parametrize("headers", [{}, {"authorization": KEY}, {"authorization": "Bearer "}])
def test_a_wrong_key_is_answered_as_documented(
    channel: WebhookChannel, headers: Mapping[str, str]
):
    with pytest.raises(WrongKey) as refused:
        channel.read(replace(post(), headers=headers))

    assert (401, "Unauthorized") == (refused.value.status, refused.value.answer)


@pytest.mark.parametrize(
    "said",
    [
        {"Type": "hello"},
        {"Type": "context"},
        {"Value": 7},
        {"Value": "x" * 10_001},
        {"Value": ...},
        {"CustomerReference": ...},
        {"CustomerReference": ""},
        {"CustomerReference": " "},
        {"CustomerReference": "a\0b"},
        {"CustomerReference": "x" * 501},
        {"Context": "Ann"},
        {"Context": {"a": "x" * 11_000}},
        {"MessageId": 7},
        {"MessageId": "x" * 201},
    ],
    ids=str,
)
def test_what_cannot_be_is_malformed(channel: WebhookChannel, said: Mapping[str, Any]):
    with pytest.raises(Malformed):
        channel.read(post(**said))


def test_below_the_address_there_is_nothing(channel: WebhookChannel):
    with pytest.raises(UnknownAddress):
        channel.read(replace(post(), rest="/status"))


def test_each_post_is_a_message_of_its_own_unless_it_is_named(channel: WebhookChannel):
    named = post(MessageId="1")
    other = post(headers={"idempotency-key": "1"})

    assert read(channel, post()).provider_id != read(channel, post()).provider_id
    assert read(channel, named).provider_id == read(channel, other).provider_id
    assert (
        read(channel, named).provider_id
        != read(channel, post(MessageId="1", CustomerReference="bob")).provider_id
    )


def said(channel: WebhookChannel, element: Element) -> dict[str, Any]:
    drawn = channel.render(element)
    assert not isinstance(drawn, Discarded)
    [draft] = drawn
    return wire.event(Outgoing(1, ANN, "", "", draft.text, ""))


def test_events_are_as_documented(channel: WebhookChannel):
    around = {"CustomerReference": ANN, "ContentType": "TimelineMarkup"}

    assert {"Messages": ["Yes I got that!"], **around} == said(channel, Text("Yes I got that!"))
    assert {"HostNotification": "look", **around} == said(channel, HostNotification("look"))
    assert {
        "Markdown": [
            {"type": "media", "url": "https://x.example/a.png", "contentType": "image/png"}
        ],
        **around,
    } == said(channel, Media("https://x.example/a.png", "image/png"))


def test_options_are_told_as_markup(channel: WebhookChannel):
    [element] = said(channel, SuggestionPrompt((Option("t", "Tea"),)))["Markdown"]

    assert "suggestionPrompt" == element["type"]
    assert "Tea" in json.dumps(element)


def test_a_text_cannot_pass_as_an_element(channel: WebhookChannel):
    sly = wire.RECORD + '{"type": "hostNotification", "notification": "x"}'

    assert [sly.removeprefix(wire.RECORD)] == said(channel, Text(sly))["Messages"]
    assert isinstance(channel.render(Goal("sold")), Discarded)


async def test_an_integration_is_asked_with_the_key_and_the_name_of_the_draft(client: Client):
    asked: list[Asked] = []

    def answer(one: Asked) -> Response:
        asked.append(one)
        return JSONResponse({})

    channel = opened(client, serving(answer))
    for attempt in (1, 2):
        await channel.send(Outgoing(attempt, ANN, "", "", "Hello!", "", key="7-12"))

    assert [f"Bearer {KEY}"] * 2 == [one.headers["authorization"] for one in asked]
    assert ["7-12"] * 2 == [one.headers["idempotency-key"] for one in asked]
    assert ["Hello!"] == asked[0].turn["Messages"]


async def test_an_answer_that_is_too_long_is_an_answer(client: Client):
    channel = opened(client, serving(lambda one: PlainTextResponse("x" * 2_000_000)))
    accepted = await channel.send(Outgoing(1, ANN, "", "", "Hello!", ""))

    assert Status.DELIVERED is accepted.status


async def test_an_integration_inside_is_not_called():
    egress = Egress()
    channel = opened(egress.user, "http://169.254.169.254/")
    [check] = await channel.examine([], [])

    with pytest.raises(SendFailed) as refused:
        await channel.send(Outgoing(1, ANN, "", "", "Hello!", ""))
    assert isinstance(refused.value, Misconfigured)
    assert "wrong" == check.state
    assert "user" == CHANNELS["Webhook"].reaches
    await egress.close()


async def test_what_is_set_up_is_looked_at_without_a_message(channel: WebhookChannel):
    [check] = await channel.examine([], [])

    assert ("integration", "ok") == (check.name, check.state)


@pytest.mark.parametrize("value", ["", "two\nlines", "schlüssel", {"key": "x"}])
def test_a_key_that_cannot_be_sent_is_refused(client: Client, value: Any):
    assert webhook.check_secret(value, "Value.")
    endpoint = Endpoint(1, "flowit", {"Address": "a"})
    with pytest.raises(Invalid):
        webhook.open(
            endpoint, value, client=client, base_url="", public_url="", clock=lambda: 0
        )


def codes(status: str = "online", **config: Any) -> list[str]:
    document = {"Status": status, "EngagementConfig": config}
    return [one.code for one in webhook.check(document, "endpoints[0].")]


def test_an_endpoint_needs_a_key_and_a_url_before_it_goes_online():
    url = "https://api.example.com/webhook"

    assert [] == codes(Secret=SECRET, Url=url)
    assert [] == codes("offline")
    assert ["secret_missing", "url_missing"] == codes()
    assert ["srn_invalid"] == codes(Secret="hunter2", Url=url)
    assert ["secret_type"] == codes(Secret="srn:vault::flowit:secretdoc:k", Url=url)
    assert ["url_forbidden"] == codes(Secret=SECRET, Url="ftp://x.example/")
    assert ["url_forbidden"] == codes(Secret=SECRET, Url=7)
