"""Texts that went no further: which there are, and trying one again or giving it up."""

from __future__ import annotations

import re
from typing import Any

from threadline.app import App
from threadline.errors import Invalid, NotFound, Problem
from threadline.model.clock import iso
from threadline.operations import organizations

STATES = ("parked", "failed", "unknown", "waiting")
ID = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")


async def list_(
    app: App, *, organization: str, state: str = "parked", limit: int = 100
) -> list[dict[str, Any]]:
    """
    The latest first, from contacts and to them. `status` says what is going on in words,
    `why` what led to it. Raises `NotFound`, `Invalid`.
    """
    if state not in STATES:
        mend = f"Use one of: {', '.join(STATES)}."
        problem = Problem("field_invalid", "State", f"{state!r} is no state of a text.", mend)
        raise Invalid([problem])
    await organizations.find(app, organization)
    found = await app.store.texts(organization, state, limit)
    return [{**one, "at": iso(one["at"])} for one in found]


async def retry(app: App, *, organization: str, id: str) -> dict[str, Any]:
    """
    Try again, now, what was put aside, failed or came too late. Returns the text, what it is
    now, and `warnings`. Raises `NotFound`, `Invalid`.
    """
    await organizations.find(app, organization)
    return {"id": id, **await app.store.retry_text(organization, *place(id))}


async def discard(app: App, *, organization: str, id: str) -> dict[str, Any]:
    """Give it up, so that what follows can go on. Raises `NotFound`, `Invalid`."""
    await organizations.find(app, organization)
    return {"id": id, **await app.store.discard_text(organization, *place(id))}


def place(id: str) -> tuple[int, int]:
    """The conversation, and the place on its timeline. Pure. Raises `NotFound`."""
    found = ID.fullmatch(id)
    if found is None:
        raise NotFound(
            f"{id!r} names no text: a name is a conversation and a place, such as 12-7. "
            "`threadline message list` tells them."
        )
    return int(found[1]), int(found[2])
