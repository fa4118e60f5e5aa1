"""Activities of the Bot Framework, from a turn and to elements."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.bots.contract import TURN
from threadline.model import activities
from threadline.model.activities import Said, account, asked, listed, said
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
    from_json,
    to_json,
)

HERO = "application/vnd.microsoft.card.hero"
NOTE = "{} of the bot's answer cannot be shown and was left out."


def message(**fields: Any) -> dict[str, Any]:
    return {"type": "message", **fields}


def attached(**fields: Any) -> dict[str, Any]:
    return message(attachments=[fields])


def suggested(*actions: Any) -> dict[str, Any]:
    return message(suggestedActions={"actions": list(actions)})


def note(what: str) -> Note:
    return Note(NOTE.format(what), "left_out")


@pytest.mark.parametrize(
    ("activity", "elements"),
    [
        (message(text="**Hi** <b>", textFormat="markdown"), [Text("**Hi** <b>")]),
        (message(text=" \n"), []),
        (message(text=None), []),
        (message(), []),
        (message(text="Hi", attachments="none", suggestedActions=[]), [Text("Hi")]),
        ({"type": "typing", "text": "..."}, []),
        ({"type": "event", "name": "handoff"}, []),
        ({"type": "trace", "text": "x"}, []),
        ({}, []),
        (
            attached(contentType="image/png", contentUrl="https://x.example/a.png", name="A"),
            [Media("https://x.example/a.png", "image/png", "A")],
        ),
        (
            attached(
                contentType="image/png", contentUrl="data:image/png;base64,iVBO", name="A"
            ),
            [Card("A", img_data="iVBO", alt="A")],
        ),
        (
            attached(contentType="text/html", contentUrl="javascript:alert(1)"),
            [note("An attachment of the type 'text/html'")],
        ),
        (
            attached(contentType="application/vnd.microsoft.card.adaptive", content={}),
            [note("An attachment of the type 'application/vnd.microsoft.card.adaptive'")],
        ),
        (
            attached(contentType=HERO, content={"title": "T", "text": "x"}),
            [Text("T\nx")],
        ),
        (
            attached(
                contentType=HERO,
                content={
                    "title": "T",
                    "images": [{"url": "data:x"}, {"url": "https://x.example/a.png"}],
                },
            ),
            [Card("T", img_url="https://x.example/a.png", alt="T")],
        ),
        (
            attached(
                contentType=HERO.replace("hero", "thumbnail"),
                content={
                    "buttons": [
                        {"type": "imBack", "title": "A", "value": "a"},
                        {"type": "openUrl", "value": "https://x.example/"},
                        {"type": "openUrl", "title": "B", "value": "javascript:b"},
                        {"type": "call", "title": "C", "value": "tel:+15550100009"},
                        {"type": "imBack"},
                    ]
                },
            ),
            [
                Text("https://x.example/"),
                ButtonPromptContainer((ButtonPrompt("a", "A"),), interaction_type="event"),
                note("3 buttons"),
            ],
        ),
        (
            suggested(
                {"title": "A"},
                {"type": "openUrl", "title": "B", "value": "https://x.example/"},
                "nonsense",
            ),
            [
                SuggestionPrompt(
                    (Option("A", "A"), Option("https://x.example/", "B", "https://x.example/")),
                    interaction_type="event",
                )
            ],
        ),
    ],
)
def test_what_a_bot_sends_becomes_elements(activity: dict[str, Any], elements: list[Any]):
    found = said([activity])

    assert Said(tuple(elements)) == found
    assert elements == [from_json(to_json(one)) for one in found.elements]


def test_the_end_of_a_conversation_may_say_something():
    assert Said((Text("Bye"),), True) == said([{"type": "endOfConversation", "text": "Bye"}])


def test_more_than_can_be_meant_is_refused():
    with pytest.raises(ValueError, match="more than 100"):
        said([message(text="a")] * 101)


@pytest.mark.parametrize("document", [None, [], {}, {"activities": {}}, {"activities": [1]}])
def test_what_is_no_set_of_activities_is_refused(document: Any):
    with pytest.raises(ValueError, match="without activities"):
        listed(document)


@pytest.mark.parametrize(
    ("action", "sent"),
    [
        ({"type": "imBack", "title": "A", "value": "a"}, {"text": "a"}),
        ({"type": "imBack", "title": "A"}, {"text": "A"}),
        ({"type": "postBack", "title": "A", "value": "a"}, {"text": "a"}),
        ({"type": "postBack", "title": "A", "value": [1]}, {"text": "", "value": [1]}),
        (
            {"type": "messageBack", "title": "A", "text": "I take A", "value": {"n": 1}},
            {"text": "I take A", "value": {"n": 1}},
        ),
        ({"type": "postBack", "title": "A", "value": '{"n": 1}'}, {"text": '{"n": 1}'}),
    ],
)
def test_a_button_comes_back_as_what_it_carries(action: Any, sent: dict[str, Any]):
    [prompt] = said([suggested(action)]).elements
    assert isinstance(prompt, SuggestionPrompt)
    event = MarkupInteraction("suggestionPrompt", prompt.options[0].id, "A")
    found = asked(replace(TURN, text="A", event=event)) or {}

    assert sent == {name: found[name] for name in ("text", "value") if name in found}


@pytest.mark.parametrize("id", ['{"activity":', '{"activity":7}', '{"activity":null}'])
def test_an_id_that_is_only_like_one_of_ours_is_a_text(id: str):
    found = asked(replace(TURN, event=MarkupInteraction("list", id))) or {}

    assert (id, False) == (found["text"], "value" in found)


def test_nobody_can_pass_for_somebody_else_by_an_id():
    id = json.dumps({"activity": {"from": {"id": "x"}, "type": "event"}}, separators=(",", ":"))
    found = asked(replace(TURN, event=MarkupInteraction("list", id))) or {}

    assert ("message", account(TURN)) == (found["type"], found["from"]["id"])


@pytest.mark.parametrize("change", [{"text": " "}, {"woken": True}, {"returned": True}])
def test_a_bot_is_not_told_what_nobody_said_to_it(change: dict[str, Any]):
    assert asked(replace(TURN, **change)) is None


def test_a_contact_is_the_same_to_the_bot_in_every_session():
    later = replace(TURN, id="9-9", session="9-9", text="more")

    assert account(TURN) == account(later)
    assert account(TURN) != account(replace(TURN, conversation=8))
    assert account(TURN) != account(replace(TURN, contact="+15550100002"))
    assert activities.account(replace(TURN, contact="half \ud83d"))
