"""Twilio's error codes: what the table says, and that its page says the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from threadline.channels.twilio import codes
from threadline.channels.twilio.codes import CODES, Code
from threadline.errors import Then

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "twilio-codes.md"
ROW = re.compile(r"^\| ([0-9]+) \| ([a-z]+) \| (.+) \|$", re.MULTILINE)


def test_the_page_in_the_docs_says_what_the_table_says():
    rows = ROW.findall(PAGE.read_text("utf-8"))

    expected = [(str(code), one.then, one.sentence) for code, one in sorted(CODES.items())]
    assert expected == rows


def test_the_page_explains_everything_that_can_follow():
    page = PAGE.read_text("utf-8")

    assert [] == [then for then in get_args(Then) if f"**{then}**" not in page]


def test_each_code_is_there_once():
    tables = (codes._RETRY, codes._STOP, codes._UNKNOWN, codes._CONFIG, codes._FAIL)
    listed = [code for table in tables for numbers in table.values() for code in numbers]

    assert sorted(set(listed)) == sorted(listed)


@pytest.mark.parametrize(
    ("code", "then"),
    [
        (20429, "retry"),
        (21611, "retry"),
        (21610, "stop"),
        (63014, "stop"),
        (20500, "unknown"),
        (20503, "unknown"),
        (20003, "config"),
        (20404, "config"),
        (21606, "config"),
        (30034, "config"),
        (35126, "config"),
        (21211, "fail"),
        (21617, "fail"),
        (30005, "fail"),
        (30007, "fail"),
    ],
)
def test_what_follows_a_code(code: int, then: Then):
    assert then == codes.means(code).then


@pytest.mark.parametrize("code", [21211, 21408, 21608, 21612, 21614])
def test_a_code_about_one_contact_does_not_silence_the_number(code: int):
    assert "fail" == codes.means(code).then


def test_every_sentence_is_one_that_an_operator_can_read():
    sentences = {one.sentence for one in CODES.values()}

    assert [] == [one for one in sentences if not re.fullmatch(r"[A-Z].+\.", one)]


def test_blocked_on_a_toll_free_number_means_stop():
    assert "stop" == codes.means("30004", ours="+18885550100").then
    assert "fail" == codes.means("30004", ours="+14155550100").then


def test_an_unknown_code_fails_and_says_where_to_look():
    url = "https://www.twilio.com/docs/api/errors/29999"

    assert Code("fail", f"Twilio did not send the text: see {url}.") == codes.means("29999")
    assert "fail" == codes.means("nonsense").then
