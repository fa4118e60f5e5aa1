"""Flows from a designer, and back, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Desk

CLASSIC = Path(__file__).parents[1] / "bots/flow/classic"


def test_a_classic_flow_becomes_a_bot_and_an_export_the_same_one(desk: Desk):
    desk.run("apply", "flowit.yaml")
    made = desk.run("bot", "import", str(CLASSIC / "tabs.json"), "--name", "Tea")
    before = json.loads(desk.run("bot", "describe", "Tea").out)
    exported = desk.run("bot", "export", "Tea")
    desk.write("again.json", exported.out)
    again = desk.run("bot", "import", "again.json", "--replace")

    assert (0, "") == (made.code, again.err)
    assert made.out.startswith("Tea  flow  RUNNING  13 nodes")
    assert "debug [dbg]: It only shows something in the designer" in made.err
    assert before["Flow"] == json.loads(desk.run("bot", "describe", "Tea").out)["Flow"]


def test_a_flow_that_cannot_be_run_is_told_and_nothing_is_made(desk: Desk):
    desk.run("apply", "flowit.yaml")
    weather = {"id": "x", "type": "http in", "name": "weather", "wires": []}
    start = {"id": "s", "type": "start", "wires": [["x"]]}
    desk.write("flow.json", json.dumps([start, weather]))
    done = desk.run("bot", "import", "flow.json", "--name", "Weather")

    assert 1 == done.code
    where = "classic_unsupported: flow.json: nodes[x]: weather (http in): There is no node"
    assert where in done.err
    assert 1 == desk.run("bot", "describe", "Weather").code


def test_a_classic_flow_can_be_read_as_yaml_first(desk: Desk):
    desk.run("apply", "flowit.yaml")
    done = desk.run("bot", "import", str(CLASSIC / "linear.json"), "--out", "tea.yaml")

    assert 0 == done.code
    assert 0 == desk.run("bot", "check", "tea.yaml").code


def test_only_a_flow_is_exported(desk: Desk):
    desk.run("apply", "flowit.yaml")
    desk.write("bot.yaml", "Name: Far\nType: http\nUrl: https://bot.example.com/\n")
    desk.run("bot", "create", "bot.yaml")

    done = desk.run("bot", "export", "Far")

    assert done.err.startswith("flow_missing: Far: Far is of type http, which is not drawn.")
