"""Opt-outs: who does not want to be texted, how that came about, and changing it by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from threadline.operations import endpoints, optouts
from threadline.web.portal.page import Act, Go, Page, Visit

SOURCES = {
    "keyword": "texted",
    "OptOutType": "texted",
    "operator": "by hand",
    "revocation": "asked in their own words",
    "provider": "the provider said so",
}
"""How it came about, in words; anything else is a code of the provider's."""


async def show(visit: Visit) -> Mapping[str, Any]:
    endpoint, contact = visit.query.get("endpoint", ""), visit.query.get("contact", "")
    found = await optouts.list_(
        visit.app,
        organization=visit.organization,
        endpoint=endpoint or None,
        after=visit.query.get("after"),
    )
    every = await endpoints.list_(visit.app, organization=visit.organization, limit=1000)
    history = None
    if endpoint and contact:
        history = await optouts.history(
            visit.app, endpoint=endpoint, contact=contact, organization=visit.organization
        )
    return {
        "found": found["data"],
        "next": found["next"],
        "endpoint": endpoint,
        "history": history,
        "choices": [
            (one["Address"], one["Name"])
            for one in every["data"]
            if visit.app.channel_types[one["EngagementType"]].by_number
        ],
        "SOURCES": SOURCES,
    }


async def add(visit: Visit) -> Go:
    found = await optouts.add(
        visit.app,
        endpoint=visit.form.get("endpoint"),
        contact=visit.form.get("contact"),
        reason=visit.form.get("reason"),
        organization=visit.organization,
    )
    told = f"{found['contact']} is texted no more.{_dropped(found['dropped'])}"
    return Go(visit.url("/opt-outs"), told)


async def remove(visit: Visit) -> Go:
    found = await optouts.remove(
        visit.app,
        endpoint=visit.form.get("endpoint"),
        contact=visit.form.get("contact"),
        reason=visit.form.get("reason"),
        organization=visit.organization,
    )
    return Go(visit.url("/opt-outs"), f"{found['contact']} may be texted again.")


def _dropped(count: int) -> str:
    """What became of the texts that waited. Pure."""
    if count < 2:
        return " 1 text that waited was dropped." if count else ""
    return f" {count:,} texts that waited were dropped."


page = Page(
    "/opt-outs",
    "Opt-outs",
    "opt-outs.html",
    show,
    section="optouts",
    acts={"add": Act("operator", add), "remove": Act("operator", remove)},
    live=("list",),
)
