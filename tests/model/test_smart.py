"""Typographic characters written in GSM-7."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline.model import segments
from threadline.model.smart import smart


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It’s “fine” — ok…", 'It\'s "fine" - ok...'),
        ("«oui» ‹non›", '"oui" <non>'),
        ("½ price‼", "1/2 price!!"),
        ("`code`\t1", "'code'       1"),
        ("ＡＺ０９！", "AZ09!"),
        ("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "ABCDEFGHIJKLMNOPRSTUVWYZ"),
        ("a\u00a0b\u200b\u2060c\ufeff", "a  bc"),
        ("plain text, 100% of it\r\n", "plain text, 100% of it\r\n"),
        ("déjà vu, ação, я, 👍🏽", "déjà vu, ação, я, 👍🏽"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_what_gsm_has_a_likeness_of_is_written_with_it(text: str, expected: str):
    assert expected == smart(text)


def test_a_curly_quote_no_longer_makes_a_text_dear():
    text = "It’s on its way. " * 9

    assert 3 == segments.count(text)
    assert 1 == segments.count(smart(text))


@given(st.text())
def test_it_changes_nothing_when_repeated(text: str):
    once = smart(text)

    assert once == smart(once)


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_text_takes_the_same_table_by_the_quick_way(text: str):
    with_a_letter_to_spare = smart(text + "я")

    assert with_a_letter_to_spare == smart(text) + "я"
