"""How many segments a text takes on the air."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from threadline.model import segments
from threadline.model.segments import Segments
from threadline.model.smart import smart

# made with npm sms-segments-calculator 1.3.0 by TwilioDevEd, for each text with its
# smart encoding and without
VECTORS = json.loads((Path(__file__).parent / "twilio-segments.json").read_text())["vectors"]

SKIN = "👍🏽"
FAMILY = "👨‍👩‍👧‍👦"
FLAG = "🇺🇸"
SCOTLAND = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
SYLLABLE = "\u1112\u1161\u11ab"
MARKED = "q\u0323\u0307"

texts = st.text(
    st.sampled_from("aZ 1\n€^é\u0301яç漢👍🏽\u200d👩🇺🇸\u1112\u1161\u11ab"), max_size=400
)


def named(vector: dict[str, Any]) -> str:
    return f"{vector['name']}{'-smart' * vector['smart_encoding']}"


@pytest.mark.parametrize("vector", VECTORS, ids=named)
def test_segments_are_laid_out_like_the_official_calculator_does(vector: dict[str, Any]):
    text = smart(vector["body"]) if vector["smart_encoding"] else vector["body"]
    expected = Segments(vector["encoding"], tuple(vector["units_per_segment"]))

    assert expected == segments.measure(text)
    assert vector["segments"] == segments.count(text)


def test_there_are_as_many_vectors_as_were_made():
    assert 76 == len(VECTORS)


def test_a_text_without_a_character_is_one_segment():
    assert 1 == segments.count("")
    assert Segments("GSM-7", (0,)) == segments.measure("")


def test_an_emoji_counts_as_two_units_of_the_limit():
    assert 5 == segments.units("hi 😀")
    assert 2 == segments.units("ж漢")


@pytest.mark.parametrize(
    "cluster",
    [SKIN, FAMILY, FLAG, SCOTLAND, SYLLABLE, MARKED, "❤️‍🔥", "1️⃣", "क्"],
    ids=["skin", "family", "flag", "scotland", "syllable", "marked", "fire", "keycap", "hindi"],
)
def test_a_cluster_that_does_not_fit_goes_to_the_next_segment(cluster: str):
    inside = segments.units(cluster) - 1
    text = "я" * (67 - inside) + cluster + "я" * 20

    assert (67 - inside, 21 + inside) == segments.measure(text).parts


@pytest.mark.parametrize(
    "pair", [FLAG + FLAG, SYLLABLE + SYLLABLE, "👍👍", "\u200d漢", "\r\n"], ids=ascii
)
def test_two_clusters_that_only_touch_are_two(pair: str):
    half = segments.units(pair) // 2
    text = "я" * (67 - half) + pair + "я" * 20

    assert (67, 20 + half) == segments.measure(text).parts


def test_a_cluster_that_no_segment_could_hold_is_cut():
    text = "e" + "\u0301" * 99

    assert (67, 33) == segments.measure(text).parts


@given(texts)
def test_no_unit_is_lost_and_no_segment_is_too_long(text: str):
    found = segments.measure(text)
    single, joined = (160, 153) if found.encoding == "GSM-7" else (70, 67)

    assert segments.count(text) == found.count
    assert max(found.parts) <= (single if found.count == 1 else joined)
    if found.encoding == "UCS-2":
        assert segments.units(text) == sum(found.parts)


@given(texts, st.integers(2, 80))
def test_a_fitting_piece_fits_and_is_not_empty(text: str, room: int):
    end = segments.fitting(text, 0, room)

    assert room >= segments.units(text[:end])
    assert bool(text) == bool(text[:end])
