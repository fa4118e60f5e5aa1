"""Bots: all of them, with how each does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from threadline.operations import bots, default_endpoints
from threadline.web.portal.page import Page, Visit

MANY = 100
COLOURS = {"RUNNING": "good", "PAUSED": "warn", "STOPPED": "plain"}
"""What a state looks like."""


async def show(visit: Visit) -> Mapping[str, Any]:
    found = await bots.list_(
        visit.app,
        organization=visit.organization,
        limit=MANY,
        after=visit.query.get("after"),
    )
    drafted = await visit.app.store.drafted_bots(visit.organization)
    return {
        "bots": [
            {
                **one,
                "colour": COLOURS[one["State"]],
                "draft": one["Name"] in drafted,
                "updated_at": at(one["Updated"]),
                "others": _others(visit.organization, one["Name"], one["Endpoints"]),
            }
            for one in found["data"]
        ],
        "next": found["next"],
    }


def at(milliseconds: int) -> str:
    """As RFC 3339 writes it."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat()


def _others(organization: str, bot: str, endpoints: list[str]) -> list[str]:
    """Its endpoints, without the one that it brought."""
    own = default_endpoints.address(organization, bot)
    return [one for one in endpoints if one != own]


page = Page("/bots", "Bots", "bots.html", show, section="bots", live=("list",))
