"""What goes by SMS: words, and with a fallback all that can be put into words."""

from __future__ import annotations

import pytest

from tests.channels.contract import ONE_OF_EACH
from threadline.channels.twilio.words import LONGEST, render
from threadline.model.clock import SECOND
from threadline.model.messages import Discarded, Draft
from threadline.model.timeline import (
    Element,
    Goal,
    HostNotification,
    Item,
    List,
    Markup,
    MarkupInteraction,
    Note,
    Redacted,
    Text,
)

NO_WORDS = (HostNotification, MarkupInteraction, Goal, Note, Redacted, Markup)


@pytest.mark.parametrize("element", ONE_OF_EACH, ids=lambda one: type(one).__name__)
def test_only_texts_are_sent_and_with_a_fallback_all_that_has_words(element: Element):
    assert isinstance(element, Text) is not isinstance(render(element), Discarded)
    assert isinstance(element, NO_WORDS) is isinstance(render(element, in_text=True), Discarded)


def test_no_two_elements_are_discarded_for_the_same_reason_but_those_of_a_page():
    reasons = [
        found.reason
        for one in ONE_OF_EACH
        if not isinstance(one, HostNotification) and isinstance(found := render(one), Discarded)
    ]

    assert len(set(reasons)) == len(reasons)


def test_the_options_and_the_pause_belong_to_the_last_of_several_texts():
    items = tuple(Item(str(n), f"A tea with a rather long name, number {n}") for n in range(60))
    menu = List("Teas", selectable=True, items=items, minimum_display_time=2)

    drafts = render(menu, in_text=True)

    assert not isinstance(drafts, Discarded)
    assert 2 == len(drafts)
    assert [0, 60] == [len(one.options) for one in drafts]
    assert [0, 2 * SECOND] == [one.pause for one in drafts]
    assert all(len(one.text) <= LONGEST for one in drafts)


def test_a_text_keeps_the_pause_after_it():
    assert (Draft("hi", 1, round(1.5 * SECOND)),) == render(
        Text("hi", minimum_display_time=1.5)
    )


def test_what_is_cheaper_is_said_with_a_fallback_too():
    (draft,) = render(List("“Teas”"), in_text=True)  # type: ignore[misc]

    assert '"Teas"' == draft.text
