"""Written conversations against a bot, on the command line."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from tests.bots.server import Asked, serving
from tests.cli.conftest import Desk

BOT = """
Name: tea
Type: flow
Flow:
  nodes:
    start: {type: Start, next: ask}
    ask: {type: Prompt, text: "Tea or coffee?", options: {Tea: more, Coffee: end}}
    more: {type: Push Bot To Stack, bot: sizes, next: bye}
    bye: {type: Dialogue, text: "One ${size} tea.", next: end}
    end: {type: End}
---
Name: sizes
Type: flow
Flow:
  nodes:
    start: {type: Start, next: size}
    size: {type: Input, text: "What size?", store: size, next: done}
    done: {type: Bot Mission Done}
"""
RIGHT = """
> hi
Tea or coffee?
> tea
What size?
> large
One large tea.
[end]
"""
WRONG = RIGHT.replace("One large", "Two small")


@pytest.fixture
def here(desk: Desk) -> Desk:
    desk.write("tea.yaml", BOT)
    return desk


def test_conversations_that_go_as_they_are_written_pass(here: Desk):
    here.write("right.txt", RIGHT)

    done = here.run("bot", "test", "tea.yaml", "right.txt")

    assert (0, "") == (done.code, done.err)
    assert ["ok      right.txt  (right.txt)", "1 passed, 0 failed."] == done.out.splitlines()


def test_one_that_goes_otherwise_fails_and_shows_where(here: Desk):
    here.write("all/right.txt", RIGHT)
    here.write("all/wrong.txt", WRONG)

    done = here.run("bot", "test", "tea.yaml", "all", "--junit", "results.xml")

    assert 1 == done.code
    assert [
        "ok      all/right.txt  (all/right.txt)",
        "FAILED  all/wrong.txt  (all/wrong.txt)",
        "        > hi",
        "        Tea or coffee?",
        "        > tea",
        "        What size?",
        "        > large",
        "      - Two small tea.",
        "      + One large tea.",
        "        [end]",
        "1 passed, 1 failed.",
    ] == done.out.splitlines()
    suite = ElementTree.parse(here.folder / "results.xml").getroot()
    assert ("2", "1") == (suite.get("tests"), suite.get("failures"))
    [failure] = suite.iter("failure")
    assert "+ One large tea." in str(failure.text)


@pytest.mark.parametrize(
    ("dialogue", "passes"),
    [
        ("> hi\nTea or *?\n", True),
        ("> hi\n*\n", True),
        ("> hi\n...\n", True),
        ("> hi\n", False),
        ("> hi\nTea or coffee?\nmore\n", False),
        ("> hi\n[suggestionPrompt 1. Tea / 2. Coffee]\n", False),
        ("> hi\n...\n[suggestionPrompt 1. Tea / 2. Coffee]\n", True),
        ("> hi\nTea or coffee?\n> cofee\n[end]\n", True),
        ("> hi\nTea or coffee?\n(20 minutes)\n> tea\nTea or coffee?\n", True),
    ],
)
def test_what_fits(here: Desk, dialogue: str, passes: bool):
    here.write("one.txt", dialogue)

    assert (0 if passes else 1) == here.run("bot", "test", "tea.yaml", "one.txt").code


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("Hello!\n", "dialogue_invalid: one.yaml: Dialogue (line 1): Nobody says anything."),
        (
            "Dialogue: |\n  Hello\n  > hi\n",
            "dialogue_invalid: one.yaml: Dialogue (line 1): Line 1",
        ),
        ("Dialogue: |\n  > hi\nSay: x\n", "field_unknown: one.yaml: Say (line 3): `Say` is no"),
        ("At: soon\nDialogue: |\n  > hi\n", "time_invalid: one.yaml: At (line 1)"),
        ("Dialogue: |\n  > hi\n  (99 days)\n", "dialogue_invalid: one.yaml: Dialogue"),
        ("Context: x\nDialogue: |\n  > hi\n", "field_invalid: one.yaml: Context (line 1)"),
    ],
)
def test_a_script_that_cannot_be_read_is_told_by_its_line(here: Desk, script: str, told: str):
    here.write("one.yaml", script)

    done = here.run("bot", "test", "tea.yaml", "one.yaml")

    assert (1, "") == (done.code, done.out)
    assert done.err.startswith(told)


def test_a_bot_that_is_wrong_is_told_before_it_is_tested(here: Desk):
    here.write("tea.yaml", BOT.replace("next: bye", "next: by"))
    here.write("right.txt", RIGHT)

    done = here.run("bot", "test", "tea.yaml", "right.txt")

    assert done.err.startswith("wire_unknown_node: tea.yaml: Flow.nodes.more.next (line 8)")


def test_a_bot_elsewhere_is_asked_where_it_is(here: Desk):
    from starlette.responses import JSONResponse

    signed = []

    def answer(asked: Asked) -> JSONResponse:
        signed.append("threadline-signature" in asked.headers)
        return JSONResponse([f"You said {asked.turn['text']}."])

    secret = "srn:vault::test:secret:key"
    here.write("far.yaml", f"Name: far\nType: http\nUrl: {serving(answer)}\nSecret: {secret}\n")
    here.write("one.txt", "> hi\nYou said hi.\n")
    here.env["BOT_KEY"] = "k"

    done = here.run("bot", "test", "far.yaml", "one.txt", "--secret", f"{secret}=BOT_KEY")
    without = here.run("bot", "test", "far.yaml", "one.txt", "--json")

    assert (0, [True]) == (done.code, signed)
    [told] = json.loads(without.out)
    assert "A test has no vault" in told["exchanges"][0]["error"]
