"""What docs/howto/portal.md names is on the pages. tests/browser walks its way."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from starlette.routing import compile_path

from tests.browser import screenshots
from threadline.channels import CHANNELS
from threadline.model import people
from threadline.model.checks import TITLES
from threadline.web import portal
from threadline.web.portal.navigation import SECTIONS

PAGE = Path("docs/howto/portal.md")
TEXT = PAGE.read_text("utf-8")
FOLDER = Path("docs/pictures")
PICTURES = {
    *screenshots.DOORS,
    *screenshots.PAGES,
    *(f"{name}{mark}" for mark, names in screenshots.SHOWN.items() for name in names),
}
PROVIDERS = {"A message comes in", "Primary handler fails"}
"""Of Twilio's console."""


def test_everything_that_it_names_is_on_the_pages():
    folder = files("threadline.web.portal")
    pages = Path(str(folder)).rglob("*")
    source = "\n".join(
        one.read_text("utf-8") for one in pages if one.suffix in (".html", ".py", ".js")
    )
    known = {*TITLES.values(), *(kind.label for kind in CHANNELS.values()), *PROVIDERS}
    named = set(re.findall(r"(?<![*\w])\*([^*\n]+)\*(?!\*)", TEXT))
    made = "New secret: Twilio"  # of a template

    assert len(named) > 30
    assert [] == sorted(one for one in named - known - {made} if one not in source)


def test_the_roles_are_told_as_the_pages_tell_them():
    told = re.findall(r"^\| (viewer|operator|builder|owner) \| (.*?) \|$", TEXT, re.MULTILINE)

    assert people.MEANINGS == dict(told)


def test_the_keys_lead_where_it_says():
    [line] = re.findall(r"^\| `g`, then a letter \| (.*) \|$", TEXT, re.MULTILINE)
    wanted = ", ".join(f"`{one.key}` {one.title}" for one in SECTIONS)

    assert wanted == line


def test_its_pictures_are_those_that_make_screenshots_makes():
    shown = re.findall(r"\]\(\.\./pictures/(.*?)\.png\)", TEXT)

    assert set() == set(shown) - PICTURES


def test_every_picture_is_there_and_in_the_gallery():
    gallery = re.findall(r"\]\((.*?)\.png\)", (FOLDER / "README.md").read_text("utf-8"))

    assert sorted(PICTURES) == sorted(gallery)
    assert sorted(PICTURES) == sorted(one.stem for one in FOLDER.glob("*.png"))


def test_every_page_has_a_picture():
    """If this fails: name the page in `tests.browser.screenshots`, and `make screenshots`."""
    paths = ["/" + one.partition("?")[0] for one in screenshots.PAGES.values()]
    patterns = [compile_path(one.path)[0] for one in portal.PAGES]
    templates = Path(str(files(portal))).glob("templates/*.html")
    doors = {one.stem for one in templates if 'extends "door.html"' in one.read_text("utf-8")}

    assert [] == [one.pattern for one in patterns if not any(map(one.match, paths))]
    assert set(screenshots.DOORS) == doors
