"""
What every channel promises. A channel's test subclasses this: the adapter brings the samples,
the contract brings the questions.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, get_args

import pytest

from tests.channels.provider import Answer, Says, provider
from threadline.egress import Client
from threadline.errors import HookRejected, SendFailed, Unauthentic
from threadline.model.messages import Accepted, Discarded, Hook, Inbound, Outgoing, Shown
from threadline.model.timeline import (
    BroadcastMsg,
    ButtonPrompt,
    ButtonPromptContainer,
    Card,
    DetailView,
    Dropdown,
    Element,
    FileUpload,
    Goal,
    HostNotification,
    Item,
    List,
    Markup,
    MarkupInteraction,
    Media,
    Note,
    Option,
    Redacted,
    StarRating,
    StaticMap,
    SuggestionPrompt,
    Text,
)
from threadline.ports import Channel

OPTIONS = (Option("y", "Yes"), Option("n", "No"))
ONE_OF_EACH: list[Element] = [
    Text("hi"),
    Media("https://x.example/a.png", "image/png"),
    List("Drinks", selectable=True, items=(Item("t", "Tea", "hot", options=OPTIONS),)),
    Card("A cat", "https://x.example/cat.png"),
    BroadcastMsg("Closed", "We are back at 8.", options=OPTIONS),
    DetailView("https://x.example/form", "Fill in the form"),
    SuggestionPrompt(OPTIONS),
    ButtonPromptContainer((ButtonPrompt("y", "Yes"),), interaction_type="event"),
    StaticMap(53.35, -6.26, "Here we are"),
    Dropdown(OPTIONS, "Sure?"),
    FileUpload("A picture, please"),
    StarRating("How was it?"),
    HostNotification("look"),
    MarkupInteraction("starRating", "5", "5"),
    Goal("sold"),
    Note("the bot was slow"),
    Redacted("operator", "2030-01-02T12:30:00.000Z"),
    Markup("carousel", {"cards": []}),
]

SAMPLES = ["hello", " Grüße + 日本 👋🏽\n", "a=b&c=%41", "x" * 1600]

JUNK = [
    b"",
    b"\x00",
    b"%%%=&&",
    b"{}",
    b"[]",
    b'{"Type": 7}',
    b"\xff\xfe=\xff",
    b"a=%FF%00&a=%ED%A0%80",
    b"MessageSid=&From=&To=&Body=",
    b"MessageStatus=%00&SmsStatus=x&MessageSid=SM1",
    b"&" * 5000,
    b"=" * 5000,
    b"[" * 5000,
    b'{"Value":' * 300 + b"0" + b"}" * 300,
    "From=\u0661\u0662&To=\ud7ff&Body=\U0001f44b".encode(),
]


class ChannelContract:
    secret: str
    """Must never show."""

    answers: ClassVar[dict[str, tuple[Answer, Accepted | type[SendFailed]]]]
    """What a provider may answer to a send, by a name that a person would say."""

    def channel(self, client: Client, base_url: str = "") -> Channel:
        raise NotImplementedError

    def hook(self, text: str) -> Hook:
        """What is posted to us when a contact writes this text."""
        raise NotImplementedError

    def forged(self, hook: Hook) -> Hook:
        """The same from somebody who has no business here."""
        raise NotImplementedError

    def proven(self, hook: Hook) -> Hook:
        """The same hook with a proof that fits it as it is now."""
        raise NotImplementedError

    outgoing = Outgoing(
        attempt=42,
        contact="+14017122661",
        ours="+15558675310",
        service="",
        text="Grüße & 1+1=2 👋🏽",
        callback="https://sms.example.com/v1/engage/flowit-sms/status?m=42",
    )

    @pytest.mark.parametrize("text", SAMPLES, ids=lambda text: repr(text[:16]))
    def test_reads_what_it_was_sent(self, client: Client, text: str):
        message = self.channel(client).read(self.hook(text))

        assert isinstance(message, Inbound)
        assert text == message.text

    def test_reads_the_same_hook_twice_as_the_same_message(self, client: Client):
        hook, channel = self.hook("hello"), self.channel(client)

        assert channel.read(hook) == channel.read(hook)

    def test_believes_nobody_without_proof(self, client: Client):
        forged = self.forged(self.hook("hello"))

        with pytest.raises(Unauthentic):
            self.channel(client).read(forged)

    @pytest.mark.parametrize("body", JUNK, ids=lambda body: repr(body[:16]))
    @pytest.mark.parametrize("rest", ["", "/status", "/fallback", "/elsewhere"])
    def test_survives_any_body(self, client: Client, body: bytes, rest: str):
        hook = replace(self.hook("hello"), body=body, rest=rest)

        for one in (hook, self.proven(hook), replace(hook, method="GET", query="m=x")):
            with pytest.raises(HookRejected):
                self.channel(client).read(one)

    def test_a_text_with_a_nul_can_be_stored(self, client: Client):
        message = self.channel(client).read(self.hook("a\0b"))

        assert isinstance(message, Inbound)
        assert "a\ufffdb" == message.text

    @pytest.mark.parametrize("element", ONE_OF_EACH, ids=lambda one: type(one).__name__)
    def test_says_or_discards_every_element(self, client: Client, element: Element):
        match self.channel(client).render(element):
            case Discarded(reason):
                assert reason.endswith(".")
            case Shown():
                assert not isinstance(element, Text | Goal | Note | Redacted)
            case drafts:
                assert drafts
                assert all(one.text.strip() and one.segments > 0 for one in drafts)

    def test_one_of_each_is_one_of_each(self):
        assert set(get_args(Element)) == {type(one) for one in ONE_OF_EACH}

    @pytest.mark.parametrize("text", ["", " \n", "a\0b", "half \ud83d", "\udc4b\ud83d"])
    def test_no_text_makes_rendering_fail(self, client: Client, text: str):
        drawn = self.channel(client).render(Text(text))

        said = "" if isinstance(drawn, Discarded) else "".join(one.text for one in drawn)
        assert "\0" not in said
        assert said.encode() is not None

    async def test_sends_or_says_why_not(self, client: Client, situation: str):
        answer, expected = self.answers[situation]
        async with provider(answer) as playing:
            got, said = await self._send(client, playing.url)

        assert expected == got
        assert self.secret not in said
        assert isinstance(got, Accepted) or said.strip()

    async def test_asks_the_provider_at_most_once(self, client: Client):
        async with provider(Says(503)) as playing:
            await self._send(client, playing.url)

        assert len(playing.asked) <= 1

    async def _send(self, client: Client, url: str) -> tuple[Any, str]:
        """The acceptance, or else the class of the failure and its sentence."""
        try:
            return await self.channel(client, url).send(self.outgoing), ""
        except SendFailed as why:
            return type(why), str(why)

    def test_keeps_its_secret(self, client: Client):
        channel = self.channel(client)
        with pytest.raises(Unauthentic) as refused:
            channel.read(self.forged(self.hook("hello")))

        assert self.secret not in repr(channel)
        assert self.secret not in str(refused.value)

    def test_acknowledges_with_something_that_is_never_a_text(self, client: Client):
        """A provider may send what it hears as plain text on to the contact."""
        ack = self.channel(client).ack

        assert 2 == ack.status // 100
        assert not (ack.body and ack.media_type.startswith("text/plain"))
