"""A bot's file checked before it is a bot."""

from __future__ import annotations

import json

from tests.cli.conftest import TEA, Desk

BOT = "Name: Tea\nType: flow\nFlow:\n" + "".join(f"  {line}\n" for line in TEA.splitlines())


def test_a_file_without_a_mistake_is_right_and_can_be_seen_as_a_graph(desk: Desk):
    desk.run("apply", "flowit.yaml")
    desk.write("bot.yaml", BOT)

    done = desk.run("bot", "check", "bot.yaml", "--graph")

    assert (0, "") == (done.code, done.err)
    assert [
        "bot.yaml is right.",
        "start  Start",
        "    then → hello",
        "hello  Dialogue  Hello!",
        "    then → end",
        "end  End",
    ] == done.out.splitlines()


def test_what_is_wrong_is_told_by_line_and_what_can_be_drawn_is_drawn(desk: Desk):
    desk.run("apply", "flowit.yaml")
    desk.write("bot.yaml", BOT.replace("next: end", "next: ende"))

    done = desk.run("bot", "check", "bot.yaml", "--graph")
    as_json = desk.run("bot", "check", "bot.yaml", "--json")

    where = "wire_unknown_node: bot.yaml: Flow.nodes.hello.next (line 6): "
    assert (1, where) == (done.code, done.err[: len(where)])
    assert "end  End  (no wire leads here)" in done.out.splitlines()
    assert [6] == [one["line"] for one in json.loads(as_json.out)["problems"]]


def test_a_flow_in_a_file_of_its_own_is_checked_too(desk: Desk):
    desk.run("apply", "flowit.yaml")
    desk.write("flows/new.yaml", TEA.replace("type: End", "type: Ent"))

    done = desk.run("bot", "check", "flows/new.yaml")
    right = desk.run("bot", "check", "flows/tea.yaml")

    assert "node_unknown_type: flows/new.yaml: nodes.end.type (line 4)" in done.err
    assert (1, 0) == (done.code, right.code)
