"""threadline bot try, versions, diff, rollback, draft, and threadline blueprint."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Desk
from tests.operations.test_bot_versions import MINE, WRONG


@pytest.fixture
def flow(desk: Desk) -> Desk:
    assert 0 == desk.run("apply", "flowit.yaml").code
    return desk


def test_a_draft_goes_from_a_file_to_the_bot_and_back_again(flow: Desk):
    flow.write("draft.yaml", WRONG)
    wrong = flow.run("bot", "draft", "save", "MySmsBot", "draft.yaml")
    refused = flow.run("bot", "draft", "publish", "MySmsBot")
    flow.write("draft.yaml", MINE)
    saved = flow.run("bot", "draft", "save", "MySmsBot", "draft.yaml")
    shown = flow.run("bot", "draft", "show", "MySmsBot")
    done = flow.run("bot", "draft", "publish", "MySmsBot", "--note", "mine")
    changed = flow.run("bot", "diff", "MySmsBot", "2")
    back = flow.run("bot", "rollback", "MySmsBot", "1", "--note", "not mine")
    listed = flow.run("bot", "versions", "MySmsBot").out.splitlines()

    assert (0, "The draft of MySmsBot is saved.\n") == (wrong.code, wrong.out)
    assert wrong.err.startswith("wire_unknown_node: Flow.nodes.start.next (line 4): ")
    assert (1, "") == (refused.code, refused.out)
    assert refused.err.startswith("wire_unknown_node: Flow.nodes.start.next (line 4): ")
    assert (0, "", MINE) == (saved.code, saved.err, shown.out)
    assert "MySmsBot is version 2.\n" == done.out
    assert "+# This is mine." in changed.out.splitlines()
    assert "MySmsBot is version 3, which says what version 1 said.\n" == back.out
    assert ["not mine  (current)", "mine"] == [
        one.split("  operator  ")[1] for one in listed[:2]
    ]


def test_a_bot_is_tried_as_it_is_and_as_a_file_would_make_it(flow: Desk):
    flow.write("other.yaml", MINE.replace("Hello!", "Hi!"))
    as_it_is = flow.run("bot", "try", "MySmsBot", "hi")
    other = flow.run("bot", "try", "MySmsBot", "hi", "--file", "other.yaml")

    assert "> hi\nHello!\n    end\n" == as_it_is.out
    assert "> hi\nHi!\n    end\n" == other.out, other.err


def test_a_draft_can_be_thrown_away(flow: Desk):
    flow.write("draft.yaml", WRONG)
    flow.run("bot", "draft", "save", "MySmsBot", "draft.yaml")
    gone = flow.run("bot", "draft", "discard", "MySmsBot")
    again = flow.run("bot", "draft", "discard", "MySmsBot")

    assert ("The draft of MySmsBot is gone.\n", 1) == (gone.out, again.code)


def test_a_bot_is_made_of_a_blueprint_and_talks(flow: Desk):
    listed = flow.run("blueprint", "list", "--quiet")
    told = flow.run("blueprint", "describe", "faq")
    made = flow.run(
        *("bot", "create", "--blueprint", "faq", "--name", "Questions"),
        *("--set", "company=Blue Door", "--set", "hours=never"),
    )
    tried = flow.run("bot", "try", "Questions", "hi", "when are you open")

    assert "faq" in listed.out.split()
    assert "> hello\nLeaf & Cup: ask about HOURS" in told.out
    assert "Questions  flow  RUNNING  version 1\n" == made.out
    assert "Blue Door: ask about HOURS" in tried.out
    assert "We are open never." in tried.out.splitlines()


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["tea.yaml", "--blueprint", "faq", "--name", "X"],
        ["--blueprint", "faq"],
        ["--blueprint", "faq", "--name", "X", "--set", "company"],
    ],
    ids=str,
)
def test_a_bot_is_made_of_one_thing(flow: Desk, words: list[str]):
    done = flow.run("bot", "create", *words)

    assert (2, "") == (done.code, done.out)
