"""A long text cut into parts that a provider takes."""

from __future__ import annotations

from itertools import chain, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline.model.segments import units
from threadline.model.splitting import split

CLUSTERS = [
    "👍🏽",
    "👨‍👩‍👧‍👦",
    "🇺🇸",
    "e\u0301",
    "\u1112\u1161\u11ab",
    "❤️",
    "क्",
    "1️⃣",
    "\ud83d\ude00",
]
LONGEST = max(units(one) for one in CLUSTERS)
URLS = ["https://example.com/a?b=c", "HTTP://example.org", "www.example.net/x"]

clusters = st.sampled_from([*CLUSTERS, *"abcdz09.,!?。、漢字я😀"])
blanks = st.sampled_from([" ", "  ", "\n", "\n\n", "\r\n\r\n", "\t", "\u00a0", ". ", "? "])
words = st.lists(clusters, max_size=30).map("".join)
sentences = st.lists(st.one_of(words, blanks, st.sampled_from(URLS)), max_size=60)
texts = sentences.map("".join)
limits = st.integers(LONGEST, 90)


def test_a_text_within_the_limit_is_left_untouched():
    text = "  One\n\n two.  " + "x" * 1586

    assert [text] == split(text)


def test_the_limit_counts_an_emoji_twice():
    assert ["😀" * 800] == split("😀" * 800)
    assert ["😀" * 800, "😀"] == split("😀" * 801)


@pytest.mark.parametrize("text", ["", "   ", "\n" * 2000], ids=["empty", "blank", "long"])
def test_a_text_without_a_word_has_no_parts(text: str):
    assert [] == split(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "One. Two three.\n\nFour five six. Seven",
            ["One. Two three.", "Four five six. Seven"],
        ),
        ("One. Two three.\nFour five six. Seven", ["One. Two three.", "Four five six. Seven"]),
        ("One two three four. Five six seven", ["One two three four.", "Five six seven"]),
        ('He said "go on." She went there', ['He said "go on."', "She went there"]),
        ("One two three four five six", ["One two three four five", "six"]),
        ("One two\t three  four \n  fiveandsix", ["One two\t three  four", "fiveandsix"]),
        ("Yes. One two three four five", ["Yes. One two three four", "five"]),
        ("12345678901234567890123456", ["123456789012345678901234", "56"]),
        ("a 345678901234567890123456", ["a", "345678901234567890123456"]),
        ("a 3456789012345678901234567", ["a 3456789012345678901234", "567"]),
        (
            "今日はいい天気ですね、明日も。きっと晴れるでしょう",
            ["今日はいい天気ですね、明日も。", "きっと晴れるでしょう"],
        ),
    ],
    ids=[
        *("paragraph", "line", "sentence", "quote", "word", "blanks", "not-too-short"),
        *("long-word", "fitting-word", "longer-word", "no-spaces"),
    ],
)
def test_a_cut_is_where_a_reader_would_pause(text: str, expected: list[str]):
    assert expected == split(text, 24)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See https://example.com/abc now", ["See", "https://example.com/abc", "now"]),
        ("请看这里https://example.com/a谢谢", ["请看这里", "https://example.com/a谢谢"]),
        (
            "x,https://example.com/a,https://example.org/b",
            ["x,https://example.com/a,", "https://example.org/b"],
        ),
        ("https://example.com/" + "a" * 28, ["https://example.com/aaaa", "a" * 24]),
    ],
    ids=["among-words", "without-spaces", "glued", "too-long-itself"],
)
def test_a_link_can_still_be_clicked(text: str, expected: list[str]):
    assert expected == split(text, 24)


def test_a_reply_of_5000_characters_is_four_texts():
    reply = "\n\n".join(
        "This sentence has fifty characters, with its stop. " * 5 for _ in range(20)
    )

    lengths = [len(part) for part in split(reply)]

    assert 4 == len(lengths)
    assert 1600 >= max(lengths)


def test_a_limit_without_room_for_an_emoji_is_refused():
    with pytest.raises(ValueError, match="room for 2 units"):
        split("😀", 1)


@given(texts, limits)
def test_no_part_is_over_the_limit_or_blank(text: str, limit: int):
    parts = split(text, limit)

    assert limit >= max(map(units, parts), default=0)
    assert all(part.strip() for part in parts)


@given(texts, limits)
def test_every_character_but_white_space_is_kept(text: str, limit: int):
    said = "".join(text.split())

    assert said == "".join("".join(split(text, limit)).split())


@given(texts, limits)
def test_every_word_that_fits_stays_whole(text: str, limit: int):
    expected = [word for word in text.split() if units(word) <= limit]
    kept = chain.from_iterable(part.split() for part in split(text, limit))

    assert all(word in kept for word in expected)  # in their order: `kept` is used up


@given(st.lists(st.one_of(clusters, blanks), max_size=200), limits)
def test_no_cluster_is_cut(atoms: list[str], limit: int):
    parts = split("".join(atoms), limit)
    cut = [
        (left, right)
        for left, right in pairwise(parts)
        for atom in CLUSTERS
        for at in range(1, len(atom))
        if left.endswith(atom[:at]) and right.startswith(atom[at:])
    ]

    assert [] == cut


@given(st.lists(st.sampled_from([*URLS, "漢", "字 ", "。"]), max_size=30), limits)
def test_no_url_is_cut_where_no_spaces_are_written(written: list[str], limit: int):
    text = "は".join(written)
    parts = split(text, max(limit, 30))

    for url in URLS:
        assert text.count(url) == sum(part.count(url) for part in parts)


@given(texts, limits)
def test_a_part_is_not_cut_again(text: str, limit: int):
    parts = split(text, limit)

    assert [[part] for part in parts] == [split(part, limit) for part in parts]


@given(st.text(max_size=300), st.integers(2, 40))
def test_any_text_and_any_limit_end_well(text: str, limit: int):
    parts = split(text, limit)

    assert limit >= max(map(units, parts), default=0)
    assert "".join(text.split()) == "".join("".join(parts).split())
