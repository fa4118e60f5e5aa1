"""Endpoints: all of them, with how each does, and a form for a new one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from threadline.model.clock import iso
from threadline.model.endpoint import Endpoint
from threadline.operations import endpoint_changes, endpoints, health
from threadline.web.portal.page import Act, Go, Page, Visit

SHOWN = 50


async def show(visit: Visit) -> Mapping[str, Any]:
    types = visit.app.channel_types
    wanted, after = visit.query.get("q", "").strip().lower(), visit.query.get("after", "")
    every = await endpoints.of(visit.app, visit.organization)
    rest = [one for one in every if wanted in _words(one) and one.address > after]
    seen = await health.overview(visit.app, organization=visit.organization, only=rest[:SHOWN])
    return {
        "q": visit.query.get("q", ""),
        "next": rest[SHOWN - 1].address if len(rest) > SHOWN else None,
        "endpoints": [
            {
                **health.told(one),
                "label": types[one.endpoint.engagement_type].label,
                "bot": one.endpoint.target,
                "route": (one.endpoint.route or "").rpartition("/")[2],
                "why": one.why,
                "heard_at": iso(at) if (at := one.first_text.observed_at) else None,
            }
            for one in seen
        ],
        "bots": [(one, one) for one in await bots_of(visit)],
        "types": [(name, kind.label) for name, kind in types.items()],
    }


def _words(one: Endpoint) -> str:
    """What an endpoint is found by: name, address, bot, number."""
    return " ".join((one.name, one.address, one.target, one.route or "")).lower()


async def bots_of(visit: Visit) -> list[str]:
    """The names of the organization's bots, in order."""
    found = await visit.app.store.bots()
    return sorted(one.name for one in found if one.organization == visit.organization)


async def create(visit: Visit) -> Go:
    """One whose type needs a secret begins offline, until it has one."""
    form = visit.form
    name, kind = form.get("Name").strip(), form.get("EngagementType")
    known = visit.app.channel_types.get(kind)
    bot = form.get("TargetBotReference")
    document = {
        "Address": form.get("Address").strip() or address_for(visit.organization, name),
        "Name": name,
        "Status": "offline" if known and known.secret_fields else "online",
        "EngagementType": kind,
        "TargetBotReference": bot,
        "InboundBotReference": bot,
        "OutboundBotReference": bot,
    }
    await endpoint_changes.create(visit.app, organization=visit.organization, document=document)
    said = f"{name} is there. Its set-up is beside it, step by step."
    return Go(visit.url("/endpoints/{}", str(document["Address"])), said)


def address_for(organization: str, name: str) -> str:
    """`flowit-my-sms` for “My SMS”: nobody has to think of one. Pure."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return f"{organization}-{plain or 'endpoint'}"[:100]


page = Page(
    "/endpoints",
    "Endpoints",
    "endpoints.html",
    show,
    section="endpoints",
    acts={"create": Act("builder", create)},
    live=("list",),
)
