"""What an editor offers for a node is what the check takes."""

from __future__ import annotations

from typing import Any

import pytest
from tests.bots.flow.test_flow_graph import EVERY

from threadline.bots.flow.declared import ANY_NAME, Declared, declared, vocabulary
from threadline.bots.flow.language import sketch
from threadline.bots.flow.nodes import NODES
from threadline.model.liquid import LIQUID

KINDS = list(NODES)


def told(kind: str, fields: dict[str, Any]) -> list[tuple[str, str]]:
    nodes = {"it": {"type": kind, **fields}, "end": {"type": "End"}}
    return [(one.code, one.path) for one in sketch({"nodes": nodes}, "")[1]]


def called(fields: tuple[Declared, ...], name: str) -> Declared:
    [found] = [one for one in fields if one.name == name]
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_that_is_offered_is_known_to_the_check(kind: str):
    fields = {one.name: {} for one in declared(kind)}

    assert "field_unknown" not in {code for code, _path in told(kind, fields)}


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_that_is_needed_is_told_when_it_is_left_out(kind: str):
    needed = {f"nodes.it.{one.name}" for one in declared(kind) if one.required}

    missing = [
        path for code, path in told(kind, {}) if code in ("field_missing", "wire_missing")
    ]

    assert needed == {path for path in missing if path.startswith("nodes.it.")}


@pytest.mark.parametrize("kind", EVERY)
def test_every_field_of_a_node_is_offered(kind: str):
    assert set(EVERY[kind]) <= {one.name for one in declared(kind)}


def test_a_wire_is_told_from_a_text_and_a_variable():
    fields = declared("Input")
    asked = [called(fields, name) for name in ("text", "store", "next", "invalid")]

    assert ["text", "variable", "wire", "wire"] == [one.what for one in asked]
    assert [False, False, True, False] == [one.required for one in asked]


def test_the_fields_of_a_part_are_told_too():
    cases = called(declared("Switch"), "cases").inside
    options = called(declared("Prompt"), "options").inside
    values = called(declared("Set Context"), "values").inside

    assert {"equals", "matches", "empty", "next"} <= {one.name for one in cases}
    assert "wire" == called(cases, "next").what
    assert {ANY_NAME: "wire", "id": "name", "title": "name", "next": "wire"} == {
        one.name: one.what for one in options
    }
    assert [(ANY_NAME, "value")] == [(one.name, one.what) for one in values]


def test_the_vocabulary_has_every_kind_every_filter_and_what_each_kind_does():
    found = vocabulary()

    assert set(NODES) == set(found.nodes) == set(found.about)
    assert set(LIQUID.filters) == set(found.filters)
    assert (
        "waits for any text, or for one that is a number, a date or what else it accepts."
    ) == found.about["Input"]
    assert all(found.about.values())
    assert ("context", "endpointData", "msg") == found.names
