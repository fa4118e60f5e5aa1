"""Elements in words, as a channel that has only words says them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline.model.timeline import (
    KINDS,
    BroadcastMsg,
    ButtonPrompt,
    ButtonPromptContainer,
    Card,
    Element,
    FileUpload,
    Goal,
    Item,
    List,
    Option,
    StarRating,
    SuggestionPrompt,
)
from threadline.model.wording import in_words, told

YES, NO = Option("y", "Yes"), Option("n", "No")
PAGE = Option("p", "More", "https://x.example/more", "Read more")


def words(element: Element, number: int = 1) -> str | None:
    wording = in_words(element, number)
    return wording and wording.text


def choices(element: Element, number: int = 1) -> list[tuple[int, str, str]]:
    wording = in_words(element, number)
    return [(one.number, one.id, one.source) for one in wording.choices] if wording else []


def test_options_are_numbered_from_where_it_is_said():
    assert "4. Yes\n5. No" == words(SuggestionPrompt((YES, NO)), 4)
    assert [(4, "y", ""), (5, "n", "")] == choices(SuggestionPrompt((YES, NO)), 4)


def test_an_option_that_opens_a_page_is_a_link_and_no_choice():
    prompt = SuggestionPrompt((PAGE, YES))

    assert "Read more: https://x.example/more\n1. Yes" == words(prompt)
    assert [(1, "y", "")] == choices(prompt)


def test_a_choice_that_is_an_event_knows_its_element():
    buttons = (ButtonPrompt("c", "Call me"),)

    assert [(1, "c", "buttonPromptContainer")] == choices(
        ButtonPromptContainer(buttons, interaction_type="event")
    )
    assert [(1, "c", "")] == choices(ButtonPromptContainer(buttons))


def test_the_items_of_a_list_are_choices_only_if_they_can_be_selected():
    items = (Item("t", "Tea", "hot"), Item("c", "Coffee", options=(YES,)))

    assert "Menu\nTea - hot\nCoffee\n1. Yes" == words(List("Menu", items=items))
    assert "1. Tea - hot\n2. Coffee\n3. Yes" == words(List(items=items, selectable=True))


def test_stars_are_their_own_numbers():
    assert "How was it? (1-5)" == words(StarRating("How was it?"), 4)
    assert [(n, str(n), "") for n in range(1, 6)] == choices(StarRating("How was it?"), 4)


@pytest.mark.parametrize(
    "element",
    [Card(img_data="aGk="), SuggestionPrompt(()), FileUpload(), BroadcastMsg(), Goal("x")],
)
def test_what_has_no_words_says_nothing(element: Element):
    assert None is words(element)


ANYTHING: Any = st.dictionaries(
    st.sampled_from(["message", "url", "options", "items", "title", "stars", "id", "source"]),
    st.none() | st.integers() | st.text(max_size=3) | st.just([{"title": "x"}]),
)


@given(st.sampled_from([*KINDS, "carousel", "suggestions"]), ANYTHING)
def test_any_row_of_a_timeline_can_be_told(kind: str, value: dict[str, Any]):
    assert "\n" not in told({**value, "type": kind})


def test_what_was_done_is_told_by_its_title():
    click = {"type": "markupInteraction", "source": "list", "id": "t", "title": "Tea"}

    assert "Tea" == told(click)
    assert "1. Yes / 2. No" == told(
        {
            "type": "suggestions",
            "options": [{"id": "y", "title": "Yes"}, {"id": "n", "title": "No"}],
        }
    )
