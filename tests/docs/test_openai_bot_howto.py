"""What docs/howto/openai-bot.md tells is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from threadline.bots.openai import ROUNDS, OpenAIBots, tools
from threadline.bots.openai import document as fields
from threadline.egress import Egress
from threadline.model.document import load
from threadline.model.elsewhere import MAX_TIMEOUT_SECONDS, TIMEOUT_SECONDS

PAGE = Path("docs/howto/openai-bot.md").read_text()
[YAML] = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.M)
DOCUMENT: Any = load(YAML).value
[BOT] = DOCUMENT["Bots"]
[SECRET] = DOCUMENT["Secrets"]


def test_the_document_of_the_page_is_good():
    assert [] == OpenAIBots(Egress().user).check({**BOT, "Organization": "flowit"}, "")
    assert f"srn:vault::flowit:{SECRET['Type']}:{SECRET['Name']}" == BOT["Secret"]


def test_the_prompt_of_the_page_speaks_the_contacts_language():
    prompt = fields.read(BOT).prompt

    assert "Answer in this language: de." in prompt.render({"lang": "de"})
    assert "language" not in prompt.render({})


def test_the_page_tells_every_field():
    own = set(re.findall(r'document\.get\(\s*"(\w+)"', Path(fields.__file__).read_text()))
    of_tools = set(re.findall(r'tool\.get\("(\w+)"', Path(tools.__file__).read_text()))
    told = {
        name
        for row in re.findall(r"^\| (`[A-Z].*?) \|", PAGE, re.M)
        for name in re.findall(r"`(\w+)`", row)
    }

    assert own | of_tools <= told


def test_the_numbers_of_the_page_are_the_real_ones():
    for said in (
        f"from 1 to {MAX_TIMEOUT_SECONDS} seconds. {TIMEOUT_SECONDS} by default",
        f"from 1 to {MAX_TIMEOUT_SECONDS} seconds. {tools.TIMEOUT_SECONDS} by default",
        f"at most {fields.MAX_PROMPT} characters",
        f"from 0 to {fields.MOST_HISTORY}. {fields.HISTORY} by default",
        f"may be. {fields.MAX_TOKENS} by default",
        f"at most {tools.MAX_TOOLS}.",
        f"first {tools.MOST} characters",
        f"tools {ROUNDS} times",
        f"`{fields.URL}` by default",
    ):
        assert said in PAGE
