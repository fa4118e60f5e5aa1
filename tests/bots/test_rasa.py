"""
Contract tests from Rasa's documentation: a server of our own answers as a REST channel does.

What it answers was looked at once on a real Rasa 3.6.21 with a small bot, over the connector
itself: texts, buttons and their payloads, pictures, attachments, custom payloads, metadata in
the tracker, a tracker for each session, 404 for a channel that is not there, and `[]` with 200
when a custom action cannot be reached. `--auth-token` and `--jwt-secret` left the channel open.
"""

from __future__ import annotations

import traceback
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from starlette.responses import JSONResponse, Response

from tests.bots.contract import SECRET, TURN, BotContract, Documents, SecretsOf, record
from tests.bots.server import Asked, serving
from threadline.bots.rasa import RasaBot, RasaBots
from threadline.bots.rasa.wire import webhook
from threadline.egress import Egress
from threadline.errors import BotFailed, BotRefused, Invalid
from threadline.model.choices import understood
from threadline.model.timeline import (
    Element,
    MarkupInteraction,
    Media,
    Note,
    Option,
    SuggestionPrompt,
    Text,
)
from threadline.model.turn import Reply, ToPerson
from threadline.model.wording import in_words
from threadline.ports import SecretValue

URL = "https://rasa.example.com"
TOKEN = "srn:vault::flowit:secret:rasa"
TEA = '/order{"tea": "green"}'
MENU = {
    "recipient_id": "me",
    "text": "Tea or coffee?",
    "buttons": [
        {"title": "Tea", "payload": TEA},
        {"title": "Coffee", "payload": "/coffee"},
        {"title": "Our site", "type": "web_url", "url": "https://tea.example/"},
        {"title": "Nothing"},
    ],
}
OPTIONS = (
    Option(TEA, "Tea"),
    Option("/coffee", "Coffee"),
    Option("https://tea.example/", "Our site", "https://tea.example/"),
    Option("Nothing", "Nothing"),
)


class Rasa:
    """A server that repeats what it hears."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.url = serving(self.answer)

    def answer(self, asked: Asked) -> Response:
        self.asked.append(asked)
        said = asked.turn
        text = f"You said: {said['message']}"
        return JSONResponse([{"recipient_id": said["sender"], "text": text}])

    @property
    def senders(self) -> list[str]:
        return [one.turn["sender"] for one in self.asked]


@pytest.fixture
def rasa() -> Rasa:
    return Rasa()


@pytest.fixture
async def type() -> AsyncIterator[RasaBots]:
    egress = Egress(["127.0.0.0/8"])
    yield RasaBots(egress.user)
    await egress.close()


async def opened(
    type: RasaBots, url: str, value: SecretValue = SECRET, **fields: Any
) -> RasaBot:
    return await type.open(record({"Url": url, **fields}), SecretsOf(value))


async def reply_to(type: RasaBots, response: Response, **fields: Any) -> Reply:
    """What comes of a turn when the server answers with this."""
    bot = await opened(type, serving(lambda asked: response), **fields)
    return await bot.reply(TURN)


async def reply_of(type: RasaBots, *messages: Any) -> Reply:
    return await reply_to(type, JSONResponse(list(messages)))


class TestContract(BotContract):
    broken: ClassVar = {
        "no URL": {},
        "inside": {"Url": "http://169.254.169.254/"},
        "too patient": {"Url": URL, "TimeoutSeconds": 121},
        "a secret in plain": {"Url": URL, "Secret": "hunter2"},
        "a document for a text": {"Url": URL, "Secret": "srn:vault::flowit:secretdoc:k"},
        "perhaps metadata": {"Url": URL, "Metadata": "some"},
    }

    @pytest.fixture
    def documents(self, rasa: Rasa) -> Documents:
        return [
            {"Url": rasa.url, "Secret": TOKEN},
            {"Url": f"{rasa.url}/webhooks/rest/webhook", "Metadata": False},
        ]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (URL, f"{URL}/webhooks/rest/webhook"),
        (f"{URL}/", f"{URL}/webhooks/rest/webhook"),
        (f"{URL}/tea/?token=t", f"{URL}/tea/webhooks/rest/webhook?token=t"),
        (f"{URL}/webhooks/rest/webhook", f"{URL}/webhooks/rest/webhook"),
        (f"{URL}/webhooks/own/webhook/", f"{URL}/webhooks/own/webhook"),
    ],
)
def test_the_server_or_the_whole_webhook_is_named(url: str, expected: str):
    assert expected == webhook(url)


async def test_rasa_gets_what_its_rest_channel_reads(type: RasaBots, rasa: Rasa):
    file = Media("https://x.example/a.png", "image/png")
    turn = replace(TURN, context={"lang": "de"}, media=(file,))
    await (await opened(type, rasa.url)).reply(turn)

    expected = {
        "sender": "flowit-7-1",
        "message": "hello",
        "metadata": {
            "turn": "7-1",
            "organization": "flowit",
            "bot": "greeter",
            "conversation": 7,
            "session": "7-1",
            "contact": "+15550100001",
            "first": True,
            "text": "hello",
            "media": [
                {"type": "media", "url": "https://x.example/a.png", "contentType": "image/png"}
            ],
            "context": {"lang": "de"},
            "endpoint": {"Address": "flowit-sms", "Name": "Flowit"},
        },
    }
    assert [expected] == [one.turn for one in rasa.asked]


async def test_rasa_may_be_told_the_message_only(type: RasaBots, rasa: Rasa):
    await (await opened(type, rasa.url, Metadata=False)).reply(TURN)

    assert [{"sender": "flowit-7-1", "message": "hello"}] == [one.turn for one in rasa.asked]


async def test_a_session_is_a_tracker(type: RasaBots, rasa: Rasa):
    bot = await opened(type, rasa.url)
    first = await bot.reply(TURN)
    await bot.reply(replace(TURN, id="7-2", state=first.state, first=False))
    await bot.reply(replace(TURN, id="7-3", session="7-2"))

    assert ["flowit-7-1", "flowit-7-1", "flowit-7-3"] == rasa.senders


@pytest.mark.parametrize(
    ("message", "elements"),
    [
        ({"text": "Hello"}, [Text("Hello")]),
        (MENU, [Text("Tea or coffee?"), SuggestionPrompt(OPTIONS, interaction_type="event")]),
        ({"image": "https://x.example/a"}, [Media("https://x.example/a", "image/*")]),
        ({"attachment": "https://x.example/a.pdf"}, [Media("https://x.example/a.pdf")]),
        (
            {"attachment": {"type": "video", "payload": {"src": "https://x.example/v"}}},
            [Media("https://x.example/v")],
        ),
        ({"text": " ", "custom": None}, []),
    ],
    ids=["text", "buttons", "image", "attachment", "video", "blank"],
)
async def test_what_rasa_says_is_what_a_contact_gets(
    type: RasaBots, message: dict[str, Any], elements: list[Element]
):
    assert tuple(elements) == (await reply_of(type, message)).elements


@pytest.mark.parametrize(
    ("message", "what"),
    [
        ({"custom": {"blocks": []}}, "A custom payload"),
        ({"custom": "end"}, "A custom payload"),
        ({"custom": {"threadline": {}, "blocks": []}}, "A custom payload"),
        ({"custom": {"threadline": "end"}}, "A custom payload"),
        ({"image": "cup.png"}, "A picture"),
        ({"attachment": {"type": "template"}}, "An attachment"),
        ({"buttons": [{"payload": "/a"}]}, "A button"),
        ({"buttons": ["a", {"title": "A", "payload": {"a": 1}}]}, "2 buttons"),
    ],
)
async def test_what_cannot_be_shown_is_told_to_the_operator(
    type: RasaBots, message: dict[str, Any], what: str
):
    [*_, note] = (await reply_of(type, message)).elements

    text = f"{what} of the bot's answer cannot be shown and was left out."
    assert Note(text, "left_out") == note


async def test_a_choice_reaches_rasa_as_the_payload_of_its_button(type: RasaBots, rasa: Rasa):
    event = MarkupInteraction("suggestionPrompt", TEA, "Tea")
    await (await opened(type, rasa.url)).reply(replace(TURN, text="Tea", event=event))

    [told] = [one.turn for one in rasa.asked]
    assert (TEA, "Tea") == (told["message"], told["metadata"]["text"])


async def test_by_sms_buttons_have_numbers(type: RasaBots):
    [_, menu] = (await reply_of(type, MENU)).elements
    words = in_words(menu, 1)
    chosen = understood("1", words.choices if words else ())

    assert TEA == (chosen and chosen.id)


async def test_a_file_that_comes_alone_is_its_address(type: RasaBots, rasa: Rasa):
    turn = replace(TURN, text="", media=(Media("https://x.example/a.png", "image/png"),))
    await (await opened(type, rasa.url)).reply(turn)

    assert "https://x.example/a.png" == rasa.asked[0].turn["message"]


@pytest.mark.parametrize("change", [{"text": ""}, {"woken": True}, {"returned": True}])
async def test_rasa_is_asked_only_when_somebody_has_written(
    type: RasaBots, rasa: Rasa, change: dict[str, Any]
):
    turn = replace(TURN, state={"sender": "a"}, context={"b": 1}, **change)
    reply = await (await opened(type, rasa.url)).reply(turn)

    assert Reply((), {"sender": "a"}, {"b": 1}) == reply
    assert [] == rasa.asked


async def test_a_bot_can_end_the_session(type: RasaBots):
    reply = await reply_of(type, {"text": "Bye."}, {"custom": {"threadline": {"end": True}}})

    assert Reply((Text("Bye."),), ended=True) == reply


@pytest.mark.parametrize(("why", "told"), [("a complaint", "a complaint"), (True, "")])
async def test_a_bot_can_hand_over_to_a_person(type: RasaBots, why: object, told: str):
    reply = await reply_of(type, {"custom": {"threadline": {"handover": why, "end": False}}})

    assert Reply((), {"sender": "flowit-7-1"}, then=ToPerson(told)) == reply


@pytest.mark.parametrize(
    ("order", "sentence"),
    [
        ({"ende": True}, "`threadline` than end or handover"),
        ({"end": "yes"}, "`end` that is not true or false"),
        ({"handover": 1}, "`handover` that is no text"),
        ({"end": True, "handover": "why"}, "only one can be done"),
    ],
)
async def test_an_order_that_cannot_be_followed_is_refused(
    type: RasaBots, order: dict[str, Any], sentence: str
):
    with pytest.raises(BotRefused, match=f"^The bot at http://127.* ordered .*{sentence}"):
        await reply_of(type, {"custom": {"threadline": order}})


async def test_silence_is_told_to_the_operator_for_it_may_be_a_failure(type: RasaBots):
    [note] = (await reply_of(type)).elements

    assert isinstance(note, Note)
    assert "look at its log" in note.text


async def test_rasa_sees_the_secret_as_a_bearer(type: RasaBots, rasa: Rasa):
    await (await opened(type, rasa.url, Secret=TOKEN)).reply(TURN)
    await (await opened(type, rasa.url)).reply(TURN)

    shown = [one.headers.get("authorization") for one in rasa.asked]
    assert [f"Bearer {SECRET}", None] == shown


@pytest.mark.parametrize("value", ["", "two\nlines", {"token": SECRET}])
async def test_a_secret_that_is_no_token_is_refused_untold(type: RasaBots, value: SecretValue):
    bot = await opened(type, URL, value, Secret=TOKEN)
    with pytest.raises(BotRefused, match=f"^{TOKEN} is no token.*secret replace") as why:
        await bot.reply(TURN)

    assert SECRET not in str(why.value)


async def test_a_secret_of_another_organization_is_refused(type: RasaBots):
    with pytest.raises(Invalid, match="secret_foreign"):
        await opened(type, URL, Secret="srn:vault::acme:secret:k")


@pytest.mark.parametrize("status", [429, 500, 502, 503])
async def test_a_server_in_trouble_is_worth_another_try(type: RasaBots, status: int):
    with pytest.raises(BotFailed, match=f"^The bot at http://127.* answered {status}") as why:
        await reply_to(type, Response(status_code=status))

    assert not isinstance(why.value, BotRefused)


@pytest.mark.parametrize(
    ("response", "sentence"),
    [
        (Response(status_code=400), "answered 400"),
        (Response(status_code=302), "answered 302"),
        (Response(status_code=401), "`Secret`"),
        (Response(status_code=403), "`Secret`"),
        (Response(status_code=404), "`credentials.yml` a line `rest:`"),
        (Response("<html>"), "not JSON"),
        (JSONResponse({"text": "Hello"}), "no list of messages"),
        (JSONResponse(["Hello"]), "no list of messages"),
        (JSONResponse([{"text": "a"}] * 101), "more than 100"),
        (Response("x" * 1_048_577), "answered with more than 1048576 bytes"),
    ],
)
async def test_an_answer_that_cannot_be_used_is_refused(
    type: RasaBots, response: Response, sentence: str
):
    with pytest.raises(BotRefused, match=f"^The bot at http://127.*{sentence}"):
        await reply_to(type, response)


async def test_a_server_that_cannot_be_reached_is_worth_another_try(type: RasaBots):
    with pytest.raises(BotFailed) as why:
        await (await opened(type, "http://127.0.0.1:9")).reply(TURN)

    assert not isinstance(why.value, BotRefused)


async def test_no_failure_tells_a_secret_or_what_was_said(type: RasaBots):
    told = []
    for status in (200, 401, 404, 500):
        url = serving(lambda asked, status=status: Response(SECRET, status))
        bot = await opened(type, f"{url}?key={SECRET}", Secret=TOKEN)
        told += [repr(bot), repr(type)]
        try:
            await bot.reply(replace(TURN, text=SECRET))
        except BotFailed as why:
            told += [str(why), repr(why), traceback.format_exc()]

    assert 20 == len(told)
    assert [] == [one for one in told if SECRET in one]
