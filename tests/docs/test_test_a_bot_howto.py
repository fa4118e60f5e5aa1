"""The page on testing bots: its files are run, and say what it says."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli.conftest import Desk

PAGE = Path("docs/howto/test-a-bot.md").read_text("utf-8")
BOT, CONVERSATIONS = re.findall(r"```yaml\n(.+?)```", PAGE, re.DOTALL)
SAID = re.findall(r"```text\n(.+?)```", PAGE, re.DOTALL)[0]


def test_the_conversations_of_the_page_pass(tmp_path: Path):
    desk = Desk(tmp_path)
    desk.write("tea.yaml", BOT)
    desk.write("conversations/tea.yaml", CONVERSATIONS)

    done = desk.run("bot", "test", "tea.yaml", "conversations")

    assert (0, "", SAID) == (done.code, done.err, done.out)
