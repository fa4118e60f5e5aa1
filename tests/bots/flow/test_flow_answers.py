"""What an Input takes for an answer, by what people type on phones."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.bots.flow.conversation import NOON, Contact, nodes

from threadline.bots.flow import language
from threadline.bots.flow.answers import ACCEPTS, Heard

AMERICAN, BRITISH, VISITOR = "+12125550100", "+447700900123", "web-visitor"
NOW = "2023-11-14"  # a Tuesday: the day of NOON


def heard(text: str, contact: str = AMERICAN) -> Heard:
    return Heard(text, NOON, contact)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("3", 3),
        (" 3. ", 3),
        ("two", 2),
        ("-1.5", -1.5),
        ("1,5", 1.5),
        ("1,000", 1000),
        ("12,345.5", 12345.5),
        ("007", 7),
        ("three or four", None),
        ("3 cups", None),
        ("1e9", None),
        ("٣", 3),
        ("9" * 16, None),
        ("", None),
    ],
)
def test_a_number_is_meant(typed: str, meant: float | None):
    assert meant == ACCEPTS["number"](heard(typed))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-05-04", "2026-05-04"),
        ("2026-13-04", None),
        ("4 May 2026", "2026-05-04"),
        ("May 4th, 2026", "2026-05-04"),
        ("4.5.2026", "2026-05-04"),
        ("4 may", "2024-05-04"),
        ("14 nov", "2023-11-14"),
        ("13 nov", "2024-11-13"),
        ("29 feb", "2024-02-29"),
        ("29 feb 2023", None),
        ("today", "2023-11-14"),
        ("Tomorrow!", "2023-11-15"),
        ("yesterday", "2023-11-13"),
        ("tuesday", NOW),
        ("Mon", "2023-11-20"),
        ("May", None),
        ("10", None),
        ("12:30", None),
        ("soon", None),
        ("99/99", None),
        ("9" * 50, None),
        ("1" * 500, None),
    ],
)
def test_a_day_is_meant(typed: str, meant: str | None):
    assert meant == ACCEPTS["date"](heard(typed, BRITISH))


def test_who_writes_the_month_first_is_understood_so():
    assert "2024-03-04" == ACCEPTS["date"](heard("3/4", AMERICAN))
    assert "2024-04-03" == ACCEPTS["date"](heard("3/4", BRITISH))
    assert "2024-04-03" == ACCEPTS["date"](heard("3/4", VISITOR))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (" Ann@Example.com. ", "ann@example.com"),
        ("ann+tea@mail.example.co.uk", "ann+tea@mail.example.co.uk"),
        ("ann at example.com", None),
        ("ann@example", None),
        ("ann@bob@example.com", None),
        ("ann@.com", None),
    ],
)
def test_an_e_mail_address_is_meant(typed: str, meant: str | None):
    assert meant == ACCEPTS["email"](heard(typed))


@pytest.mark.parametrize(
    ("typed", "contact", "meant"),
    [
        ("+44 7700 900123", AMERICAN, "+447700900123"),
        ("07700 900123", BRITISH, "+447700900123"),
        ("(212) 555-0100", AMERICAN, "+12125550100"),
        ("555-0100", AMERICAN, None),
        ("212 555 0100", VISITOR, None),
        ("212 555 0100 ext. 7", AMERICAN, None),
        ("no", AMERICAN, None),
        ("1" * 100, AMERICAN, None),
    ],
)
def test_a_phone_number_is_meant(typed: str, contact: str, meant: str | None):
    assert meant == ACCEPTS["phone"](heard(typed, contact))


@given(st.sampled_from(sorted(ACCEPTS)), st.text(max_size=200))
def test_whatever_is_typed_is_an_answer_or_none(name: str, typed: str):
    found = ACCEPTS[name](heard(typed))

    assert found is None or isinstance(found, str | int | float)


def asking(**fields: Any) -> Contact:
    ask = {"type": "Input", "text": "How many?", "store": "n", "next": "said", **fields}
    said = {"type": "Dialogue", "text": "${n}", "next": "end"}
    call = {"type": "Dialogue", "text": "Call us.", "next": "end"}
    contact = Contact(
        nodes(first=ask, said=said, **({"call": call} if "invalid" in ask else {}))
    )
    contact.texts("hi")
    return contact


def test_what_is_not_accepted_is_asked_again_for_ever_unless_it_is_said_how_often():
    contact = asking(accept="number")

    assert [["How many?"]] * 5 == [contact.texts("many") for _ in range(5)]
    assert ["4", "[end]"] == contact.texts("4")


def test_each_time_has_a_text_of_its_own_and_the_last_one_stays():
    contact = asking(
        accept="number", retry=["A number?", "In digits, ${msg.payload.user.message}?"]
    )

    assert ["A number?"] == contact.texts("some")
    assert ["In digits, few?"] == contact.texts("few")
    assert ["In digits, lots?"] == contact.texts("lots")


def test_after_so_many_retries_the_flow_goes_on_elsewhere():
    contact = asking(accept="number", retries=1, invalid="call")

    assert ["How many?"] == contact.texts("some")
    assert {"at": "first", "refused": 1} == contact.state
    assert ["Call us.", "[end]"] == contact.texts("few")


def test_without_retries_the_first_answer_that_is_not_accepted_goes_on_elsewhere():
    assert ["Call us.", "[end]"] == asking(accept="number", invalid="call").texts("some")


def test_who_comes_back_to_a_question_has_all_retries_again():
    loop = asking(accept="number", retries=1, invalid="call")
    loop.texts("some")
    loop.state = {"at": "first"}

    assert ["How many?"] == loop.texts("few")


def test_a_picture_is_no_number():
    assert ["How many?"] == asking(accept="number").texts("", "https://example.com/1.png")


def test_all_of_an_answer_has_to_fit_the_pattern():
    contact = asking(pattern="[a-z]{2}[0-9]{4}")

    assert ["How many?"] == contact.texts("it is AB1234")
    assert ["AB1234", "[end]"] == contact.texts(" AB1234 ")


@pytest.mark.parametrize("typed", ["Large pot", "large pot!", "2", "two", "larg pot"])
def test_one_of_the_choices_is_meant(typed: str):
    contact = asking(choices=["Small cup", "Large pot"])

    assert ["How many?"] == contact.texts("medium")
    assert ["Large pot", "[end]"] == contact.texts(typed)


@pytest.mark.parametrize(
    ("fields", "code", "path"),
    [
        ({"accept": "nubmer"}, "accept_invalid", "accept"),
        ({"accept": "number", "pattern": "a"}, "accept_invalid", "pattern"),
        ({"pattern": "a", "choices": ["a"]}, "accept_invalid", "choices"),
        ({"accept": "date", "min": 1}, "accept_invalid", "min"),
        ({"accept": "number", "min": 3, "max": 2}, "accept_invalid", "max"),
        ({"accept": "number", "min": "three"}, "field_invalid", "min"),
        ({"accept": "number", "retries": -1, "invalid": "end"}, "field_invalid", "retries"),
        ({"accept": "number", "retries": 99, "invalid": "end"}, "field_invalid", "retries"),
        ({"accept": "number", "retries": 2}, "wire_missing", "retries"),
        ({"retry": "What?"}, "accept_missing", "retry"),
        ({"invalid": "end"}, "accept_missing", "invalid"),
        ({"pattern": "(a+)+b"}, "pattern_invalid", "pattern"),
        ({"choices": "a"}, "field_invalid", "choices"),
        ({"choices": []}, "field_invalid", "choices"),
        ({"choices": [str(n) for n in range(101)]}, "field_invalid", "choices"),
    ],
)
def test_what_cannot_be_accepted_is_told(fields: dict[str, Any], code: str, path: str):
    document = {
        "start": {"type": "Start", "next": "ask"},
        "ask": {"type": "Input", "next": "end", **fields},
        "end": {"type": "End"},
    }

    _, [problem] = language.read({"nodes": document}, "Flow")

    assert (code, f"Flow.nodes.ask.{path}") == (problem.code, problem.path)
    assert problem.mend
