"""Bots that are told what people want and how they say it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, ClassVar

import pytest
from tests.bots.contract import BotContract, Documents
from tests.bots.flow.conversation import Contact, read

from threadline.bots.flow import Flows, intents
from threadline.bots.flow.actions import ACTIONS
from threadline.bots.flow.javascript.pool import Scripts
from threadline.bots.flow.understanding import Intent, understand
from threadline.egress import Egress
from threadline.model.document import load
from threadline.ports import BotType

PAGE = Path("docs/reference/intents.md").read_text("utf-8")
SHOP = load(re.findall(r"```yaml\n(.+?)```", PAGE, re.DOTALL)[0]).value
ACTION_ROWS = PAGE.partition("| `type` |")[2].partition("After")[0]
INTENTS = (
    Intent("hours", ("when are you open", "what are your opening hours")),
    Intent("order", ("i would like some tea",), (re.compile(r"^order (?P<tea>\w+)$", re.I),)),
    Intent("cancel", ("cancel my order", "cancel")),
)


def intent(name: str, **action: Any) -> dict[str, Any]:
    return {"name": name, "actions": [action]}


class TestContract(BotContract):
    broken: ClassVar = {
        "no intents": {},
        "a text": {"Intents": "hello"},
        "an intent without words": {
            "Intents": [{"name": "a", "actions": [{"type": "fallback"}]}]
        },
        "an unknown action": {"Intents": [{"name": "welcome", "actions": [{"type": "dance"}]}]},
    }

    @pytest.fixture
    def documents(self) -> Documents:
        return [SHOP]

    @pytest.fixture
    def type(self) -> BotType:
        return Flows(Egress().user, Scripts(), intents.read)


def bot(*named: Any, **more: Any) -> Contact:
    flow, problems = intents.read({"Intents": list(named), **more}, "")
    assert flow is not None, "\n".join(map(str, problems))
    return Contact(flow)


def codes(*actions: Any, **more: Any) -> list[str]:
    named = [{"name": "welcome", "actions": list(actions)}]
    return [one.code for one in intents.read({"Intents": named, **more}, "")[1]]


def test_the_transcript_of_the_page_is_what_the_bot_says():
    flow, _ = intents.read(SHOP, "")
    assert flow is not None
    contact = Contact(flow)
    transcript = re.findall(r"```text\n(.+?)```", PAGE, re.DOTALL)[0]
    ran = []
    for line in transcript.splitlines():
        if line.startswith("> "):
            ran += [line, *contact.texts(line.removeprefix("> "))]

    assert sorted(transcript.splitlines()) == sorted(
        one.replace("Every day from 9 to 5.", "From 9 to 5, every day.") for one in ran
    )


def test_every_action_is_told_in_the_docs():
    assert set(ACTIONS) == set(re.findall(r"^\| `(\w+)` \|", ACTION_ROWS, re.M))


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("When are you OPEN?!", "hours"),
        ("when are yu open", "hours"),
        ("are you open when", "hours"),
        ("so, when are you open today", "hours"),
        ("ORDER mint", "order"),
        ("order mint please", None),
        ("cancel", "cancel"),
        ("please cancel my order", "cancel"),
        ("", None),
        ("?", None),
        ("asdf", None),
        ("o" * 5000, None),
    ],
)
def test_what_is_said_is_understood(said: str, intent: str | None):
    found = understand(said, INTENTS, 0.75)

    assert intent == (found.intent if found else None)


def test_a_pattern_gives_slots():
    found = understand("order Mint", INTENTS, 0.75)

    assert found is not None
    assert {"tea": "Mint"} == found.slots


def test_a_bot_says_what_it_is_asked_and_remembers_what_that_was():
    contact = bot(
        {
            "name": "ping",
            "utterances": ["ping"],
            "actions": [{"type": "message", "value": "pong"}],
        }
    )
    said = [contact.texts(text) for text in ("hi", "ping", "nothing like it", "Ping!")]

    assert [[], ["pong"], [], ["pong"]] == said
    assert ["ping", "fallback", "ping"] == contact.context["state"]["history"]


def test_an_intent_triggers_another_one():
    contact = bot(
        {
            "name": "a",
            "utterances": ["aaa"],
            "actions": [{"type": "Triggerintent", "value": "me:::b"}],
        },
        {"name": "b", "utterances": ["bbb"], "actions": [{"type": "message", "value": "B"}]},
        {"name": "c", "utterances": ["ccc"], "actions": [{"type": "fallback"}]},
        {"name": "fallback", "actions": [{"type": "message", "value": "What?"}]},
    )
    contact.texts("hi")

    assert ["B"] == contact.texts("aaa")
    assert ["What?"] == contact.texts("ccc")


def test_a_condition_leaves_an_action_out():
    contact = bot(
        {
            "name": "welcome",
            "actions": [
                {"type": "message", "value": "new", "condition": "!state.history.length"},
                {"type": "message", "value": "old", "condition": "state.history.length"},
                {"type": "message", "value": "broken", "condition": "nobody.knows"},
                {"type": "goal", "value": "greeted"},
            ],
        }
    )
    said = contact.texts("hi")

    assert ["new", "[goal greeted]"] == [said[0], said[2]]
    assert "nobody is not defined" in said[1]


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ({"type": "dance", "value": 1}, "action_unknown"),
        ({"type": "message"}, "field_missing"),
        ({"type": "message", "value": "${"}, "template_invalid"),
        ({"type": "message", "value": "a", "when": "b"}, "field_unknown"),
        ({"type": "flow", "value": {"id": "none"}}, "wire_unknown_node"),
        ({"type": "triggerIntent", "value": "none"}, "wire_unknown_node"),
        ({"type": "executeApi", "value": "none"}, "api_unknown"),
        ({"type": "setContext", "value": {"msg": 1}}, "variable_invalid"),
    ],
)
def test_what_is_wrong_with_an_action_is_told(action: Any, code: str):
    assert [code] == codes(action)


def test_an_intent_has_one_name():
    twice = [
        {"name": "a", "utterances": ["b"], "actions": [{"type": "goal", "value": "x"}]}
    ] * 2

    assert "intent_twice" in [one.code for one in intents.read({"Intents": twice}, "")[1]]


def test_a_flow_of_the_bot_is_checked_where_it_stands():
    broken = {"x": {"nodes": {"start": {"type": "Start", "next": "nowhere"}}}}
    problems = intents.read(
        {
            "Intents": [
                {"name": "welcome", "actions": [{"type": "flow", "value": {"id": "x"}}]}
            ],
            "Flows": broken,
        },
        "",
    )[1]

    assert [("wire_unknown_node", "Flows.x.nodes.start.next")] == [
        (one.code, one.path) for one in problems
    ]


def test_a_node_of_a_flow_understands_too():
    flow = read("""
nodes:
  start: {type: Start, next: what}
  what: {type: Intents, intents: [{name: a, utterances: [tea], next: tea}], fallback: end}
  tea: {type: Dialogue, text: "${msg.payload.result.intent}", next: end}
  end: {type: End}
""")
    contact = Contact(flow)
    contact.texts("hi")

    assert ["a", "[end]"] == contact.texts("TEA")
