"""A new bot: the blueprints with how they talk, then its name and what is filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from threadline.operations import blueprints
from threadline.web.portal.page import Act, Go, Page, Visit

FILLED = "values."
"""What the fields of parameters begin with, as the paths of problems do."""


async def show(visit: Visit) -> Mapping[str, Any]:
    chosen = visit.query.get("blueprint")
    return {
        "blueprints": blueprints.list_()["data"],
        "chosen": blueprints.describe(chosen) if chosen else None,
    }


async def create(visit: Visit) -> Go:
    blueprint = blueprints.describe(visit.query.get("blueprint", ""))
    values = {
        one["name"]: visit.form.get(f"{FILLED}{one['name']}").strip() or one["default"]
        for one in blueprint["parameters"]
    }
    made = await blueprints.create(
        visit.app,
        organization=visit.organization,
        blueprint=blueprint["name"],
        name=visit.form.get("Name").strip(),
        values=values,
        by=visit.by,
    )
    said = f"{made['Name']} is there. Say something to it, or change what it says."
    return Go(visit.url("/bots/{}", made["Name"]), said)


page = Page(
    "/new-bot",
    "New bot",
    "new-bot.html",
    show,
    role="builder",
    section="bots",
    acts={"create": Act("builder", create)},
)
