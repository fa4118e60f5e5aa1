"""Files to begin a bot with."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Desk
from threadline.bots import blueprints


@pytest.mark.parametrize("name", blueprints.NAMES)
def test_the_bot_that_is_written_talks_as_the_conversation_that_is_written(
    desk: Desk, name: str
):
    made = desk.run("bot", "new", "mine", "--from", name)
    checked = desk.run("bot", "test", "mine.yaml", "conversations")

    assert (0, "") == (made.code, made.err)
    assert "mine.yaml and conversations/mine.yaml are there." in made.out
    if blueprints.known()[name].bot["Type"] == "flow":
        assert "1 passed, 0 failed." in checked.out


def test_what_is_filled_in_stands_in_both_files(desk: Desk):
    desk.run("bot", "new", "mine", "--from", "faq", "--set", "company=Tea & Co")

    assert "Tea & Co: ask about" in (desk.folder / "mine.yaml").read_text()
    assert "Tea & Co: ask about" in (desk.folder / "conversations/mine.yaml").read_text()


def test_nothing_is_written_over(desk: Desk):
    desk.write("conversations/mine.yaml", "precious")
    done = desk.run("bot", "new", "mine", "--from", "faq")

    assert 1 == done.code
    assert done.err.startswith("file_exists: conversations/mine.yaml")
    assert "precious" == (desk.folder / "conversations/mine.yaml").read_text()
    assert not (desk.folder / "mine.yaml").exists()


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("mine", "--from", "gone"), "not_found"),
        (("../mine", "--from", "faq"), "name_invalid"),
        (("mine", "--from", "faq", "--set", "colour=red"), "parameter_unknown"),
    ],
)
def test_what_cannot_be_made_leaves_nothing_behind(desk: Desk, args: list[str], code: str):
    before = set(desk.folder.rglob("*"))
    done = desk.run("bot", "new", *args)

    assert 1 == done.code
    assert done.err.startswith(f"{code}: ")
    assert before == set(desk.folder.rglob("*"))
