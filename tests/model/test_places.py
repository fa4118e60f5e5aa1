"""Where parts of a document stand in its text."""

import json

import pytest

from threadline.model.document import load
from threadline.model.places import Span, nearest, places, whole_line

BOT = """\
# A comment.
Name: Tea
Flow:
  nodes:
    ask: {type: Prompt, text: "Tea?", options: {yes: end}}

    say:
      text: |
        Hello

        you

      next: end

    # Another one.
    end: {type: End}
"""


def cut(text: str, span: Span) -> str:
    """What stands there."""
    lines = text.split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [
        ("Name", "Name", "Tea"),
        ("Flow.nodes.ask.text", "text", '"Tea?"'),
        ("Flow.nodes.ask.options.yes", "yes", "end"),
        ("Flow.nodes.ask.options", "options", "{yes: end}"),
        ("Flow.nodes.say.text", "text", "|\n        Hello\n\n        you"),
        ("Flow.nodes.say.next", "next", "end"),
        ("Flow.nodes.end", "end", "{type: End}"),
    ],
)
def test_a_name_and_its_value_stand_where_they_were_written(path: str, key: str, value: str):
    part = places(BOT)[path]

    assert part.key is not None
    assert (key, value) == (cut(BOT, part.key), cut(BOT, part.value))


def test_a_block_ends_with_its_last_word_and_not_where_the_next_begins():
    part = places(BOT)["Flow.nodes.say"]

    assert (7, 13) == (part.whole.line, part.whole.end_line)


def test_a_json_text_has_places_too():
    text = json.dumps({"Flow": {"nodes": {"a b": {"next": "end"}}}}, indent=2)

    part = places(text)["Flow.nodes.a b.next"]

    assert '"end"' == cut(text, part.value)


def test_what_is_behind_an_alias_stands_where_it_was_written():
    parts = places("one: &x {deep: 1}\ntwo: *x\n")

    assert {"", "one", "one.deep", "two"} == set(parts)
    assert 1 == parts["two"].value.line


def test_every_path_of_a_document_has_a_place_on_the_same_line():
    assert dict(load(BOT).lines) == {
        path: (part.key or part.value).line for path, part in places(BOT).items() if path
    } | {"": 2}


def test_an_empty_text_has_no_places():
    assert {} == places("# nothing\n")


def test_aliases_of_aliases_are_not_written_out():
    text = "a: &a [x, x]\n" + "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )

    assert 100 > len(places(text))


def test_the_nearest_part_is_the_innermost_around_it():
    parts = places(BOT)

    assert parts["Flow.nodes.ask"] == nearest("Flow.nodes.ask.other[3].x", parts)
    assert parts[""] == nearest("Type", parts)


def test_a_whole_line_is_what_is_written_on_it():
    assert Span(2, 3, 2, 6) == whole_line("one\n  two  \n", 2)
    assert Span(1, 1, 1, 4) == whole_line("one", 9)
    assert Span(1, 1, 1, 1) == whole_line("", 1)
