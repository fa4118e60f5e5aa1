"""A text costs as many segments as Twilio's own calculator says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from threadline.carrier import segments

# made with npm sms-segments-calculator 1.3.0 by TwilioDevEd
VECTORS = json.loads((Path(__file__).parent / "twilio-segments.json").read_text())["vectors"]
PLAIN = [one for one in VECTORS if not one["smart_encoding"]]


@pytest.mark.parametrize("vector", PLAIN, ids=lambda one: one["name"])
def test_segments_are_counted_like_the_official_calculator(vector: dict[str, Any]) -> None:
    counted = segments.count(vector["body"])

    assert vector["segments"] == counted


def test_an_emoji_counts_as_two_units_of_the_limit() -> None:
    units = segments.units("hi 😀")

    assert 5 == units
