"""Who does not want to be texted: listed, added and removed by hand, and how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from threadline.app import App
from threadline.model.clock import iso
from threadline.operations import endpoints, given, organizations
from threadline.operations.senders import addresses_of


async def list_(
    app: App, *, organization: str, endpoint: str | None = None, limit: int = 1000
) -> list[dict[str, Any]]:
    """
    The latest first, of all senders or of the one that an endpoint has. `endpoints` are the
    addresses that use the sender. Raises `NotFound`.
    """
    await organizations.find(app, organization)
    route = ""
    if endpoint is not None:
        one = await endpoints.find(app, endpoint, organization)
        if not one.route:
            return []
        route = one.route
    users = await addresses_of(app, organization)
    return [
        {
            "contact": row["contact"],
            "endpoints": users.get(row["route"], []),
            "since": iso(row["at"]),
            "source": row["source"],
            "said": row["said"],
        }
        for row in await app.store.opt_outs(organization, route, limit)
    ]


async def add(app: App, *, endpoint: str, contact: str, reason: str) -> dict[str, Any]:
    """
    The contact is texted no more by the endpoint's sender, and what waits for them is
    dropped. `new` says whether they had not opted out before. Raises `NotFound`, `Invalid`.
    """
    contact, reason = given.both(contact, reason)
    await endpoints.find(app, endpoint)
    return _told(contact, await app.store.take_off(endpoint, contact, reason))


async def remove(app: App, *, endpoint: str, contact: str, reason: str) -> dict[str, Any]:
    """
    The contact may be texted again; returns the opt-out that this lifts. A block that the
    provider keeps of its own is not lifted by it. Raises `NotFound`, `Invalid`.
    """
    contact, reason = given.both(contact, reason)
    await endpoints.find(app, endpoint)
    return _told(contact, await app.store.put_back(endpoint, contact, reason))


async def history(app: App, *, endpoint: str, contact: str) -> dict[str, Any]:
    """
    Since when the contact has opted out of the endpoint's sender (None: they have not), and
    every change of that in order. Raises `NotFound`, `Invalid`.
    """
    contact = given.contact_of(contact)
    await endpoints.find(app, endpoint)
    since = await app.store.opted_out_since(endpoint, contact)
    changes = await app.store.consents(endpoint, contact)
    return {
        "contact": contact,
        "since": None if since is None else iso(since),
        "history": [{**one, "at": iso(one["at"])} for one in changes],
    }


def _told(contact: str, found: Mapping[str, Any]) -> dict[str, Any]:
    return {"contact": contact, **found, "since": iso(found["since"])}
