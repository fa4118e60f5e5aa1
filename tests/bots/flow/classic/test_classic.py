"""Flows from a Node-RED style designer run here as they did there, or it is told why not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.bots.flow.conversation import Contact
from tests.bots.flow.test_flow_graph import EVERY

from threadline.bots.flow import language
from threadline.bots.flow.classic import convert, velocity, writing
from threadline.bots.flow.classic.typed import mustache
from threadline.errors import Invalid
from threadline.model.document import load

HERE = Path(__file__).parent
SAMPLES = sorted((Path(language.__file__).parent / "samples").rglob("*.yaml"))


def exported(name: str) -> Any:
    return json.loads((HERE / f"{name}.json").read_text("utf-8"))


def contact(document: Any, **context: Any) -> Contact:
    flow, problems = language.read(convert(document).flow, "")
    assert flow is not None, "\n".join(map(str, problems))
    return Contact(flow, context)


def nodes(*more: dict[str, Any], **first: Any) -> list[dict[str, Any]]:
    """A start, then a node with id `n`, then whatever else there is."""
    start = {"id": "s", "type": "start", "wires": [["n"]]}
    return [
        start,
        {"id": "n", "wires": [["d"]], **first},
        *more,
        {"id": "d", "type": "dialogue", "message": "Done.", "wires": [[]]},
    ]


def told(document: Any) -> dict[str, str]:
    """What stops an import: paths and codes."""
    with pytest.raises(Invalid) as why:
        convert(document)
    return {one.path: one.code for one in why.value.problems}


def test_a_linear_flow_of_a_worker():
    person = contact(exported("linear"), name="Ann")

    assert ["Hello Ann!"] == person.texts("hi")
    assert ["tea", "[goal asked]", "[end]"] == person.texts("tea")


def test_tabs_links_and_ports_with_several_wires():
    person = contact(exported("tabs"))

    assert ["Order or hours?"] == person.texts("hi")
    assert ["9 to 5.", "Order or hours?"] == person.texts("hours")
    assert ["Sorry?", "Order or hours?"] == person.texts("neither")
    assert ["[goal order-begun]", "Fine.", "Which tea?"] == person.texts("order")
    assert ["One mint tea, true."] == person.texts("mint")
    assert {"ordering": True} == person.context


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mint", ["just 3 euro for Mint.", "[end]"]),
        ("Green", ["Dear: 12", "[end]"]),
        ("none", ["Nothing then.", "[end]"]),
    ],
)
def test_functions_switches_and_markup_interactions(text: str, said: list[str]):
    person = contact(exported("code"), teas=["Mint", "Green"])
    person.texts("hi")

    assert said == person.texts(text)


def test_what_is_typed_takes_the_bottom_port_and_a_mistake_the_catch():
    person = contact(exported("code"), teas=["Boom"])
    person.texts("hi")

    assert "Please choose, not cocoa." == person.texts("cocoa")[0]
    assert "The code failed: Error: boom." == person.texts("boom")[1]


def test_what_only_shows_something_is_left_out_and_told():
    left = convert(exported("tabs")).told

    assert [("dbg", False)] == [(one.id, one.stops) for one in left]


@pytest.mark.parametrize(
    ("node", "code"),
    [
        ({"type": "http in"}, "classic_unsupported"),
        ({"type": "inject"}, "classic_unsupported"),
        ({"type": "subflow:abc"}, "classic_unsupported"),
        ({"type": "switch", "rules": [{"t": "head", "v": 1}]}, "classic_unsupported"),
        ({"type": "switch", "rules": [{"t": "jsonata_exp", "v": "a"}]}, "classic_unsupported"),
        (
            {"type": "change", "rules": [{"t": "set", "p": "a", "pt": "global", "to": "1"}]},
            "classic_unsupported",
        ),
        ({"type": "template", "template": "{{#list}}x{{/list}}"}, "classic_unsupported"),
        ({"type": "dialogue", "message": "#macro(x)"}, "classic_unsupported"),
        ({"type": "dialogue", "message": "#if($a)x"}, "classic_unsupported"),
        (
            {"type": "function", "func": "return msg", "libs": [{"var": "fs"}]},
            "classic_unsupported",
        ),
        ({"type": "transfer"}, "classic_unsupported"),
    ],
)
def test_a_node_that_cannot_be_run_is_told_by_its_id(node: Any, code: str):
    assert {"nodes[n]": code} == told(nodes(**node))


def test_a_node_that_is_wrong_is_told_by_its_id():
    wrong = nodes(type="switch", property="x", rules=[{"t": "regex", "v": "(a+)+$"}])

    assert {"nodes[n].cases[0].matches": "pattern_invalid"} == told(wrong)


def test_ways_that_lead_apart_cannot_wait_but_for_the_last():
    waits = {"id": "i", "type": "input", "wires": [["d"]]}
    apart = nodes(waits, type="goal", goal="x", wires=[["i", "d"]])

    assert {"nodes[n]": "classic_unsupported"} == told(apart)
    assert convert(nodes(waits, type="goal", goal="x", wires=[["d", "i"]]))


@pytest.mark.parametrize(
    "document",
    [
        None,
        7,
        "x",
        {},
        [],
        {"flows": "x"},
        [1],
        {"nodes": []},
        [{"type": "tab"}],
        {"Data": {"flows": {"body": {}}}},
    ],
)
def test_what_is_no_export_is_told(document: Any):
    assert {"": "classic_invalid"} == told(document)


def test_two_nodes_with_the_same_id_are_told():
    twice = nodes(
        {"id": "d", "type": "dialogue", "message": "x", "wires": []}, type="goal", goal="g"
    )

    assert {"nodes[d]": "classic_unsupported"} == told(twice)


def test_a_long_flow_and_a_loop_are_read():
    long = [{"id": "s", "type": "start", "wires": [["n0"]]}]
    long += [
        {"id": f"n{i}", "type": "dialogue", "message": f"{i}", "wires": [[f"n{i + 1}"]]}
        for i in range(900)
    ]
    long += [{"id": "n900", "type": "input", "wires": [["n0"]]}]

    assert 902 == len(convert(long).flow["nodes"])


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.stem)
def test_what_is_exported_is_imported_as_the_same_flow(sample: Path):
    flow = load(sample.read_text("utf-8")).value["Flow"]

    again = convert(json.loads(json.dumps(writing.worker(flow, "x"))))

    assert flow == again.flow
    assert () == again.told


def test_every_kind_of_node_survives_an_export():
    for kind, fields in EVERY.items():
        if kind in ("Start", "Catch", "End", "Link Out"):
            continue
        flow = {
            "nodes": {
                "start": {"type": "Start", "next": "it"},
                "it": {"type": kind, **fields},
                "end": {"type": "End"},
            }
        }
        if '"end"' not in json.dumps(fields):
            del flow["nodes"]["end"]

        assert flow == convert(writing.worker(flow, "x")).flow, kind


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Hello $name", "Hello ${name}"),
        ("Hello $!{user.name}!", "Hello ${user.name}!"),
        ("$5 is cheap, #1", "$5 is cheap, #1"),
        (
            "#if($a == 1)one#elseif(!$b)none#{else}more#end",
            "{% if a == 1 %}one{% elsif b == blank %}none{% else %}more{% endif %}",
        ),
        ("#foreach($x in $list)$x #end", "{% for x in list %}${x} {% endfor %}"),
        ("#set($x = 'y')$x", "{% assign x = 'y' %}${x}"),
        ("a {{b}}", "{% raw %}a {{b}}{% endraw %}"),
    ],
)
def test_velocity_is_written_as_liquid(text: str, wanted: str):
    assert wanted == velocity.liquid(text)


def test_mustaches_are_holes():
    assert "A ${msg.payload.x} ${n} ${msg.y}" == mustache("A {{payload.x}} {{flow.n}} {{{y}}}")
