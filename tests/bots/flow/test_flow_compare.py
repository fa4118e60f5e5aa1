"""What is true of a value, as a Switch asks."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline.bots.flow import patterns
from threadline.bots.flow.compare import OPERATORS, WANTS


@pytest.mark.parametrize(
    ("found", "operator", "expected", "holds"),
    [
        ("Tea ", "equals", "tea", True),
        ("green  tea", "equals", "Green tea", True),
        ("3", "equals", 3, True),
        (3.0, "equals", "3", True),
        ("3 cups", "equals", 3, False),
        (True, "equals", "true", True),
        (True, "equals", 1, False),
        ([1], "equals", [1], True),
        ("[1]", "equals", [1], False),
        ("", "equals", "", True),
        ("tea", "not_equals", "coffee", True),
        ("Mint", "one_of", ["tea", "mint"], True),
        ("2", "one_of", [1, 2], True),
        ("tea", "one_of", "tea", False),
        ("a GREEN tea", "contains", "green", True),
        (["Tea", 2], "contains", "tea", True),
        (["Tea", 2], "contains", "te", False),
        ("yes please", "starts_with", "YES", True),
        ("oh yes", "starts_with", "yes", False),
        ("10", "greater", "9", True),
        ("10", "greater", 10, False),
        ("10", "at_least", 10, True),
        ("-1.5", "less", -1, True),
        ("1", "at_most", 1.0, True),
        ("many", "greater", 1, False),
        ("nan", "less", 1, False),
        ("1e9", "greater", 1, False),
        ("1_0", "equals", 10, False),
        (True, "at_least", 1, False),
        ("", "empty", True, True),
        ("  ", "empty", True, True),
        ([], "empty", True, True),
        (0, "empty", True, False),
        ("x", "empty", False, True),
        (None, "empty", False, False),
    ],
)
def test_an_operator_holds(found, operator, expected, holds):
    assert holds is OPERATORS[operator](found, expected)


@pytest.mark.parametrize(
    ("pattern", "text", "holds"),
    [
        (r"^\d{1,2} ?(am|pm)$", "4 PM", True),
        (r"^\d+\s*(am|pm)$", "noon", False),
        ("tea", "Green Tea", True),
        (r"^[\w.]{1,40}@[\w.]{1,40}\.\w{2,9}$", "ada@example.com", True),
        ("x$", "x" * 300, True),
        ("y", "x" * 160 + "y", False),
    ],
)
def test_a_pattern_matches(pattern, text, holds):
    assert holds is OPERATORS["matches"](text, patterns.compile(pattern))


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+b",
        "(a|a)*b",
        "(a?){40}a{40}",
        "a?" * 30 + "b",
        "a*a*a*b",
        "(a|aa)" * 30 + "b",
        "(?:^){9999999}",
        "(?:(?:(?:^){200}){200}){200}",
        r"(a*)\1b",
        "(?=(a*)*)b",
    ],
    ids=lambda pattern: pattern[:20],
)
def test_a_pattern_that_could_take_long_is_refused(pattern):
    with pytest.raises(ValueError, match=r"repeats too much|cannot be used"):
        patterns.compile(pattern)


@pytest.mark.parametrize(
    "pattern", ["[", "(", "*", "a" * 201, "(?P<x", "a{99999999999}", "[[a]"]
)
def test_what_is_no_pattern_is_refused(pattern):
    with pytest.raises(ValueError, match=r"\.$"):
        patterns.compile(pattern)


SMALL = ["a*", "a+?", "(a|aa)?", "(?:a{1,40})", "(a|b)", "(a*)*"]


def test_whatever_pattern_is_taken_is_quick():
    text = "a" * 159 + "c"
    started = time.perf_counter()
    taken = 0
    for parts in itertools.product(SMALL, repeat=3):
        try:
            pattern = patterns.compile("".join(parts) + "b")
        except ValueError:
            continue
        taken += 1
        pattern.search(text)

    assert taken > 50
    assert 0.05 > (time.perf_counter() - started) / taken


@given(st.text("ab()[]{}*+?|^$\\.,123dws-", max_size=12))
def test_no_pattern_breaks_the_check(source):
    try:
        pattern = patterns.compile(source)
    except ValueError:
        return

    assert OPERATORS["matches"]("ab1", pattern) in (True, False)


VALUES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.text())
)


@given(VALUES, VALUES, st.sampled_from(sorted(OPERATORS.keys() - {"matches"})))
def test_any_two_values_can_be_compared(found, expected, operator):
    assert OPERATORS[operator](found, expected) in (True, False)


def test_every_operator_says_what_it_wants():
    assert OPERATORS.keys() == WANTS.keys()
