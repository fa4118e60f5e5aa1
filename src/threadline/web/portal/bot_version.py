"""One version of a bot: what it changed, all that it said, and the way back to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from threadline.errors import NotFound
from threadline.operations import bot_versions, bots
from threadline.web.portal.page import Act, Go, Page, Visit
from threadline.web.portal.site import NOWHERE

KINDS = {"+": "added", "-": "gone", "@": "place"}
MARKS = ("---", "+++")


async def show(visit: Visit) -> Mapping[str, Any]:
    app, organization, name = visit.app, visit.organization, visit.args["name"]
    number = _number(visit)
    bot = await bots.describe(app, organization=organization, name=name)
    version = await bot_versions.describe(
        app, organization=organization, name=name, version=number
    )
    with_now = "with" in visit.query or number == 1  # which changed nothing
    old, new = (number, bot["Version"]) if with_now else (number - 1, number)
    compared = None
    if old > 0 and old != new:
        compared = await bot_versions.compare(
            app, organization=organization, name=name, old=old, new=new
        )
    return {
        "bot": bot,
        "version": version,
        "with_now": with_now,
        "compared": compared,
        "lines": list(_lines(compared["text"])) if compared else [],
    }


async def roll_back(visit: Visit) -> Go:
    name, number = visit.args["name"], _number(visit)
    found = await bot_versions.roll_back(
        visit.app,
        organization=visit.organization,
        name=name,
        version=number,
        note=visit.form.get("note").strip(),
        by=visit.by,
    )
    said = f"{name} is version {found['Version']}, which says what version {number} said."
    return Go(visit.url("/bots/{}", name), said)


def _number(visit: Visit) -> int:
    said = visit.args["version"]
    if not (said.isascii() and said.isdecimal() and len(said) < 18):
        raise NotFound(NOWHERE)
    return int(said)


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Each with what became of it. Pure."""
    for line in text.splitlines():
        if not line.startswith(MARKS):
            yield KINDS.get(line[:1], "same"), line


page = Page(
    "/bots/{name}/versions/{version}",
    "Version",
    "bot-version.html",
    show,
    section="bots",
    acts={"roll_back": Act("builder", roll_back)},
)
