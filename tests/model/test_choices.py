"""Which option somebody meant who types on a phone."""

from __future__ import annotations

import pytest

from threadline.model.choices import BESIDE, MOST, Choice, apart, beside, understood

TEAS = [Choice(1, "g", "Green tea"), Choice(2, "m", "Mint"), Choice(3, "x", "Unsubscribe")]


def meant(heard: str, *titles: str) -> str | None:
    choices = [Choice(n, title, title) for n, title in enumerate(titles, 1)] or TEAS
    found = understood(heard, choices)
    return found.title if found else None


@pytest.mark.parametrize(
    "heard",
    [
        *("2", "two", " TWO. ", "2.", "#2", "(2)", "2️⃣", "２", "٢", "option 2", "No. 2"),
        *("mint", "MINT!", "m"),
    ],
)
def test_an_option_is_known_by_its_number_its_title_and_its_id(heard: str):
    assert "Mint" == meant(heard)


@pytest.mark.parametrize(
    "heard", ["gren tea", "green teas", "Greem tea", "green  tea", "Green-tea", "geen tea"]
)
def test_a_slip_is_forgiven(heard: str):
    assert "Green tea" == meant(heard)


@pytest.mark.parametrize(
    "heard",
    [
        *("", "²", "4", "0", "99999", "-1", "2.5", "subscribe", "tea", "I want mint"),
        *("not mint", "hint", "x" * 5000),
    ],
)
def test_anything_else_is_none_of_them(heard: str):
    assert None is meant(heard)


def test_what_is_between_two_options_is_neither():
    assert None is meant("option c", "Option A", "Option B")
    assert None is meant("tuesdai", "Tuesday", "Tuesdat")
    assert "Option A" == meant("optoin a", "Option A", "Option B")


def test_another_number_is_no_slip():
    assert None is meant("12:00", "10:00", "Later today")
    assert None is meant("room 12", "Room 11", "Other")


def test_a_title_that_is_a_number_goes_before_the_place_in_the_menu():
    assert "2" == meant("2", "3", "1", "2")


def test_of_two_with_one_number_the_later_is_meant():
    stars = [Choice(n, str(n), str(n)) for n in range(1, 6)]

    assert "Tea" == understood("1", [Choice(1, "c", "Coffee"), Choice(1, "t", "Tea")]).title  # type: ignore[union-attr]
    assert "4" == understood("four", stars).title  # type: ignore[union-attr]


def test_what_was_offered_is_kept_beside_the_state_and_the_bot_never_sees_it():
    state = {"at": "ask"}

    kept = beside(state, TEAS)

    assert (state, TEAS) == apart(kept)
    assert state == beside(kept, ())
    assert (state, ()) == apart(state)


def test_a_bot_cannot_make_believe_that_something_was_offered():
    forged = {"at": "ask", BESIDE: "nonsense"}

    assert {"at": "ask"} == beside(forged, ())
    assert TEAS[:1] == apart(beside(forged, TEAS[:1]))[1]


def test_not_more_is_kept_than_is_looked_at():
    many = [Choice(n, str(n), "x") for n in range(1000)]

    assert MOST == len(apart(beside({}, many))[1])
