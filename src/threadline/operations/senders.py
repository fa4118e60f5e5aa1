"""Senders: how fast each goes, what it waits for, and pausing it by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from threadline.app import App
from threadline.model.clock import SECOND, iso
from threadline.model.paging import Page, Part, page_of
from threadline.model.resources.senders import Sender, SenderResumed
from threadline.operations import endpoints, given, organizations

STATES = {"operator": "paused by hand", "catch_up": "catching up"}
"""What a sender does that sends nothing, by the code of its pause; any other is `paused`."""


async def list_(
    app: App, *, organization: str | None, limit: int = 100, after: str | None = None
) -> Page[Sender]:
    """
    Each number or messaging service, and what it does: `until` is when a pause ends by
    itself, `segments_per_second` None for as fast as it goes. Raises `NotFound`, `Invalid`.
    """
    owner = (await organizations.find(app, organization)).name
    users = await addresses_of(app, owner)
    now = app.clock()
    rows = page_of(await app.store.senders(owner), Part(limit, after), _place)
    return {
        "data": [_told(row, users.get(row["route"], ()), now) for row in rows["data"]],
        "next": rows["next"],
    }


async def pause(
    app: App, *, endpoint: str, reason: str, organization: str | None = None
) -> Sender:
    """The endpoint's sender sends nothing until it is resumed. Raises `NotFound`, `Invalid`."""
    reason = given.reason_of(reason)
    one = await endpoints.find(app, endpoint, organization)
    await app.store.pause_sender(endpoint, reason)
    return await _one(app, one.organization, one.route)


async def resume(app: App, *, endpoint: str, organization: str | None = None) -> SenderResumed:
    """
    The endpoint's sender sends again, and what waits goes out at once. `was_paused` says
    whether it had stopped, and `why` what for. Raises `NotFound`.
    """
    one = await endpoints.find(app, endpoint, organization)
    was = await app.store.resume_sender(endpoint)
    now = await _one(app, one.organization, one.route)
    return {**now, "why": was["why"], "was_paused": was["was_paused"]}


async def addresses_of(app: App, organization: str) -> dict[str, list[str]]:
    """By the route of a sender, the addresses of the endpoints that use it."""
    found: dict[str, list[str]] = {}
    for one in await endpoints.of(app, organization):
        if one.route:
            found.setdefault(one.route, []).append(one.address)
    return found


async def _one(app: App, organization: str, route: str | None) -> Sender:
    users = await addresses_of(app, organization)
    rows = await app.store.senders(organization)
    return next(
        _told(row, users.get(row["route"], ()), app.clock())
        for row in rows
        if row["route"] == route
    )


def _place(row: Mapping[str, Any]) -> str:
    """By number; one that was moved to another account is there twice."""
    return f"{_number(row)} {row['id']}"


def _number(row: Mapping[str, Any]) -> str:
    """The account is left out: it is part of a secret. Pure."""
    return str(row["route"]).rpartition("/")[2]


def _told(row: Mapping[str, Any], users: Sequence[str], now: int) -> Sender:
    resting = row["paused_until"] > now
    state = STATES.get(row["paused_code"], "paused") if resting else "sending"
    by_itself = resting and row["paused_code"] != "operator"
    return {
        "sender": _number(row),
        "endpoints": list(users),
        "state": state,
        "until": iso(row["paused_until"]) if by_itself else None,
        "why": row["paused_why"] if resting else "",
        "segments_per_second": round(SECOND / row["pace"], 3) if row["pace"] else None,
        "waiting": row["drafts"],
        "oldest": None if row["oldest"] is None else iso(row["oldest"]),
        "opted_out": row["opted_out"],
        "heard_at": iso(row["heard_at"]) if row["heard_at"] else None,
    }
