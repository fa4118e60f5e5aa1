"""What docs/tour.md and docs/why.md tell of the code is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SRC = Path("src/threadline")
TOUR = Path("docs/tour.md").read_text("utf-8")
WHY = Path("docs/why.md").read_text("utf-8")
NAMED = r"`([\w/.]+(?:\.py|\.sql|/))`"


@pytest.mark.parametrize("page", [TOUR, WHY], ids=["tour", "why"])
def test_every_file_that_a_page_names_is_there(page: str):
    named = set(re.findall(NAMED, page)) - {"src/threadline/"}
    missing = [one for one in named if not ((SRC / one).exists() or Path(one).exists())]

    assert named
    assert [] == missing


def test_the_tour_passes_every_stage():
    stages = {f"pipeline/{one.name}" for one in (SRC / "pipeline").glob("[a-z]*.py")}

    assert set() == stages - set(re.findall(NAMED, TOUR))


def test_the_tour_is_numbered():
    numbers = [int(one) for one in re.findall(r"^(\d+)\. ", TOUR, re.MULTILINE)]

    assert list(range(1, len(numbers) + 1)) == numbers


def test_the_tour_can_be_read_aloud():
    assert 700 >= len(TOUR.split())


def test_every_dependency_has_its_reason():
    text = Path("pyproject.toml").read_text("utf-8")
    lists = re.findall(r"^(?:dependencies|postgres|dev) = \[(.*?)\]$", text, re.M | re.S)
    lines = "".join(lists).replace("_", "-")
    names = set(re.findall(r'"([A-Za-z-]+)', lines)) - {
        "types-PyYAML",
        "types-python-dateutil",
        "asyncpg-stubs",
    }
    told = WHY.replace("_", "-").replace("`-", "`pytest-")

    assert len(names) > 20
    assert set() == {name for name in names if name not in told}


def test_every_decision_has_a_date_and_three_sentences():
    decisions = re.findall(r"^\*\*.+?\*\* \((.+?)\)\. (.+)$", WHY, re.MULTILINE)
    sentences = [len(re.findall(r"[.?!](?= [A-Z`39]|$)", text)) for _date, text in decisions]

    assert len(decisions) > 10
    assert [] == [date for date, _ in decisions if not re.fullmatch(r"\d{4}-\d{2}", date)]
    assert [] == [text for (_, text), n in zip(decisions, sentences, strict=True) if n > 4]
