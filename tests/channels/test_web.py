"""The web channel: what a visitor's page may say, and who it belongs to."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from tests.channels.contract import ChannelContract
from tests.channels.provider import CutsOff, Says
from threadline.channels import CHANNELS, web
from threadline.egress import Client
from threadline.errors import Malformed, Unauthentic, UnknownAddress
from threadline.model.endpoint import Endpoint
from threadline.model.messages import (
    Accepted,
    Discarded,
    Draft,
    Hook,
    Inbound,
    Shown,
    Status,
    Window,
)
from threadline.model.timeline import Markup, MarkupInteraction, Media, StarRating, Text

VISITOR = "visitor-3f1c9a7e5b2d"
DOMAINS = ["*.example.com", "https://shop.example.org:8443", "http://localhost/"]


def post(origin: str | None = "https://www.example.com", **said: Any) -> Hook:
    document = {"Type": "message", "Value": "Hi", "CustomerReference": VISITOR} | said
    return Hook(
        method="POST",
        url="https://sms.example.com/v1/engage/flowit-web",
        rest="",
        query="",
        headers={"origin": origin} if origin else {},
        body=json.dumps(document).encode(),
    )


def opened(client: Client, **document: Any) -> web.WebChannel:
    endpoint = Endpoint(1, "flowit", {"Address": "flowit-web"} | document)
    return web.open(endpoint, None, client=client, base_url="", public_url="", clock=lambda: 0)


@pytest.fixture
def channel(client: Client) -> web.WebChannel:
    return opened(client, AllowedDomains=DOMAINS)


def read(channel: web.WebChannel, hook: Hook) -> Inbound:
    message = channel.read(hook)
    assert isinstance(message, Inbound)
    return message


class TestWeb(ChannelContract):
    secret = VISITOR
    delivered = Accepted("web-42", Status.DELIVERED)
    answers: ClassVar = {
        "nobody to ask": (CutsOff(), delivered),
        "nobody's business": (Says(500), delivered),
    }

    def channel(self, client: Client, base_url: str = "") -> web.WebChannel:
        return opened(client, AllowedDomains=DOMAINS)

    def hook(self, text: str) -> Hook:
        return post(Value=text, MessageId="1")

    def forged(self, hook: Hook) -> Hook:
        return replace(hook, headers={"origin": "https://evil.example.net"})

    def proven(self, hook: Hook) -> Hook:
        return hook


def test_a_visitor_is_known_by_their_reference(channel: web.WebChannel):
    message = read(channel, post(Value="Hi"))

    assert (VISITOR, "flowit-web") == (message.contact, message.ours)
    assert "web/flowit-web" == message.sender


@pytest.mark.parametrize("reference", ["", "short", None, 7, "with a blank inside", "x" * 201])
def test_a_reference_that_could_be_guessed_proves_nothing(
    channel: web.WebChannel, reference: Any
):
    with pytest.raises(Unauthentic):
        channel.read(post(CustomerReference=reference))


def test_a_message_that_is_posted_twice_under_one_id_is_one(channel: web.WebChannel):
    once, again = (read(channel, post(MessageId="7")) for _ in range(2))

    assert once.provider_id == again.provider_id


def test_two_visitors_may_use_the_same_id(channel: web.WebChannel):
    one = read(channel, post(MessageId="7"))
    other = read(channel, post(MessageId="7", CustomerReference="visitor-000000000000"))

    assert one.provider_id != other.provider_id


def test_two_messages_without_an_id_are_two(channel: web.WebChannel):
    once, again = (read(channel, post()) for _ in range(2))

    assert once.provider_id != again.provider_id


def test_a_visitor_who_types_stop_has_only_typed_stop(channel: web.WebChannel):
    assert None is read(channel, post(Value="STOP")).consent


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "https://www.example.com",
        "http://a.b.example.com:8080",
        "https://shop.example.org:8443",
        "HTTPS://WWW.EXAMPLE.COM",
        "http://localhost",
        "http://localhost:80",
    ],
)
def test_pages_of_the_allowed_domains_may_write(channel: web.WebChannel, origin: str | None):
    assert "Hi" == read(channel, post(origin)).text


@pytest.mark.parametrize(
    "origin",
    [
        "null",
        "",
        "https://example.com",
        "https://example.com.evil.net",
        "https://notexample.com",
        "https://shop.example.org",
        "http://shop.example.org:8443",
        "http://localhost:3000",
        "https://localhost",
        "https://evil.net/.example.com",
    ],
)
def test_pages_of_other_domains_may_not(channel: web.WebChannel, origin: str):
    hook = replace(post(), headers={"origin": origin})

    with pytest.raises(Unauthentic):
        channel.read(hook)


def test_without_allowed_domains_every_page_may_write(client: Client):
    assert "Hi" == read(opened(client), post("https://anywhere.example")).text


@pytest.mark.parametrize(
    "said",
    [
        {"Type": "context"},
        {"Value": None},
        {"Value": "x" * 10_001},
        {"MessageId": 7},
        {"MessageId": ""},
        {"CustomerReference": "visitor-3f1c9\0a7e5b2d"},
    ],
    ids=lambda said: repr(said)[:40],
)
def test_what_a_page_gets_wrong_it_is_told(channel: web.WebChannel, said: dict[str, Any]):
    with pytest.raises(Malformed):
        channel.read(post(**said))


def test_nothing_listens_below_its_address(channel: web.WebChannel):
    with pytest.raises(UnknownAddress):
        channel.read(replace(post(), rest="/status"))


def test_a_text_stays_in_one_piece_however_long_it_is(channel: web.WebChannel):
    assert (Draft("x" * 5000),) == channel.render(Text("x" * 5000))


def test_what_is_no_text_a_page_shows_from_the_timeline(channel: web.WebChannel):
    assert Shown() == channel.render(Media("https://x.example/a.png"))
    assert Shown() == channel.render(StarRating("How was it?"))


def test_what_a_page_cannot_show_is_discarded_with_the_reason(channel: web.WebChannel):
    assert Discarded("The text is empty.") == channel.render(Text(" "))
    assert Discarded("Its URL is none that a page may open.") == channel.render(
        Media("javascript:alert(1)")
    )
    assert Discarded("No page knows an element of type 'carousel'.") == channel.render(
        Markup("carousel", {"cards": []})
    )


CLICK = {"source": "buttonPromptContainer", "id": "yes", "title": "Yes"}


def test_what_a_visitor_does_with_an_element_is_an_event(channel: web.WebChannel):
    value = CLICK | {"entry": "17-4", "data": {"x": [1]}}
    message = read(channel, post(Type="markupInteraction", Value=value))

    expected = MarkupInteraction("buttonPromptContainer", "yes", "Yes", {"x": [1]}, "17-4")
    assert expected == message.event
    assert "Yes" == message.text


@pytest.mark.parametrize(
    "value",
    [
        "Yes",
        {},
        CLICK | {"id": 7},
        CLICK | {"id": "", "title": ""},
        CLICK | {"source": ""},
        CLICK | {"data": "x"},
        CLICK | {"data": {"x": "y" * 10_000}},
        CLICK | {"data": json.loads('{"a":' * 400 + "1" + "}" * 400)},
    ],
    ids=lambda value: repr(value)[-40:],
)
def test_what_is_no_interaction_it_is_told(channel: web.WebChannel, value: Any):
    with pytest.raises(Malformed):
        channel.read(post(Type="markupInteraction", Value=value))


async def test_there_is_nothing_to_look_up_on_the_web(channel: web.WebChannel):
    assert [] == await channel.find(Window(VISITOR, "flowit-web", "", 0, 1))
    assert [] == await channel.arrived(0, 1)


def test_it_needs_no_secret_and_holds_no_number():
    kind = CHANNELS["Web"]

    assert () == kind.secret_fields
    assert [] == kind.check_secret({}, "")
    assert None is kind.route({"Address": "flowit-web"}, None)


def test_nobody_limits_how_fast_a_page_is_answered(channel: web.WebChannel):
    assert "" == channel.account
    assert None is CHANNELS["Web"].pace({"EngagementConfig": {"MessagesPerSecond": 1}}, None)


def test_a_domain_that_can_match_nothing_is_a_problem():
    document = {"AllowedDomains": [*DOMAINS, "example.com", "ftp://x.example", 7]}

    problems = CHANNELS["Web"].check(document, "endpoints[0].")

    assert [
        ("domain_invalid", "endpoints[0].AllowedDomains[3]"),
        ("domain_invalid", "endpoints[0].AllowedDomains[4]"),
        ("domain_invalid", "endpoints[0].AllowedDomains[5]"),
    ] == [(one.code, one.path) for one in problems]


def test_an_endpoint_without_allowed_domains_has_no_problem():
    assert [] == CHANNELS["Web"].check({})
