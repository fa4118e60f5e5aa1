"""Organizations, bots and endpoints one at a time, and all of them taken elsewhere."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cli.conftest import ADDRESS, FLOWIT, NUMBER, SID, Desk
from threadline.cli.changing import merge_patch
from threadline.errors import Invalid
from threadline.model import writing
from threadline.model.document import load, load_all

ORG = ("--org", "flowit")
NEW = "Name: New\nType: flow\nFlowFile: flows/tea.yaml\n"
PAGE = "Address: page\nName: Page\nStatus: online\nEngagementType: Web\n"
NASTY = """\
  Title: "1e5"
Bots:
  - Name: MySmsBot
    Type: flow
    Note: ["007", 1e5, null, "null", "~", " a\\nb ", "no", 0.5, "\\u2028", "2026-01-31"]
    Flow:
      nodes:
        start: {type: Start, next: hello}
        hello:
          type: Dialogue
          text: |-
            Two lines: one,
              and — another.
          next: end
        end: {type: End}
"""


def test_what_is_exported_makes_the_same_somewhere_else(desk: Desk):
    desk.run("apply", "flowit.yaml")
    more = (
        f"Organization: acme\n{NASTY[2:]}Secrets:\n  - {{Name: a.b, Type: secret, Value: x}}\n"
    )
    desk.write("acme.yaml", more)
    done = desk.run("apply", "acme.yaml")
    first = desk.run("export")
    desk.write("all.yaml", first.out)
    missing = desk.run("apply", "all.yaml", "--data", "second")
    desk.env |= {
        "ACME_A_B": "x",
        "FLOWIT_TWILIOKEYS": json.dumps(
            {"accountSid": SID, "authToken": "other", "phoneNumber": NUMBER}
        ),
    }
    applied = desk.run("apply", "all.yaml", "--data", "second")
    second = desk.run("export", "--data", "second")
    one = desk.run("export", "--quiet", *ORG)

    assert (0, "") == (done.code, done.err)
    assert ("variable_missing: all.yaml: Secrets[0].Value", 1) == (
        missing.err[: len("variable_missing: all.yaml: Secrets[0].Value")],
        missing.code,
    )
    assert (0, 0, 0) == (first.code, applied.code, second.code)
    assert first.out == second.out
    assert "set ACME_A_B to the secret a.b (one text)" in first.err
    assert "set FLOWIT_TWILIOKEYS to the secret twiliokeys (as JSON)" in first.err
    [exported] = load_all(one.out)
    assert ("flowit", "") == (exported.value["Organization"], one.err)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(
    ["1e5", "007", "yes", "Null", "-0", "+15550100001", "a\n b\n", "\n a\n", " \n", "=", "<<"]
)
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.floats(-1e200, 1e200)
    | TEXTS
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=150, derandomize=True, database=None)
@given(st.lists(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=2), min_size=1, max_size=2))
def test_whatever_is_written_is_read_as_the_same(documents: list[Any]):
    assert documents == [one.value for one in load_all(writing.every(documents))]
    assert documents == [load(writing.one(one)).value for one in documents]


def test_organizations_are_made_and_renamed(desk: Desk):
    runs = [
        desk.run("org", "list"),
        desk.run("org", "create", "flowit", "--title", "Flow IT"),
        desk.run("org", "create", "flowit"),
        desk.run("org", "rename", "flowit", "--title", "Flow IT Ltd"),
        desk.run("org", "describe", "flowit", "--json"),
        desk.run("org", "describe", "flowti"),
        desk.run("org", "list", "--quiet"),
    ]

    assert [0, 0, 1, 0, 0, 1, 0] == [one.code for one in runs]
    assert "`threadline org create NAME`" in runs[0].out
    assert runs[2].err.startswith("organization_exists: name: ")
    renamed = {"name": "flowit", "title": "Flow IT Ltd", "retention_days": None}
    assert renamed == json.loads(runs[4].out)
    assert "Did you mean `flowit`?" in runs[5].err
    assert "flowit\n" == runs[6].out


def test_a_bot_is_made_of_a_file_paused_and_deleted(desk: Desk):
    desk.run("apply", "flowit.yaml")
    desk.write("new.yaml", NEW)
    runs = [
        desk.run("bot", "create", "new.yaml"),
        desk.run("bot", "create", "new.yaml"),
        desk.run("bot", "pause", "New"),
        desk.run("bot", "run", "New"),
        desk.run("bot", "describe", "New"),
        desk.run("bot", "list", *ORG),
        desk.run("bot", "delete", "New"),
        desk.run("bot", "delete", "MySmsBot"),
        desk.run("bot", "stop", "New"),
    ]
    shown = json.loads(runs[4].out)

    assert [0, 1, 0, 0, 0, 0, 0, 1, 1] == [one.code for one in runs]
    assert runs[1].err.startswith("bot_exists: new.yaml: Name (line 1): ")
    assert "New  flow  PAUSED  version 1\n" == runs[2].out
    assert ("RUNNING", 1, "Hello!") == (
        shown["State"],
        shown["Version"],
        shown["Flow"]["nodes"]["hello"]["text"],
    )
    assert 2 == len(runs[5].out.splitlines())
    assert runs[7].err.startswith(f"bot_in_use: Name: Used by endpoint MySms ({ADDRESS})")


def test_what_is_wrong_in_one_document_is_told_by_file_and_line(desk: Desk):
    desk.run("apply", "flowit.yaml")
    desk.write("new.yaml", NEW + "State: ON\n")
    desk.write("flows/tea.yaml", "nodes:\n  start: {type: Start, next: nowhere}\n")
    desk.write("page.yaml", PAGE.replace("online", "on"))
    bot = desk.run("bot", "create", "new.yaml")
    endpoint = desk.run("endpoint", "create", "page.yaml")
    list_ = desk.run("bot", "replace", "-", stdin="- a\n")
    nameless = desk.run("bot", "replace", "-", stdin="Type: flow\n")

    assert [
        "state_invalid: new.yaml: State (line 4)",
        "wire_unknown_node: flows/tea.yaml: nodes.start.next (line 2)",
    ] == [line[: line.index(")") + 1] for line in bot.err.splitlines()]
    assert "status_invalid: page.yaml: Status (line 3): " in endpoint.err
    assert "target_missing: page.yaml: TargetBotReference" in endpoint.err
    assert list_.err.startswith("document_invalid: standard input: It has no fields.")
    assert nameless.err.startswith("field_missing: standard input: Name (line 1): ")
    assert {1} == {one.code for one in (bot, endpoint, list_, nameless)}


def test_an_endpoint_is_made_changed_and_deleted(desk: Desk):
    desk.run("apply", "flowit.yaml")
    desk.write("page.yaml", f"{PAGE}TargetBotReference: MySmsBot\n")
    made = desk.run(
        "endpoint", "create", "page.yaml", "--public-url", "https://sms.example.com"
    )
    replaced = desk.run("endpoint", "replace", "page.yaml")
    changed = desk.run(
        "endpoint", "set", "page", "Status=offline", "Style.a=1", "Useragent=2 words"
    )
    wrong = desk.run("endpoint", "set", "page", "Status")
    shown = desk.run("endpoint", "describe", "page")
    names = desk.run("endpoint", "list", "--quiet")
    gone = desk.run("endpoint", "delete", "page")
    nothing = desk.run("endpoint", "delete", "page")

    assert "page  Web  online  Page" == made.out.splitlines()[0]
    assert "    https://sms.example.com/v1/engage/page/fallback" in made.out.splitlines()
    assert "page  Web  offline  Page\n" == changed.out
    found = json.loads(shown.out)
    assert ({"a": 1}, "2 words") == (found["Style"], found["Useragent"])
    assert "Messaging endpoint of page:" in shown.err
    assert ["flowit-MySmsBot", ADDRESS, "page"] == names.out.split()
    assert "page is deleted.\n" == gone.out
    assert [0, 0, 0, 1, 0, 1] == [
        one.code for one in (replaced, changed, shown, wrong, gone, nothing)
    ]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (["Status=offline"], {"Status": "offline"}),
        (["A.B=1", "A.C=x=y"], {"A": {"B": 1, "C": "x=y"}}),
        (["A=null", "B=", "C=007"], {"A": None, "B": "", "C": "007"}),
        (['A={"B": [true]}', 'C="10"'], {"A": {"B": [True]}, "C": "10"}),
    ],
    ids=str,
)
def test_fields_are_said_as_json_or_as_a_text(said: list[str], expected: dict[str, Any]):
    assert expected == merge_patch(said)


@pytest.mark.parametrize("said", [["Status"], ["=x"], ["A..B=1"], ["A=1", "A.B=2"]], ids=str)
def test_what_says_no_field_is_refused(said: list[str]):
    with pytest.raises(Invalid, match="field_invalid"):
        merge_patch(said)


def test_a_file_that_is_applied_through_a_server_says_the_same(desk: Desk):
    with desk.serving():
        first = desk.run("apply", "flowit.yaml", "--json")
        again = desk.run("apply", "flowit.yaml", "--quiet")
        desk.write("flowit.yaml", FLOWIT.replace("Status: online", "Status: on"))
        wrong = desk.run("apply", "flowit.yaml")

    assert ["create"] * 5 == [one["action"] for one in json.loads(first.out)["changes"]]
    assert (0, "") == (again.code, again.out)
    assert "status_invalid: flowit.yaml: Endpoints[0].Status (line 16): " in wrong.err
