"""Nodes that say in variants and languages, show and wait, and change what is known."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.bots.flow.conversation import FLOW, Contact, nodes, step, turn

from threadline.bots.flow import ways
from threadline.model.policy import Policy
from threadline.model.timeline import MarkupInteraction, SuggestionPrompt

MENU = (
    "<TimelineMessage><TextMsg>Menu</TextMsg><List selectable='true'>"
    "<Item id='t' title='Tea'/><Item id='c' title='Coffee'/></List></TimelineMessage>"
)


def say(text: Any) -> dict[str, Any]:
    return {"type": "Dialogue", "text": text, "next": "end"}


def codes(**first: Any) -> list[str]:
    document = {
        "start": {"type": "Start", "next": "first"},
        "first": {"next": "end", **first},
        "end": {"type": "End"},
    }
    return [one.code for one in FLOW.check({"Flow": {"nodes": document}}, "")]


def test_variants_are_said_about_equally_often_and_the_same_for_the_same_turn():
    flow = nodes(first={"type": "Dialogue", "variants": ["a", "b", "c"], "next": "end"})

    said = Counter(step(flow, turn(id=f"turn-{n}")).elements[0].text for n in range(600))

    assert {"a", "b", "c"} == set(said)
    assert 150 < min(said.values())
    assert step(flow, turn(id="x")) == step(flow, turn(id="x"))


def test_a_dialogue_has_texts_or_variants():
    assert ["field_invalid"] == codes(type="Dialogue", text="a", variants=["b"])
    assert ["field_missing"] == codes(type="Dialogue", variants=[])


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("es", "Hola Ann"),
        ("es-MX", "Órale Ann"),
        ("es_AR", "Hola Ann"),
        ("EN", "Hello Ann"),
        ("fr", "Hello Ann"),
        (None, "Hello Ann"),
        (7, "Hello Ann"),
    ],
)
def test_a_text_is_said_in_the_contacts_language(lang: Any, said: str):
    text = {"en": "Hello ${name}", "es": "Hola ${name}", "es-MX": "Órale ${name}"}
    contact = Contact(nodes(first=say([text])), {"lang": lang, "name": "Ann"})

    assert [said, "[end]"] == contact.texts("hi")


def test_options_are_shown_in_one_language_and_understood_in_all():
    options = [{"title": {"en": "Yes", "es": "Claro"}, "next": "end"}]
    prompt = {"type": "Prompt", "text": "?", "options": options, "store": "x"}
    flow = nodes(first=prompt)
    shown = step(flow, turn(context={"lang": "es"})).elements[1]

    assert isinstance(shown, SuggestionPrompt)
    assert ["Claro"] == [one.title for one in shown.options]
    for answer in ("claro", "yes", "1", "Clarro"):
        contact = Contact(flow)
        contact.texts("hi")
        assert ["[end]"] == contact.texts(answer)
        assert {"x": "Yes"} == contact.context


def menu(**more: Any) -> Contact:
    chosen = "${msg.payload.markupInteraction.result.id}|${x}"
    node = {"type": "Markup Interaction", "xml": MENU, "other": "typed", "store": "x", **more}
    options = "options" in more
    said = {"tea": f"tea {chosen}", "rest": f"rest {chosen}"}
    used = {name: say(text) for name, text in said.items() if name in node.values() or options}
    return Contact(nodes(first=node, **used, typed=say("typed ${msg.payload.user.message}")))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tea", "tea t|Tea"),
        ("T", "tea t|Tea"),
        ("2", "rest c|Coffee"),
        ("Cofee", "rest c|Coffee"),
        ("cocoa", "typed cocoa"),
    ],
)
def test_a_choice_may_be_typed(text: str, said: str):
    contact = menu(options={"Tea": "tea"}, next="rest")
    contact.texts("hi")

    assert [said, "[end]"] == contact.texts(text)


def test_a_choice_may_be_tapped():
    contact = menu(simple=True, next="tea")
    contact.texts("hi")

    tapped = contact.texts("Coffee", event=MarkupInteraction("list", "c", "Coffee"))

    assert ["tea c|Coffee", "[end]"] == tapped


def test_a_menu_made_by_holes_is_understood_by_what_was_shown():
    item = "{% for one in teas %}<Item title='${one}'/>{% endfor %}"
    xml = f"<TimelineMessage><List selectable='true'>{item}</List></TimelineMessage>"
    contact = menu(xml=xml, simple=True, next="tea")
    contact.context = {"teas": ["Mint", "Green"]}
    contact.texts("hi")
    contact.context = {"teas": []}

    assert ["tea Green|Green", "[end]"] == contact.texts("two")


def test_every_choice_of_fixed_markup_has_a_port():
    menu = {"type": "Markup Interaction", "xml": MENU, "other": "end"}

    assert ["option_unwired"] == codes(**menu, next=None, options={"t": "end"})
    assert ["option_unknown"] == codes(**menu, options={"t": "end", "cocoa": "end"})


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ([{"set": "a.b[1]", "to": "${n | plus: 1}"}], "{'a': {'b': [None, 4]}, 'n': 3}"),
        ([{"set": "context.n", "to": "x"}], "{'n': 'x'}"),
        ([{"delete": "n"}], "{}"),
        ([{"delete": "nothing.there[3]"}], "{'n': 3}"),
        ([{"move": "n", "to": "m"}], "{'m': 3}"),
        ([{"move": "none", "to": "m"}], "{'n': 3}"),
        (
            [{"set": "t", "to": "a.b.a"}, {"change": "t", "from": "a", "to": "[x]"}],
            "{'n': 3, 't': '[x].b.[x]'}",
        ),
        (
            [{"set": "t", "to": "a1b22"}, {"change": "t", "matches": "[0-9]{1,9}", "to": "#"}],
            "{'n': 3, 't': 'a#b#'}",
        ),
        ([{"change": "n", "from": "3", "to": "4"}], "{'n': 3}"),
        ([{"set": "msg.x", "to": 1}, {"move": "msg.x", "to": "y"}], "{'n': 3, 'y': 1}"),
        ([{"set": "msg.payload.context.n", "to": 9}], "{'n': 9}"),
    ],
)
def test_rules_change_what_is_known(rules: Any, said: str):
    contact = Contact(nodes(first={"type": "Change", "rules": rules, "next": "end"}), {"n": 3})
    contact.texts("hi")

    assert said == str(dict(sorted(contact.context.items())))


@pytest.mark.parametrize(
    "way",
    [
        "",
        "msg",
        "msg.payload.system",
        "msg.payload.system.bot",
        "msg.timestamp",
        "context",
        "endpointData.Address",
        "context.endpointData",
        "a..b",
        "a[",
        "[0]",
        "a b",
        "1a",
        "a" + ".a" * 20,
    ],
)
def test_a_way_to_what_cannot_be_changed_is_refused(way: str):
    assert codes(type="Change", rules=[{"set": way, "to": 1}])


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"to": 1}, "rule_invalid"),
        ({"set": "a", "delete": "b", "to": 1}, "rule_invalid"),
        ({"set": "a"}, "field_missing"),
        ({"move": "a"}, "field_missing"),
        ({"change": "a", "matches": "(a+)+$", "to": ""}, "pattern_invalid"),
        ({"set": "a", "to": 1, "by": 2}, "field_unknown"),
    ],
)
def test_a_rule_that_cannot_be_done_is_told(rule: Any, code: str):
    assert [code] == codes(type="Change", rules=[rule])


def test_a_template_makes_a_text_or_what_it_says_as_json():
    make = {"type": "Template", "text": '{"n": [1, "${name}"]}', "to": "made", "next": "say"}
    text = Contact(nodes(first=make, say=say("${made}")), {"name": "Ann"})
    read = Contact(
        nodes(first={**make, "parse": "json"}, say=say("${made.n[1]}")), {"name": "Ann"}
    )

    assert ['{"n": [1, "Ann"]}', "[end]"] == text.texts("hi")
    assert ["Ann", "[end]"] == read.texts("hi")


NAMES = st.lists(st.sampled_from(["a", "b"]) | st.integers(0, 3), max_size=5).filter(
    lambda names: bool(names) and isinstance(names[0], str)
)
TREES = st.recursive(
    st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["a", "b"]), inner, max_size=2)
    ),
    max_leaves=6,
)


@given(TREES, NAMES)
def test_what_is_put_is_found_there_and_can_be_taken_away(tree: Any, names: Any):
    before = repr(tree)
    put = ways.put(tree, names, "x")
    gone = ways.without(put, names)

    assert "x" == ways.find(put, names)
    assert "x" != ways.find(gone, names)
    assert before == repr(tree)


def test_a_session_lasts_as_long_as_the_flow_says():
    wanted = {"userSession": {"expireOnInactivityInMinutes": 120}}
    flow = nodes(
        first={"type": "Set Policy", "policy": wanted, "next": "ask"},
        ask={"type": "Input", "text": "Well?", "store": "x", "next": "end"},
    )

    assert Policy(session_minutes=120) == step(flow, turn()).policy
    assert step(nodes(first=say("a")), turn()).policy is None


@pytest.mark.parametrize(
    "policy",
    [
        {"userSession": 5},
        {"userSession": {"expireOnInactivityInMinutes": 0}},
        {"conversation": {"maxDurationInMinutes": "long"}},
    ],
)
def test_a_policy_that_is_none_is_told(policy: Any):
    assert ["config_invalid"] == codes(type="Set Policy", policy=policy)
