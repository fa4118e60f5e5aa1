"""Elements: written as JSON and read again they are the same, and what is wrong is told."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline.model.timeline import (
    KINDS,
    BroadcastMsg,
    ButtonPrompt,
    Card,
    DetailView,
    Element,
    Item,
    List,
    Markup,
    MarkupInteraction,
    Media,
    Option,
    StarRating,
    StaticMap,
    SuggestionPrompt,
    Text,
    from_json,
    kind_of,
    to_json,
)

URLS = st.just("") | st.text("/?=abc", max_size=9).map("https://x.example/".__add__)
SOME: dict[Any, dict[str, Any]] = {
    Option: {"url": URLS},
    Item: {"icon_url": URLS, "image_url": URLS},
    Card: {"img_url": URLS},
    DetailView: {"url": URLS},
    BroadcastMsg: {"delay": st.floats(0, 3600)},
    StaticMap: {"lat": st.floats(-90, 90), "lng": st.floats(-180, 180)},
    StarRating: {"stars": st.integers(2, 10)},
    MarkupInteraction: {"data": st.dictionaries(st.text(), st.integers())},
}
"""Where a type alone does not say what may stand there."""


def one(noun: Any) -> st.SearchStrategy[Any]:
    more = dict(SOME.get(noun, {}))
    if "minimum_display_time" in [field.name for field in fields(noun)]:
        more["minimum_display_time"] = st.just(0) | st.floats(1, 5)
    return st.builds(noun, **more)


def read(value: dict[str, Any]) -> Element | str:
    """The element, or what is wrong with it."""
    try:
        return from_json(value)
    except ValueError as why:
        return str(why)


for inner in (Option, Item, ButtonPrompt):
    st.register_type_strategy(inner, one(inner))


@given(st.one_of([one(noun) for noun in KINDS.values()]))
def test_an_element_that_is_written_and_read_is_the_same(element: Element):
    written = to_json(element)

    assert kind_of(element) == written["type"]
    assert element == from_json(written)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_anything_is_an_element_or_is_told_why_not(junk: Any):
    for kind, noun in KINDS.items():
        for field in fields(noun):
            found = read({"type": kind, field.name: junk})
            same = from_json(to_json(found)) if not isinstance(found, str) else found
            assert found == same
            assert not isinstance(found, str) or " needs " in found


def test_every_element_has_a_type():
    assert set(get_args(Element)) == {*KINDS.values(), Markup}


def test_what_is_as_by_default_is_left_out():
    assert {"type": "list"} == to_json(List())
    assert {"type": "message", "message": "hi"} == to_json(Text("hi"))
    assert {"type": "message", "message": "hi", "dir": "rtl"} == to_json(Text("hi", dir="rtl"))


def test_an_option_without_an_id_is_known_by_its_title():
    shown = {"type": "suggestionPrompt", "options": [{"title": "Yes"}]}

    assert SuggestionPrompt((Option("Yes", "Yes"),)) == from_json(shown)


def test_rows_of_before_are_still_read():
    old = {"type": "suggestions", "options": [{"id": "y", "title": "Yes"}]}
    said = {"type": "message", "message": "hi", "by": "ann@example.com"}

    assert SuggestionPrompt((Option("y", "Yes"),)) == from_json(old)
    assert Text("hi") == from_json(said)
    assert Media("https://x.example/a") == from_json(
        {"type": "media", "url": "https://x.example/a", "contentType": ""}
    )


def test_what_nobody_knows_is_kept_as_it_came():
    unknown = {"type": "carousel", "cards": [{"title": "x"}]}

    assert unknown == to_json(from_json(unknown))


WRONG = {
    "no type": ({}, "an element needs a `type`"),
    "no text": ({"type": "message"}, "needs a text `message`"),
    "no title": (
        {"type": "dropdown", "options": [{}]},
        "`options[0]` of an element of type 'dropdown' needs a text `title`",
    ),
    "no such style": (
        {"type": "list", "style": "huge"},
        'needs "standard" or "small-icon" or "large-icon" as `style`',
    ),
    "no list": ({"type": "list", "items": {}}, "needs a list as `items`"),
    "no item": ({"type": "list", "items": ["x"]}, "needs a list as `items`"),
    "off the earth": (
        {"type": "staticMap", "lat": 91, "lng": 0},
        "needs a number from -90 to 90 as `lat`",
    ),
    "no number": (
        {"type": "staticMap", "lat": float("nan"), "lng": 0},
        "needs a number from -90 to 90 as `lat`",
    ),
    "half a star": (
        {"type": "starRating", "stars": 2.5},
        "needs a whole number from 2 to 10 as `stars`",
    ),
    "too long": (
        {"type": "message", "message": "hi", "minimumDisplayTime": 6},
        "needs a number from 1 to 5 as `minimumDisplayTime`",
    ),
    "no yes or no": ({"type": "list", "selectable": 1}, "needs true or false as `selectable`"),
    "a script": (
        {"type": "detailView", "url": "javascript:alert(1)"},
        "needs a web address as `url`",
    ),
    "a script to choose": (
        {"type": "suggestionPrompt", "options": [{"title": "x", "url": "data:text/html,x"}]},
        "needs a web address as `url`",
    ),
}


@pytest.mark.parametrize(("value", "why"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_with_an_element_is_told(value: dict[str, Any], why: str):
    assert why in str(read(value))
