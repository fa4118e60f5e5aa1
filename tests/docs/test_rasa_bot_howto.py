"""What docs/howto/rasa-bot.md tells is so."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.bots.contract import TURN
from threadline.bots.rasa import RasaBots, wire
from threadline.egress import Egress
from threadline.model.document import load
from threadline.model.elsewhere import MAX_TIMEOUT_SECONDS, TIMEOUT_SECONDS
from threadline.model.timeline import KINDS
from threadline.model.turn import ToPerson

PAGE = Path("docs/howto/rasa-bot.md").read_text()
DOCUMENT, DOMAIN = (
    load(text).value for text in re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.M)
)
[ASKED] = re.findall(r"^```json\n(.*?)^```$", PAGE, re.DOTALL | re.M)


def test_the_document_of_the_page_is_good():
    [secret], [bot] = DOCUMENT["Secrets"], DOCUMENT["Bots"]
    named = f"srn:vault::{DOCUMENT['Organization']}:{secret['Type']}:{secret['Name']}"

    assert [] == RasaBots(Egress().user).check({**bot, "Organization": "flowit"}, "")
    assert named == bot["Secret"]


def test_the_message_of_the_page_is_one():
    turn = replace(
        TURN,
        id="1893587400000000-7-3",
        bot="helper",
        session="7-2",
        context={"lang": "en"},
    )

    assert json.loads(ASKED) == json.loads(wire.message(turn, metadata=True) or b"")


def test_the_orders_of_the_page_are_followed():
    goodbye, person = (answer(DOMAIN["responses"][name]) for name in DOMAIN["responses"])

    assert goodbye.ended
    assert ToPerson("a complaint about an order") == person.then


def answer(responses: list[dict[str, Any]]) -> Any:
    return wire.read(json.dumps(responses).encode(), TURN)


def test_the_numbers_of_the_page_are_the_real_ones():
    times = f"from 1 to {MAX_TIMEOUT_SECONDS} seconds. {TIMEOUT_SECONDS} by default"

    assert times in PAGE


def test_every_element_of_the_page_is_one():
    assert set(re.findall(r"\[(\w+)\]\(\.\./reference/elements\.md", PAGE)) < set(KINDS)


def test_every_link_of_the_page_leads_to_a_heading():
    headings = re.findall(r"^## (.*)$", PAGE, re.M)
    anchors = {re.sub(r"[^a-z -]", "", one.lower()).replace(" ", "-") for one in headings}

    assert set(re.findall(r"\]\(#([^)]*)\)", PAGE)) < anchors
