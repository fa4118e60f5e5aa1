"""What docs/howto/microsoft-bot.md tells is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from threadline.bots.agents import AgentBots
from threadline.bots.agents.tokens import login
from threadline.bots.directline import DirectLineBots
from threadline.bots.directline.document import MAX_SETTLE_SECONDS, SETTLE_SECONDS, URL
from threadline.egress import Egress
from threadline.model.document import load
from threadline.model.elsewhere import MAX_TIMEOUT_SECONDS, TIMEOUT_SECONDS
from threadline.model.timeline import KINDS
from threadline.ports import BotType

PAGE = Path("docs/howto/microsoft-bot.md").read_text()
DOCUMENTS: list[Any] = [
    load(text).value for text in re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.M)
]


def types() -> dict[str, BotType]:
    client = Egress().user
    return {"directline": DirectLineBots(client), "agents": AgentBots(client, lambda: 0)}


def test_the_page_has_a_document_of_each_type():
    assert list(types()) == [one["Bots"][0]["Type"] for one in DOCUMENTS]


@pytest.mark.parametrize("document", DOCUMENTS, ids=("directline", "agents"))
def test_the_documents_of_the_page_are_good(document: Any):
    [secret], [bot] = document["Secrets"], document["Bots"]
    named = f"srn:vault::{document['Organization']}:{secret['Type']}:{secret['Name']}"

    assert [] == types()[bot["Type"]].check({**bot, "Organization": "flowit"}, "")
    assert named == bot["Secret"]


def test_the_secret_of_the_page_has_what_a_token_needs():
    fields = DOCUMENTS[1]["Secrets"][0]["Value"]
    found = login(dict.fromkeys(fields, "x"), None, None)

    assert "https://login.microsoftonline.com/x/oauth2/v2.0/token" == found.url
    assert "x/.default" == found.scope


def test_the_numbers_of_the_page_are_the_real_ones():
    times = f"from 1 to {MAX_TIMEOUT_SECONDS} seconds. {TIMEOUT_SECONDS} by default"

    assert 2 == PAGE.count(times)
    assert f"from 0 to {MAX_SETTLE_SECONDS} seconds. {SETTLE_SECONDS} by default" in PAGE
    assert f"`{URL}` by default" in PAGE


def test_every_element_of_the_page_is_one():
    assert set(re.findall(r"\[(\w+)\]\(\.\./reference/elements\.md", PAGE)) < set(KINDS)


def test_every_link_of_the_page_leads_to_a_heading():
    headings = re.findall(r"^## (.*)$", PAGE, re.M)
    anchors = {re.sub(r"[^a-z -]", "", one.lower()).replace(" ", "-") for one in headings}

    assert anchors == set(re.findall(r"\]\(#([^)]*)\)", PAGE))
