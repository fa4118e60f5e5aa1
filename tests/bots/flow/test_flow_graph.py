"""A flow as it is drawn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.bots.flow.test_flow_language import TEA

import threadline.bots.flow
from threadline.bots.flow.graph import Graph, draw
from threadline.bots.flow.language import sketch
from threadline.bots.flow.nodes import NODES
from threadline.bots.flow.nodes.end import End
from threadline.model.document import load
from threadline.model.places import places

SAMPLES = sorted((Path(threadline.bots.flow.__file__).parent / "samples").rglob("*.yaml"))
EVERY: dict[str, dict[str, Any]] = {
    "Start": {"next": "end"},
    "Dialogue": {"text": ["One.", "Two ${n}."], "next": "end"},
    "Markup": {"xml": "<TimelineMessage><Text>Hi</Text></TimelineMessage>", "next": "end"},
    "Input": {
        "text": "How many?",
        "accept": "number",
        "min": 1,
        "max": 3,
        "retry": "What?",
        "retries": 1,
        "store": "n",
        "next": "end",
        "invalid": "end",
        "patience": "5m",
        "silent": "end",
    },
    "Prompt": {"text": "Tea?", "options": {"Yes": "end", "No": "end"}, "other": "end"},
    "Switch": {"on": "${n}", "cases": [{"at_least": 3, "next": "end"}], "else": "end"},
    "Set Policy": {
        "policy": {"userSession": {"expireOnInactivityInMinutes": 5}},
        "next": "end",
    },
    "Set Context": {"values": {"n": 1, "m": "x"}, "next": "end"},
    "Markup Interaction": {
        "xml": "<TimelineMessage><List>${items}</List></TimelineMessage>",
        "options": {"Yes": "end", "No": "end"},
        "next": "end",
        "other": "end",
    },
    "Intents": {
        "intents": [{"name": "a", "utterances": ["b"], "next": "end"}],
        "fallback": "end",
    },
    "Condition": {"when": "n > 1", "next": "end", "else": "end"},
    "Change": {"rules": [{"set": "n", "to": 1}, {"delete": "msg.x"}], "next": "end"},
    "Template": {"text": "One ${n}.", "to": "msg.x", "next": "end"},
    "Link Out": {"to": "end"},
    "Link In": {"next": "end"},
    "Function": {"code": "return msg;", "outputs": ["end", "end"], "silent": "end"},
    "HTTP Request": {"url": "https://api.example.com/x", "next": "end", "failed": "end"},
    "Wait": {"for": "10m", "next": "end", "interrupted": "end"},
    "Transfer": {"bot": "other"},
    "Goto": {"bot": "other"},
    "Push Bot To Stack": {"bot": "other", "next": "end"},
    "Bot Mission Done": {},
    "Handover": {"reason": "A refund.", "next": "end"},
    "Catch": {"nodes": ["it"], "next": "end"},
    "Host Notification": {"text": "ordered", "next": "end"},
    "Goal": {"name": "done", "next": "end"},
    "End": {},
}
"""One node of each kind, all of whose wires lead to `end`."""


def drawn(text: str) -> Graph:
    flow, _problems = sketch(load(text).value, "")
    return draw(flow, "", places(text))


def of_kind(kind: str) -> Graph:
    nodes = {"it": {"type": kind, **EVERY[kind]}, "end": {"type": "End"}}
    return draw(sketch({"nodes": nodes}, "")[0])


def test_there_is_a_sample_of_every_kind_of_node():
    assert set(NODES.values()) == {NODES[kind] for kind in EVERY}


@pytest.mark.parametrize("kind", EVERY)
def test_every_wire_of_every_kind_of_node_is_drawn(kind: str):
    said = json.dumps({"type": kind, **EVERY[kind]})

    graph = of_kind(kind)

    assert said.count('"end"') == len(graph.wires)
    assert {"end"} >= {wire.end for wire in graph.wires}
    assert kind == graph.spots[0].kind


@pytest.mark.parametrize(
    "kind",
    [one for one in EVERY if NODES[one].__name__ not in ("Start", "End", "BotMissionDone")],
)
def test_a_node_says_in_a_few_words_what_it_does(kind: str):
    assert of_kind(kind).spots[0].summary


def test_a_wire_says_when_it_is_taken():
    labels = {(wire.begin, wire.port): wire.label for wire in drawn(TEA).wires}

    assert "" == labels["start", "next"]
    assert "tea" == labels["ask", "tea"]
    assert "anything else" == labels["ask", "other"]
    assert ("greater 3", "else") == (labels["sorry", "case 1"], labels["sorry", "else"])


@pytest.mark.parametrize(
    ("case", "label"),
    [
        ("equals: Tea", "equals Tea"),
        ("one_of: [a, 2]", "one of a, 2"),
        ("matches: ^a", "matches ^a"),
        ('at_least: "${most}"', "at least ${most}"),
        ("empty: true", "empty"),
        ("empty: false", "not empty"),
    ],
)
def test_a_case_is_told_as_it_would_be_said(case: str, label: str):
    graph = drawn(TEA.replace("greater: 3", case))

    assert label in [wire.label for wire in graph.wires]


def test_an_option_is_told_by_its_title_and_not_by_its_id():
    options = "options: [{id: t, title: Some tea, next: brew}, {title: coffee, next: sorry}]"
    graph = drawn(TEA.replace("options: {tea: brew, coffee: sorry}", options))

    assert ["Some tea", "coffee"] == [
        wire.label for wire in graph.wires if wire.begin == "ask" and wire.port != "other"
    ]


def test_a_node_has_its_lines():
    spots = {spot.id: spot for spot in drawn(TEA).spots}

    assert (3, 7) == (spots["ask"].line, spots["ask"].end_line)
    assert (16, 16) == (spots["end"].line, spots["end"].end_line)
    assert (True, False) == (spots["ask"].waits, spots["brew"].waits)


def test_what_no_wire_leads_to_is_told():
    graph = drawn(TEA.replace("coffee: sorry", "coffee: brew"))

    assert {"sorry", "set", "name", "goal"} == {
        spot.id for spot in graph.spots if not spot.reached
    }


def test_a_flow_with_mistakes_is_drawn_as_far_as_it_can_be_read():
    graph = drawn(
        TEA.replace("type: Dialogue", "type: Dialog").replace("next: name", "next: x")
    )

    kinds = {spot.id: spot.kind for spot in graph.spots}
    assert ("", "Goal") == (kinds["brew"], kinds["goal"])
    assert ("ask", "tea", "brew") in {(one.begin, one.port, one.end) for one in graph.wires}
    assert "set" not in {one.begin for one in graph.wires}


@pytest.mark.parametrize("nothing", [None, [], "x", {}, {"nodes": []}, {"nodes": {"a": 1}}])
def test_what_is_no_flow_has_nothing_to_draw(nothing: object):
    graph = draw(sketch(nothing, "Flow")[0], "Flow")

    assert ("", ()) == (graph.start, graph.wires)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_samples_are_drawn_whole(path: Path):
    text = path.read_text()
    flow = load(text).value["Flow"]
    graph = draw(sketch(flow, "Flow")[0], "Flow", places(text))
    lines = text.splitlines()

    assert list(flow["nodes"]) == [spot.id for spot in graph.spots]
    assert all(spot.reached for spot in graph.spots)
    assert all(
        spot.line and lines[spot.line - 1].strip(' "').startswith(spot.id)
        for spot in graph.spots
    )
    leaves = {wire.begin for wire in graph.wires}
    ends = {spot.id for spot in graph.spots if spot.kind == "End"}
    assert End is NODES["End"]
    assert {spot.id for spot in graph.spots} == leaves | ends
