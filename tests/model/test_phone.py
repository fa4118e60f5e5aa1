"""Who somebody is on a channel."""

from __future__ import annotations

import pytest

from threadline.model import phone


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("+15550100000", "+15550100000"),
        (" +15550100000\n", "+15550100000"),
        ("+1 (555) 010-0000", "+15550100000"),
        ("+49 30 123456", "+4930123456"),
        ("+44 (0)20 7946 0018", "+442079460018"),
        ("55512", "55512"),
        ("whatsapp:+15550100000", "whatsapp:+15550100000"),
        ("rcs:flowit_agent", "rcs:flowit_agent"),
        ("FLOWIT", "FLOWIT"),
        ("My Bank", "My Bank"),
    ],
)
def test_an_address_is_written_in_one_way(written: str, expected: str):
    assert expected == phone.canonical(written)


@pytest.mark.parametrize("written", ["+15550100000", "+1 (555) 010-0000", "55512", "FLOWIT"])
def test_writing_it_again_changes_nothing(written: str):
    once = phone.canonical(written)

    assert once == phone.canonical(once)


@pytest.mark.parametrize("written", ["", " ", "+", "+1", "+abc", "15550100000", "hello world!"])
def test_what_cannot_be_an_address_is_told_in_a_sentence(written: str):
    with pytest.raises(ValueError, match=r"phone number|sender name"):
        phone.canonical(written)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("+15550100000", True),
        ("+1555010000", False),
        ("+155501000000", False),
        ("+99912345678", False),
        ("55512", True),
        ("whatsapp:anything", True),
        ("+", False),
    ],
)
def test_a_number_has_the_length_of_its_country(address: str, expected: bool):
    assert expected is phone.is_possible(address)


@pytest.mark.parametrize(
    ("address", "expected"),
    [("+15550100000", True), ("15550100000", False), ("+05550100000", False), ("+1", False)],
)
def test_e164_is_a_form_and_nothing_more(address: str, expected: bool):
    assert expected is phone.is_e164(address)


def test_a_masked_number_can_be_recognised_and_not_called():
    assert "+155…00" == phone.masked("+15550100000")
    assert "55512" == phone.masked("55512")
