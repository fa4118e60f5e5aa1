"""What docs/adding.md says to copy and to change is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from threadline import settings
from threadline.bots import Scripts, bot_types
from threadline.bots.flow.nodes import NODES
from threadline.channels import CHANNELS
from threadline.egress import Egress
from threadline.model.timeline import from_json, to_json

PAGE = Path("docs/adding.md").read_text("utf-8")
RECIPES = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
PATH = r"`((?:src|tests|docs)/[\w/.-]+)`"


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda one: one.splitlines()[0])
def test_every_file_of_a_recipe_is_there(recipe: str):
    named = re.findall(PATH, recipe)

    assert named
    assert [] == [one for one in named if not Path(one).exists()]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda one: one.splitlines()[0])
def test_every_recipe_tells_its_size(recipe: str):
    assert re.search(r"^\*Size: .*\d+.*\*$", recipe, re.MULTILINE)


def test_what_a_recipe_adds_a_line_to_is_a_dictionary():
    for name, found in {
        "CHANNELS": CHANNELS,
        "bot_types": bot_types(Egress().user, lambda: 0, Scripts()),
        "NODES": NODES,
        "Settings": settings.Settings.model_fields,
    }.items():
        assert f"`{name}`" in PAGE
        assert isinstance(found, dict)


def test_an_element_goes_through_json_and_back():
    goal = {"type": "goal", "name": "sold"}

    assert goal == to_json(from_json(goal))
