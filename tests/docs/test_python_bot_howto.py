"""What docs/howto/python-bot.md tells is so: its bot runs, and so does its test."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

import threadline
from tests.cli.conftest import Desk, sample
from threadline import TestConversation, Turn
from threadline.bots.python.answers import MAX_SAID
from threadline.model.elsewhere import MAX_TIMEOUT_SECONDS, TIMEOUT_SECONDS
from threadline.model.turn import MAX_CONTEXT

PAGE = Path("docs/howto/python-bot.md").read_text()
BOT, TEST = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.M)
[YAML] = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.M)


@pytest.fixture
def shop(tmp_path: Path) -> Desk:
    desk = sample(tmp_path)
    desk.write("shop.py", BOT)
    desk.write("test_shop.py", TEST)
    desk.write("flowit.yaml", YAML)
    return desk


def test_the_test_of_the_page_passes(shop: Desk):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_shop.py"],
        cwd=shop.folder,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (0, "1 passed") == (done.returncode, done.stdout.splitlines()[-1][:8])


def test_the_bot_of_the_page_is_applied_and_texted(shop: Desk):
    shop.env["THREADLINE_PYTHON_BOTS"] = "shop:answer"
    applied = shop.program("apply", "flowit.yaml")
    tried = shop.program("bot", "try", "shop", "tea", "bye")

    assert (0, "") == (applied.code, applied.err)
    assert "You said: tea" in tried.out
    assert "Goodbye!" in tried.out


def test_a_bot_that_was_not_allowed_is_refused_with_what_to_do(shop: Desk):
    done = shop.program("apply", "flowit.yaml")

    assert 1 == done.code
    assert "THREADLINE_PYTHON_BOTS=shop:answer" in done.err


def test_the_page_tells_all_that_a_turn_has():
    table = PAGE.partition("## The turn")[2].partition("## The answer")[0]
    told = {
        name
        for row in re.findall(r"^\| (`.*?) \|", table, re.M)
        for name in re.findall(r"`(?:await )?(\w+)", row)
    }
    internal = {"utterance_first", "reply_url", "answer", "passed"}

    assert {one.name for one in fields(Turn)} - internal == told - {"turn"}


def test_the_page_tells_all_that_a_test_can_ask():
    table = PAGE.partition("| of a `TestConversation` |")[2].partition("\n\n")[0]
    public = {name for name in vars(TestConversation) if not name.startswith("_")}

    assert public <= set(re.findall(r"\w+", table))


def test_every_answer_of_the_page_can_be_imported():
    table = PAGE.partition("| answer | |")[2].partition("\n\n")[0]
    names = set(re.findall(r"`([A-Z]\w+)", table)) - {"None"}

    assert names <= set(dir(threadline))


def test_the_numbers_of_the_page_are_the_real_ones():
    assert f"from 1 to {MAX_TIMEOUT_SECONDS} seconds, {TIMEOUT_SECONDS} by default" in PAGE
    assert f"At most {MAX_CONTEXT // 1024} kB" in PAGE
    assert f"At most {MAX_SAID} things" in PAGE
