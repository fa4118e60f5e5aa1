"""Who does not want to be texted: listed, added and removed by hand, and how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from threadline.app import App
from threadline.model.clock import iso
from threadline.model.paging import Page, Part, page
from threadline.model.resources.optouts import (
    ConsentHistory,
    OptOut,
    OptOutAdded,
    OptOutRemoved,
)
from threadline.operations import endpoints, given, organizations
from threadline.operations.senders import addresses_of


async def list_(
    app: App,
    *,
    organization: str | None,
    endpoint: str | None = None,
    limit: int = 100,
    after: str | None = None,
) -> Page[OptOut]:
    """
    The latest first, of all senders or of the one that an endpoint has. `endpoints` are the
    addresses that use the sender. Raises `NotFound`, `Invalid`.
    """
    owner = (await organizations.find(app, organization)).name
    part = Part(limit, after)
    route = ""
    if endpoint is not None:
        one = await endpoints.find(app, endpoint, owner)
        if not one.route:
            return {"data": [], "next": None}
        route = one.route
    at, contact, past = part.place(int, str, int) or (0, "", 0)
    users = await addresses_of(app, owner)

    def told(row: Mapping[str, Any]) -> OptOut:
        return {
            "contact": row["contact"],
            "endpoints": users.get(row["route"], []),
            "since": iso(row["at"]),
            "source": row["source"],
            "said": row["said"],
        }

    rows = await app.store.opt_outs(owner, route, limit + 1, (at, contact, past))
    return page(rows, part, lambda row: (row["at"], row["contact"], row["id"]), told)


async def add(
    app: App, *, endpoint: str, contact: str, reason: str, organization: str | None = None
) -> OptOutAdded:
    """
    The contact is texted no more by the endpoint's sender, and what waits for them is
    dropped. `new` says whether they had not opted out before. Raises `NotFound`, `Invalid`.
    """
    contact, reason = given.both(contact, reason)
    await endpoints.find(app, endpoint, organization)
    found = await app.store.take_off(endpoint, contact, reason)
    return {
        "contact": contact,
        "new": found["new"],
        "since": iso(found["since"]),
        "source": found["source"],
        "said": found["said"],
        "dropped": found["dropped"],
    }


async def remove(
    app: App, *, endpoint: str, contact: str, reason: str, organization: str | None = None
) -> OptOutRemoved:
    """
    The contact may be texted again; returns the opt-out that this lifts. A block that the
    provider keeps of its own is not lifted by it. Raises `NotFound`, `Invalid`.
    """
    contact, reason = given.both(contact, reason)
    await endpoints.find(app, endpoint, organization)
    found = await app.store.put_back(endpoint, contact, reason)
    return {
        "contact": contact,
        "since": iso(found["since"]),
        "source": found["source"],
        "said": found["said"],
    }


async def history(
    app: App, *, endpoint: str, contact: str, organization: str | None = None
) -> ConsentHistory:
    """
    Since when the contact has opted out of the endpoint's sender (None: they have not), and
    every change of that in order. Raises `NotFound`, `Invalid`.
    """
    contact = given.contact_of(contact)
    await endpoints.find(app, endpoint, organization)
    since = await app.store.opted_out_since(endpoint, contact)
    changes = await app.store.consents(endpoint, contact)
    return {
        "contact": contact,
        "since": None if since is None else iso(since),
        "history": [
            {
                "what": one["what"],
                "source": one["source"],
                "said": one["said"],
                "at": iso(one["at"]),
            }
            for one in changes
        ],
    }
