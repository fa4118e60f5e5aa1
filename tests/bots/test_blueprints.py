"""Blueprints: each is a bot without problems, and its dialogue is what it says."""

from __future__ import annotations

import pytest

from tests.bots.flow.conversation import FLOW, NOON, Contact
from tests.bots.flow.test_flow_docs import GSM7
from threadline.bots import blueprints
from threadline.bots.blueprints import Blueprint
from threadline.bots.flow import language
from threadline.model import writing
from threadline.model.clock import HOUR
from threadline.model.document import load

KNOWN = blueprints.known()
FLOWS = [name for name, one in KNOWN.items() if one.bot["Type"] == "flow"]
SEGMENTS_OF_A_TEXT = 153 * 2


def contact_of(name: str, **values: str) -> Contact:
    filled = blueprints.fill(KNOWN[name], "Mine", values)
    flow, problems = language.read(filled["Flow"], "Flow")
    assert flow is not None, "\n".join(map(str, problems))
    return Contact(flow)


def played(contact: Contact, *texts: str) -> list[str]:
    return [line for text in texts for line in contact.texts(text)]


@pytest.mark.parametrize("name", FLOWS)
def test_the_dialogue_of_a_blueprint_is_what_its_bot_says(name: str):
    contact, ran = contact_of(name), []
    for line in KNOWN[name].dialogue.splitlines():
        if line.startswith("> "):
            ran += [line, *contact.texts(line.removeprefix("> "))]

    assert KNOWN[name].dialogue.splitlines() == ran


@pytest.mark.parametrize("name", FLOWS)
def test_a_blueprint_is_a_flow_without_problems_also_once_it_was_written_as_yaml(name: str):
    filled = blueprints.fill(KNOWN[name], "Mine", {})

    assert [] == FLOW.check(filled, "")
    assert filled == load(writing.one(filled)).value
    assert "{{" not in writing.one(filled)


@pytest.mark.parametrize("one", KNOWN.values(), ids=lambda one: one.name)
def test_a_blueprint_says_what_it_is_for_and_uses_all_that_is_filled_in(one: Blueprint):
    filled = writing.one(
        blueprints.fill(
            one, "Mine", {each.name: f"7{n}" for n, each in enumerate(one.parameters)}
        )
    )

    assert one.title
    assert one.description.endswith(".")
    assert one.notes.endswith(".")
    assert [] == [n for n, _ in enumerate(one.parameters) if f"7{n}" not in filled]


@pytest.mark.parametrize("name", FLOWS)
def test_what_a_blueprint_says_are_short_plain_texts(name: str):
    said = [one for one in KNOWN[name].dialogue.splitlines() if not one.startswith((">", "["))]

    assert set() == {letter for one in said for letter in one} - GSM7
    assert SEGMENTS_OF_A_TEXT >= max(map(len, said))


@pytest.mark.parametrize(
    ("score", "goal"),
    [
        ("0", "detractor"),
        ("6", "detractor"),
        (" 7 ", "passive"),
        ("8", "passive"),
        ("10", "promoter"),
    ],
)
def test_a_survey_tells_promoters_from_detractors(score: str, goal: str):
    said = played(contact_of("survey"), "hi", score, "because")

    assert f"[goal nps-{goal}]" in said


@pytest.mark.parametrize("score", ["11", "-1", "7.5", "ten", "1 0"])
def test_a_survey_asks_again_for_what_is_no_score(score: str):
    assert (
        "Please reply with a number from 0 to 10."
        == played(contact_of("survey"), "hi", score)[-1]
    )


@pytest.mark.parametrize(
    ("reply", "goal"), [("1", "confirmed"), ("another time", "moved"), ("CANCEL", "cancelled")]
)
def test_an_appointment_is_confirmed_moved_or_cancelled(reply: str, goal: str):
    said = played(contact_of("appointment-reminder"), "hi", reply, "Friday")

    assert f"[goal appointment-{goal}]" in said


def test_an_appointment_is_the_one_that_the_context_knows():
    filled = blueprints.fill(KNOWN["appointment-reminder"], "Mine", {"company": "Dr Day"})
    flow, _problems = language.read(filled["Flow"], "Flow")
    assert flow is not None
    contact = Contact(flow, {"appointment": "on 2 May at 9:15"})

    assert "Dr Day: you have an appointment on 2 May at 9:15." in contact.texts("hi")[0]


@pytest.mark.parametrize(
    ("hours", "offset", "is_open"),
    [
        (0, "0", True),
        (-4, "0", False),
        (-3, "0", True),
        (4, "0", True),
        (5, "0", False),
        (0, "5", False),
        (0, "-4", False),
        (-4, "1", True),
        (4 * 24, "0", False),
        (5 * 24, "0", False),
        (6 * 24, "0", True),
        (5 * 24 + 11, "10", True),
    ],
)
def test_opening_hours_are_those_of_the_place(hours: int, offset: str, is_open: bool):
    said = contact_of("opening-hours", offset=offset).texts("hi", at=NOON + hours * HOUR)

    assert is_open == ("in a moment" in said[0])
    assert is_open != ("is closed now" in said[0])


def test_what_is_filled_in_is_looked_at():
    found = blueprints.check(KNOWN["faq"], {"company": " ", "colour": "red", "way": "x" * 301})

    assert [
        ("parameter_invalid", "values.company"),
        ("parameter_unknown", "values.colour"),
        ("parameter_invalid", "values.way"),
    ] == [(one.code, one.path) for one in found]
    assert all(one.message and one.mend for one in found)
    assert [] == blueprints.check(KNOWN["faq"], {"company": "Mine"})
