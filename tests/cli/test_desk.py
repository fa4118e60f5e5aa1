"""What an operator types: to answer in the bot's place, to keep or take away what was said."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.cli.conftest import ADDRESS, Desk
from tests.cli.test_operate import ANN, fill, lines
from tests.operations.texting import Texting


@pytest.fixture
def used(desk: Desk) -> Desk:
    """Ann has texted, and was answered."""
    desk.run("apply", "flowit.yaml")
    fill(desk, _answered)
    return desk


async def _answered(here: Texting) -> None:
    await here.answered("Hello, Ann!")
    await here.sends("sent", provider_id="SM1")


def conversation(desk: Desk, verb: str, *more: str) -> list[str]:
    return lines(desk, "conversation", verb, ADDRESS, "+1 555 010 0001", *more)


def test_a_conversation_is_taken_over_answered_and_handed_back(used: Desk):
    taken = conversation(used, "take-over")
    said = conversation(used, "reply", "A person here.")
    state = conversation(used, "state")
    returned = conversation(used, "hand-back")
    again = used.run("conversation", "hand-back", ADDRESS, ANN)

    assert [f"The bot is not asked about {ANN} until you hand the conversation back."] == taken
    assert [f"It goes to {ANN} (texts: 1, segments: 1)."] == said
    assert f"{ANN} at {ADDRESS} (+15550109999)" == state[0]
    assert "    answers: operator" == state[1]
    assert [f"The next text of {ANN} goes to the bot."] == returned
    assert (1, True) == (again.code, "the bot answers there" in again.err)


def test_a_reply_can_take_over_and_names_its_texts(used: Desk):
    said = conversation(used, "reply", "word " * 400, "--take-over", "--quiet")
    state = conversation(used, "state")

    assert ["1-4", "1-5"] == said
    assert "    answers: operator" == state[1]


def test_a_reply_that_is_refused_says_why(used: Desk):
    refused = used.run("conversation", "reply", ADDRESS, ANN, " ")

    assert (1, True) == (refused.code, "text_missing" in refused.err)


def test_all_of_it_is_exported(used: Desk):
    whole = used.run("conversation", "export", ADDRESS, ANN)
    table = used.run("conversation", "export", ADDRESS, ANN, "--format", "csv")

    assert ["hi", "Hello, Ann!"] == [
        one["element"]["message"] for one in json.loads(whole.out)["timeline"]
    ]
    assert ["hi", "Hello, Ann!"] == [
        row["text"] for row in csv.DictReader(io.StringIO(table.out))
    ]


def test_only_the_latest_is_shown(used: Desk):
    conversation(used, "reply", "A person here.")
    shown = conversation(used, "show", "--last", "2")

    assert ["Hello, Ann!", "A person here."] == [one[20:].split("  ")[0] for one in shown]


def test_a_text_and_all_of_it_are_redacted(used: Desk):
    one = lines(used, "message", "redact", "1-2")
    again = lines(used, "message", "redact", "1-2")
    whole = conversation(used, "redact")
    shown = conversation(used, "show")

    assert ["Of 1-2 nothing is left but that it was said."] == one
    assert ["It was before."] == again
    assert [f"Of what was said with {ANN} nothing is left but that it was said."] == whole
    assert ["redacted by operator"] * 2 == [
        line.partition("  ")[2].strip().split("  ")[1] for line in shown
    ]
