"""Text to values, and every value to its line."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline.errors import Invalid, Problem
from threadline.model.document import Document, child, load, load_all, locate

BOT = """\
# a comment
bots:
  - Name: tea
    Flow:
      nodes:
        ask:
          type: Prompt
          options: {yes: brew, "no. thanks": end}
  - Name: other
"""


def problems(text: str) -> list[tuple[str, int | None]]:
    with pytest.raises(Invalid) as caught:
        load(text)
    return [(problem.code, problem.line) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("yes", "yes"),
        ("No", "No"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ('""', ""),
        ("'true'", "true"),
        ("12", 12),
        ("-0.5e2", -50.0),
        ("007", "007"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("+15550100000", "+15550100000"),
        ("2026-01-31", "2026-01-31"),
        ("12:30:45", "12:30:45"),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        ("123456789012345678901", "123456789012345678901"),
        ("!!str 12", "12"),
        ("a\ud800b", "a\ufffdb"),
    ],
)
def test_only_what_json_reads_as_something_else_is_not_a_text(written, value):
    read = load(f"key: {written}").value

    assert {"key": value} == read
    assert type(value) is type(read["key"])


def test_every_key_and_item_knows_its_line():
    lines = load(BOT).lines

    assert 2 == lines["bots"]
    assert 3 == lines["bots[0]"]
    assert 6 == lines["bots[0].Flow.nodes.ask"]
    assert 8 == lines["bots[0].Flow.nodes.ask.options.yes"]
    assert 8 == lines['bots[0].Flow.nodes.ask.options["no. thanks"]']
    assert 9 == lines["bots[1].Name"]


def test_a_path_is_written_like_the_one_of_its_line():
    options = child(child(child("", "bots"), 0), "options")

    assert "bots[0].options" == options
    assert "bots[0].options.No thanks" == child(options, "No thanks")
    assert 'bots[0].options["no. thanks"]' == child(options, "no. thanks")
    assert 'bots[0].options[""]' == child(options, "")


def test_a_problem_gets_the_line_of_the_nearest_part():
    known = Problem("wire_missing", "bots[0].Flow.nodes.ask.next", "", "")
    quoted = Problem("field_unknown", 'bots[0].Flow.nodes.ask.options["no. thanks"].x', "", "")
    nowhere = Problem("name_missing", "Name", "", "")
    told = Problem("told", "bots", "", "", line=99)

    found = locate([known, quoted, nowhere, told], load(BOT).lines)

    assert [6, 8, 2, 99] == [problem.line for problem in found]


def test_a_problem_of_an_empty_text_has_no_line():
    problem = Problem("name_missing", "Name", "", "")

    assert [problem] == locate([problem], load("").lines)


def test_json_is_read_as_it_is():
    value = {"a": [1, 2.5, None, True, "\U0001f375 tea\n", "\\ud83d"], "b/c": {"": "+1"}}

    assert value == load(json.dumps(value)).value
    assert value == load(json.dumps(value, indent="\t", ensure_ascii=False)).value


def test_half_an_escaped_character_becomes_a_replacement():
    assert ["\ufffd!"] == load('["\\ud83d!"]').value


def test_several_documents_keep_their_lines():
    first, second = load_all("a: 1\n---\nb: 2\n")

    assert ({"a": 1}, 1) == (first.value, first.lines["a"])
    assert ({"b": 2}, 3) == (second.value, second.lines["b"])


def test_an_empty_text_is_null():
    assert Document(None) == load("# nothing\n")
    assert [] == load_all("")


def test_an_alias_is_what_it_names():
    assert {"a": {"x": 1}, "b": {"x": 1}} == load("a: &a {x: 1}\nb: *a\n").value


NESTED = "a: &x [" + "1," * 1000 + "]\nb: &y [" + "*x," * 1000 + "]\nc: [" + "*y," * 1000 + "]"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: b: c", [("yaml_invalid", 1)]),
        ("ok: 1\nbad: [1, 2\nnext: 3\n", [("yaml_invalid", 3)]),
        ("\t- a", [("yaml_invalid", 1)]),
        ("a: 1\nb: x\x00y", [("yaml_invalid", 2)]),
        ("a: !!python/object:os.system x", [("yaml_invalid", 1)]),
        ("a: !!set {x}", [("yaml_invalid", 1)]),
        ("a: 1\nb: *nothing", [("yaml_invalid", 2)]),
        ("a: &a [*a]", [("yaml_invalid", 1)]),
        ("a: 1\n---\nb: 2", [("yaml_several", 3)]),
        ("a: 1\nb: {c: 1, c: 2}\na: 3", [("key_duplicate", 2), ("key_duplicate", 3)]),
        ('{"a": 1, "a": 2}', [("key_duplicate", 1)]),
        ("? [a]\n: b", [("key_invalid", 1)]),
        ("[" * 100_000, [("document_too_deep", 1)]),
        ("a: " + "x" * 1_000_000, [("document_too_large", None)]),
        (NESTED, [("document_too_large", 2)]),
    ],
    ids=lambda value: None if isinstance(value, list) else repr(value[:30]),
)
def test_what_cannot_be_read_is_told_with_its_line(text, told):
    assert told == problems(text)


def test_a_path_that_grows_without_end_is_cut():
    key = "k" * 1000
    lines = load(f'{{"{key}": [{"1, " * 2000}]}}').lines

    assert {"": 1, key: 1} == lines


def test_a_text_with_a_thousand_mistakes_tells_a_hundred():
    assert 100 == len(problems("a: 1\n" * 1000))


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(-1e9, 1e9, allow_nan=False)
    | st.text(st.characters(codec="utf-8", exclude_characters="\x7f", min_codepoint=32)),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text("abc. []\"'-:{}", max_size=5), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(VALUES)
def test_whatever_json_writes_is_read_back(value):
    assert value == load(json.dumps(value)).value


@given(st.text("ab:-[]{}&*!?#|>'\",%@` \n\t\x00\u2028\ud800\U0001f375", max_size=60))
def test_no_text_breaks_the_reader(text):
    with suppress(Invalid):
        documents = load_all(text)

        assert all(isinstance(document, Document) for document in documents)
