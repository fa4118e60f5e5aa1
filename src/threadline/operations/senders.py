"""Senders: how fast each goes, what it waits for, and pausing it by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from threadline.app import App
from threadline.model.clock import SECOND, iso
from threadline.operations import endpoints, given, organizations

STATES = {"operator": "paused by hand", "catch_up": "catching up"}
"""What a sender does that sends nothing, by the code of its pause; any other is `paused`."""


async def list_(app: App, *, organization: str) -> list[dict[str, Any]]:
    """
    Each number or messaging service, and what it does: `until` is when a pause ends by
    itself, `segments_per_second` None for as fast as it goes. Raises `NotFound`.
    """
    await organizations.find(app, organization)
    users = await addresses_of(app, organization)
    now = app.clock()
    return [
        {**_told(row, now), "endpoints": users.get(row["route"], [])}
        for row in await app.store.senders(organization)
    ]


async def pause(app: App, *, endpoint: str, reason: str) -> dict[str, Any]:
    """The endpoint's sender sends nothing until it is resumed. Raises `NotFound`, `Invalid`."""
    reason = given.reason_of(reason)
    one = await endpoints.find(app, endpoint)
    await app.store.pause_sender(endpoint, reason)
    return await _one(app, one.organization, one.route)


async def resume(app: App, *, endpoint: str) -> dict[str, Any]:
    """
    The endpoint's sender sends again, and what waits goes out at once. `was_paused` says
    whether it had stopped, and `why`. Raises `NotFound`.
    """
    one = await endpoints.find(app, endpoint)
    was = await app.store.resume_sender(endpoint)
    return {**await _one(app, one.organization, one.route), **was}


async def addresses_of(app: App, organization: str) -> dict[str, list[str]]:
    """By the route of a sender, the addresses of the endpoints that use it."""
    found: dict[str, list[str]] = {}
    for one in await app.store.endpoints():
        if one.organization == organization and one.route:
            found.setdefault(one.route, []).append(one.address)
    return found


async def _one(app: App, organization: str, route: str | None) -> dict[str, Any]:
    rows = await app.store.senders(organization)
    return next(_told(row, app.clock()) for row in rows if row["route"] == route)


def _told(row: Mapping[str, Any], now: int) -> dict[str, Any]:
    """The account is left out: it is part of a secret. Pure."""
    resting = row["paused_until"] > now
    state = STATES.get(row["paused_code"], "paused") if resting else "sending"
    by_itself = resting and row["paused_code"] != "operator"
    return {
        "sender": row["route"].rpartition("/")[2],
        "state": state,
        "until": iso(row["paused_until"]) if by_itself else None,
        "why": row["paused_why"] if resting else "",
        "segments_per_second": round(SECOND / row["pace"], 3) if row["pace"] else None,
        "waiting": row["drafts"],
        "oldest": None if row["oldest"] is None else iso(row["oldest"]),
    }
