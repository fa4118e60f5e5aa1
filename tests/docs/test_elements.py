"""The page of the elements: each is there, and what it shows in JSON, XML and words is so."""

from __future__ import annotations

import json
import re

import pytest

from tests.docs.write import REFERENCE
from threadline.model import markup
from threadline.model.timeline import KINDS, from_json, to_json
from threadline.model.wording import in_words

PAGE = (REFERENCE / "elements.md").read_text("utf-8")
SECTIONS = {
    name: dict(re.findall(r"```(json|xml|text)\n(.+?)\n```", text, re.DOTALL))
    for name, text in re.findall(r"^## (\w+)\n(.+?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    if name in KINDS
}


def test_every_element_has_a_place_on_the_page():
    records = set(re.findall(r"^\| `(\w+)` \| ", PAGE, re.MULTILINE))

    assert set() == KINDS.keys() - SECTIONS.keys() - records


@pytest.mark.parametrize("name", SECTIONS)
def test_an_element_is_written_as_its_page_shows_it(name: str):
    shown = json.loads(SECTIONS[name]["json"])
    [read] = markup.read(f"<TimelineMessage>{SECTIONS[name]['xml']}</TimelineMessage>")

    assert name == shown["type"]
    assert shown == to_json(read)
    assert read == from_json(shown)


@pytest.mark.parametrize("name", SECTIONS)
def test_an_element_reads_in_words_as_its_page_shows_it(name: str):
    wording = in_words(from_json(json.loads(SECTIONS[name]["json"])))

    assert SECTIONS[name].get("text") == (wording and wording.text)


def test_the_markup_of_the_page_is_its_json():
    first = PAGE.partition("## Choices")[0]
    [xml] = re.findall(r"```xml\n(.+?)```", first, re.DOTALL)
    [shown] = re.findall(r"```json\n(.+?)```", first, re.DOTALL)

    assert json.loads(shown) == [to_json(one) for one in markup.read(xml)]
    assert f"at most {markup.MAX_SIZE // 1024} kB" in first


def test_every_element_of_markup_is_on_the_page():
    assert [] == [
        name for name in markup.ELEMENTS if f"<{name}" not in PAGE and f"`{name}`" not in PAGE
    ]
