"""A bot's text looked over: what is wrong, to the character, and its flow."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Calendar
from tests.model.test_places import cut
from tests.world import Account, document, flow_bot
from threadline.app import App, open_app
from threadline.errors import Invalid, NotFound
from threadline.model.document import load
from threadline.model.places import Span
from threadline.operations import bots, flows
from threadline.operations.apply import apply
from threadline.settings import Settings

SOURCE = """\
Name: Tea
Type: flow
Flow:
  nodes:
    start: {type: Start, next: ask}
    ask: {type: Input, text: "Who?", store: name, next: hello}
    hello:
      type: Dialogue
      text: "Hello ${name}!"
      next: end
    end: {type: End}
"""
WRONG = {
    "a wire to nowhere": ("next: end", "next: ende", "wire_unknown_node", "ende"),
    "no wire": ("      next: end\n", "", "wire_missing", "hello"),
    "a field that is none": ("store: name", "stor: name", "field_unknown", "stor"),
    "a type that is none": ("Dialogue", "Dialog", "node_unknown_type", "Dialog"),
    "a hole that is open": ("${name}!", "${name!", "template_invalid", '"Hello ${name!"'),
    "an empty value": ("next: hello", "next: ", "wire_missing", "next:"),
    "a node nobody leads to": ("next: hello", "next: end", "node_unreachable", "hello"),
    "a state that is none": ("Type: flow", "Type: flow\nState: ON", "state_invalid", "ON"),
    "no name": ("Name: Tea\n", "", "name_invalid", "Type: flow"),
    "a key that is there twice": (
        "      next: end",
        "      next: end\n      type: End",
        "key_duplicate",
        "type: End",
    ),
    "an indentation": ("      next: end", "     next: end", "yaml_invalid", "next: end"),
}


@pytest.fixture
async def ours(tmp_path: Path, clock: Calendar) -> AsyncIterator[App]:
    settings = Settings.read(data=tmp_path, public_url="https://sms.example.com")
    app = await open_app(settings, clock)
    await apply(app, documents=[document(Account(), flow_bot())])
    yield app
    await app.close()


async def looked(app: App, source: str, bot: str | None = None) -> Any:
    return await flows.look(app, organization="flowit", source=source, bot=bot)


def said(source: str, problem: Any) -> str:
    """The characters that a problem is about."""
    span = Span(*(problem[part] for part in ("line", "column", "end_line", "end_column")))
    return cut(source, span).strip()


async def test_a_bot_without_a_mistake_has_no_problems_and_a_graph(ours: App):
    found = await looked(ours, SOURCE)

    assert ("flow", []) == (found["type"], found["problems"])
    assert ["start", "ask", "hello", "end"] == [one["id"] for one in found["graph"]["nodes"]]
    assert (7, 10) == tuple(found["graph"]["nodes"][2][part] for part in ("line", "end_line"))
    assert ["name"] == found["variables"]


@pytest.mark.parametrize("name", WRONG)
async def test_what_is_wrong_is_told_to_the_character(ours: App, name: str):
    old, new, code, where = WRONG[name]
    source = SOURCE.replace(old, new, 1)
    assert source != SOURCE

    found = await looked(ours, source)

    first = found["problems"][0]
    assert (code, where) == (first["code"], said(source, first))
    assert first["mend"]


async def test_what_is_told_is_what_would_be_told_if_it_were_published(ours: App):
    source = SOURCE.replace("next: hello", "next: nowhere").replace("Dialogue", "Dialog")
    source = source.replace("Type: flow", "Type: flow\nState: ON")

    found = await looked(ours, source)
    with pytest.raises(Invalid) as refused:
        await apply(ours, documents=[{"Organization": "flowit", "Bots": [_value(source)]}])

    assert [(one.code, one.message, one.mend) for one in refused.value.problems] == [
        (one["code"], one["message"], one["mend"]) for one in found["problems"]
    ]


def _value(source: str) -> Any:
    return load(source).value


async def test_a_flow_alone_is_looked_over_too(ours: App):
    source = "nodes:\n  start: {type: Start, next: end}\n  end: {type: Ent}\n"

    found = await looked(ours, source)

    assert ["nodes.end.type"] == [one["path"] for one in found["problems"]]
    assert 2 == len(found["graph"]["nodes"])


async def test_a_bot_behind_a_url_has_no_graph(ours: App):
    source = "Name: There\nType: http\nUrl: https://bot.example.com\nHeaders: {Host: x}\n"

    found = await looked(ours, source)

    assert ("http", None) == (found["type"], found["graph"])
    assert [("header_reserved", "x")] == [
        (one["code"], said(source, one)) for one in found["problems"]
    ]


async def test_a_secret_that_is_not_there_is_told_at_its_name(ours: App):
    srn = "srn:vault::flowit:secret:none"
    source = f"Name: There\nType: http\nUrl: https://bot.example.com\nSecret: {srn}\n"

    found = await looked(ours, source)

    assert [("secret_missing", srn)] == [
        (one["code"], said(source, one)) for one in found["problems"]
    ]


async def test_a_text_of_a_bot_has_to_keep_its_name(ours: App):
    [bot] = (await bots.list_(ours, organization="flowit"))["data"]

    found = await looked(ours, SOURCE, bot["Name"])

    assert [("name_fixed", "Tea")] == [
        (one["code"], said(SOURCE, one)) for one in found["problems"]
    ]


async def test_a_bot_that_is_not_there_is_told(ours: App):
    with pytest.raises(NotFound):
        await looked(ours, SOURCE, "Nobody")


@pytest.mark.parametrize(
    "source", ["", "x", "[]", "Type: flow", "Flow: 1\nType: flow", "a: *b", "}"]
)
async def test_what_is_no_bot_is_told(ours: App, source: str):
    found = await looked(ours, source)

    assert found["problems"]
    assert all(1 <= one["line"] <= one["end_line"] for one in found["problems"])
