"""Texts with holes, and that none of them can do harm."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline.model import templates

SCOPE = {
    "name": "Ada",
    "n": 10**12,
    "list": [1, "two", None],
    "order": {"items": [{"title": "tea"}]},
    "big": "x" * 9_000,
    "odd": float("inf"),
    "msg": {"timestamp": 1_700_000_000_000, "payload": {"user": {"message": "hi"}}},
}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Just $5 {really}.", "Just $5 {really}."),
        ("Hello ${name}!", "Hello Ada!"),
        ("${ name }", "Ada"),
        ("${name | upcase | append: '!'}", "ADA!"),
        ("${nobody}", ""),
        ("${nobody.at.all | default: 'x'}", "x"),
        ("${order.items[0].title}", "tea"),
        ("${order['items'].first.title}", "tea"),
        ("{% if name == 'Ada' %}yes{% else %}no{% endif %}", "yes"),
        ("{% for i in (1..3) %}${i}{% endfor %}", "123"),
        ("{% raw %}${name} {{x}} {% endraw %}${name}", "${name} {{x}} Ada"),
        ("a{% comment %}b{% endcomment %}c", "ac"),
        ("${'now' | date: '%Y-%m-%d %H:%M'}", "2023-11-14 22:13"),
        ("${name.__class__}", ""),
        ("a\x00b\udc80${name}", "a\ufffdb\ufffdAda"),
    ],
)
def test_a_text_comes_out(source, text):
    assert text == templates.parse(source).render(SCOPE)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("Ada", "Ada"),
        ("${list}", [1, "two", None]),
        ("${order}", {"items": [{"title": "tea"}]}),
        ("${order.items[0]}", {"title": "tea"}),
        ("${nobody}", ""),
        ("${'41' | plus: 1}", 42),
        ("${1.5 | times: 2}", 3.0),
        ("${(1..3)}", [1, 2, 3]),
        ("${'99999999999999999999' | plus: 1}", 1e20),
        ("${1}${2}", "12"),
        ("{% if true %}1{% endif %}", "1"),
    ],
)
def test_one_hole_keeps_its_type(source, value):
    found = templates.parse(source).value(SCOPE)

    assert value == found
    assert type(value) is type(found)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("Hello ${name", "`${` is not closed with `}`."),
        ("{% if name", "`{%` is not closed with `%}`."),
        ("{% raw %}${x}", "In the template: unexpected tag 'raw', at `raw %}${x}`."),
        ("Hi {{ name }}", "`{{ name }}` is written `${name}` here."),
        ("${}", "In the template: expected a primitive expression, found end of expression."),
        ("${name | upcse}", "In the template: unknown filter 'upcse', at `upcse}`."),
        ("{% assign x = 1 | nope %}", "In the template: unknown filter 'nope', at `nope %}`."),
        (
            "{% include 'x' %}",
            "In the template: unexpected tag 'include', at `include 'x' %}`.",
        ),
        ("${x | safe}", "In the template: unknown filter 'safe', at `safe}`."),
        ("x" * 5001, "The text has 5001 characters; 5000 are allowed."),
        ("${" + " " * 50 + "x}", "Too many blanks in a row after `${`."),
        ("${" + "x" * 501 + "}", "More than 500 characters between `${` and its end."),
    ],
    ids=lambda value: value[:30],
)
def test_a_template_that_cannot_be_understood_says_why(source, why):
    with pytest.raises(ValueError, match=r"\.$") as wrong:
        templates.parse(source)

    assert why == str(wrong.value)


FOR_EVER = {
    "a long loop": "{% for i in (1..n) %}x{% endfor %}",
    "a long loop backwards": "{% for i in (1..n) reversed %}x{% endfor %}",
    "loops in loops": "{% for i in (1..99) %}{% for j in (1..99) %}{% endfor %}{% endfor %}",
    "a long range": "${(1..n)}",
    "a long range counted": "${(1..n) | size}",
    "a long range as a default": "${nobody | default: (1..n) | join: ','}",
    "a long range assigned": "{% assign r = (1..n) %}",
    "a long range captured": "{% capture r %}${(1..n)}{% endcapture %}",
    "a long range searched": "{% if (1..n) contains 'x' %}{% endif %}",
    "a long range compared": "{% unless 1 == (1..n) %}{% endunless %}",
    "a long range elsewhere": "{% if false %}{% elsif (1..n) == 1 %}{% endif %}",
    "a long range in a case": "{% case (1..n) %}{% when 1 %}{% endcase %}",
    "a long range as a case": "{% case 1 %}{% when (1..n) %}{% endcase %}",
    "a long range as a limit": "{% for i in list limit: (1..n) %}{% endfor %}",
    "a text that doubles": (
        "{% assign a = big %}{% for i in (1..400) %}{% assign a = a | append: a %}{% endfor %}"
    ),
    "a text that squares": "${big | replace: 'x', big | replace: 'x', big}",
    "a number that doubles": (
        "{% assign a = n %}{% for i in (1..400) %}{% assign a = a | times: a %}{% endfor %}"
    ),
    "a list that doubles": (
        "{% assign a = list %}{% for i in (1..99) %}{% assign a = a | concat: a %}{% endfor %}"
    ),
    "a long text": "${big}${big}",
    "no number": "${odd | ceil}",
    "nothing to divide by": "${1 | divided_by: 0}",
}


@pytest.mark.parametrize("source", FOR_EVER.values(), ids=FOR_EVER)
def test_a_template_that_would_take_all_is_stopped_soon(source):
    template = templates.parse(source)
    started = time.perf_counter()
    with pytest.raises(ValueError, match=r"\.$"):
        template.render(SCOPE)

    assert 0.5 > time.perf_counter() - started


def test_a_value_that_is_no_number_is_not_remembered():
    with pytest.raises(ValueError, match="The result is not a number"):
        templates.parse("${'nan' | plus: 1}").value(SCOPE)


def test_a_value_that_holds_itself_too_often_is_refused():
    nested: object = "x"
    for _ in range(40):
        nested = [nested]
    with pytest.raises(ValueError, match="nested more than 32 deep"):
        templates.parse("${deep}").value({**SCOPE, "deep": nested})


def test_every_text_of_a_value_is_filled():
    value = {"a": ["${name}", 1, {"b": "${list}"}], "c": None}

    assert {"a": ["Ada", 1, {"b": [1, "two", None]}], "c": None} == templates.fill(
        templates.parse_all(value), SCOPE
    )


PIECES = st.sampled_from(
    "${ } {% %} - | : , ( ) .. [ ] name n list big if endif for i in endfor case when else "
    "assign capture raw endraw comment x = == contains 'a' \" 1 2.5 true nil first size plus "
    "times append split join date replace default sort map where slice round".split()
)


@given(st.lists(PIECES, max_size=14).map(" ".join) | st.text(max_size=40))
def test_no_template_breaks_anything(source):
    try:
        template = templates.parse(source)
        text, value = template.render(SCOPE), template.value(SCOPE)
    except ValueError:
        return

    assert isinstance(text, str)
    assert isinstance(value, str | int | float | list | dict | None)
