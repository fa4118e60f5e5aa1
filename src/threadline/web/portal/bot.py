"""One bot: whether it runs, where it answers, what it was, and the end of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from threadline.model.bot import STATES
from threadline.operations import bot_drafts, bot_versions, bots, default_endpoints, endpoints
from threadline.web.portal.bots import COLOURS
from threadline.web.portal.page import Act, Go, Page, Visit

MANY = 20
"""Versions on a page."""
SHOWN = 10
"""Endpoints that are named."""
VERBS = {"RUNNING": "Run", "PAUSED": "Pause", "STOPPED": "Stop"}
MEANINGS = {
    "RUNNING": "It answers.",
    "PAUSED": "It is not asked. Texts are kept, and an away message is said if there is one.",
    "STOPPED": "It is not asked, for good as far as anybody knows. Texts are kept.",
}


async def show(visit: Visit) -> Mapping[str, Any]:
    app, organization, name = visit.app, visit.organization, visit.args["name"]
    bot = await bots.describe(app, organization=organization, name=name)
    draft = await bot_drafts.describe(app, organization=organization, name=name)
    versions = await bot_versions.list_(
        app, organization=organization, name=name, limit=MANY, after=visit.query.get("after")
    )
    own = default_endpoints.address(organization, name)
    ours = await endpoints.of(app, organization)
    named = sorted(
        (one for one in ours if name in endpoints.bots_of(one.document).values()),
        key=lambda one: (one.address != own, one.address),
    )
    return {
        "bot": bot,
        "state": str(bot["State"]).upper(),
        "states": [(one, VERBS[one], MEANINGS[one]) for one in STATES],
        "colour": COLOURS[str(bot["State"]).upper()],
        "draft": draft if draft["revision"] else None,
        "versions": versions["data"],
        "next": versions["next"],
        "more_endpoints": max(0, len(named) - SHOWN),
        "endpoints": [
            {
                "address": one.address,
                "name": one.name,
                "type": app.channel_types[one.engagement_type].label,
                "online": one.online,
                "own": default_endpoints.bot_of(one) == name,
            }
            for one in named[:SHOWN]
        ],
        "preview": own if own in {one.address for one in ours} else None,
    }


async def set_state(visit: Visit) -> Go:
    state = visit.form.get("state")
    name = visit.args["name"]
    await bots.set_state(visit.app, organization=visit.organization, name=name, state=state)
    return Go(said=f"{name} is {state}.")


async def delete(visit: Visit) -> Go:
    name = visit.args["name"]
    await bots.delete(visit.app, organization=visit.organization, name=name)
    return Go(visit.url("/bots"), f"{name} is gone.")


page = Page(
    "/bots/{name}",
    "Bot",
    "bot.html",
    show,
    section="bots",
    acts={"set_state": Act("builder", set_state), "delete": Act("builder", delete)},
)
