"""Twilio's error codes: what the table says, and that its page says the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from tests.docs import codes as written
from threadline.channels.twilio import codes
from threadline.channels.twilio.codes import CODES, Code
from threadline.errors import Then

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "twilio-codes.md"


def test_the_page_in_the_docs_says_what_the_table_says():
    """If this fails: python -m tests.docs.write"""
    page = PAGE.read_text("utf-8")

    assert written.page(page) == page
    assert "| 30003 | retry | twice, each after 60 s | The phone is switched off" in page
    assert "| 30610 | retry | once, after 6 h | It is night" in page


def test_the_page_explains_everything_that_can_follow():
    page = PAGE.read_text("utf-8")

    assert [] == [then for then in get_args(Then) if f"**{then}**" not in page]


def test_each_code_is_there_once():
    tables = (codes._RETRY, codes._STOP, codes._UNKNOWN, codes._CONFIG, codes._FAIL)
    listed = [code for table in tables for numbers in table.values() for code in numbers]

    assert sorted(set(listed)) == sorted(listed)


TWILIO: dict[Then, str] = {
    "retry": """
        14107 20409 20429 21611 30001 30003 30008 30017 30020 30021 30022 30023 30025 30026
        30027 30047 30450 30610 63009 63010 63012 63017 63018 63019 63023 63038
    """,
    "stop": "21610 63014",
    "unknown": "12400 20500 20503 21702",
    "config": """
        20003 20005 20006 20008 20010 20404 21212 21601 21603 21606 21607 21609 21616 21624
        21626 21627 21654 21655 21656 21657 21659 21660 21661 21664 21665 21666 21667 21701
        21703 21704 21705 21709 21712 30002 30018 30024 30032 30033 30034 30035 30037 35111
        35112 35113 35114 35115 35116 35117 35118 35119 35120 35121 35122 35123 35124 35125
        35126 63007 63008 63020 63051 90010
    """,
    "fail": """
        14103 14111 20001 20422 21211 21217 21219 21408 21602 21604 21605 21608 21612 21614
        21617 21618 21619 21620 21621 21622 21623 21635 21658 30004 30005 30006 30007 30009
        30010 30011 30019 30036 30038 30039 30044 30410 30640 63003 63005 63013 63016 63021
        63024 63026 63033 63036 63040 63041 63042
    """,
}
"""Every code that Twilio documents for texts, by what has to follow."""


def test_every_code_is_known_and_has_its_consequence():
    expected = {int(code): then for then, listed in TWILIO.items() for code in listed.split()}

    assert expected == {code: one.then for code, one in CODES.items()}


@pytest.mark.parametrize(
    ("code", "wait", "tries"),
    [
        *((30003, 60, 2), (30008, 45, 1), (30017, 45, 2), (30020, 45, 2), (30021, 45, 2)),
        *((30047, 45, 2), (63009, 45, 2), (63023, 45, 2), (14107, 30, 3), (30001, 60, 3)),
        *((30022, 60, 3), (30450, 900, 1), (30023, 21_600, 1), (30027, 21_600, 1)),
        *((30610, 21_600, 1), (63017, 60, 2), (63018, 60, 2), (63038, 60, 2)),
        *((30036, 0, 0), (30007, 0, 0), (21610, 0, 0), (21611, 0, 0), (20429, 0, 0)),
    ],
)
def test_a_text_that_failed_is_tried_again_where_that_may_help(
    code: int, wait: int, tries: int
):
    found = codes.means(code)

    assert (wait, tries) == (found.wait, found.tries)


def test_only_what_may_help_is_tried_again():
    assert {"retry"} == {one.then for one in CODES.values() if one.tries or one.wait}
    assert [] == [code for code, one in CODES.items() if bool(one.tries) != bool(one.wait)]


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
