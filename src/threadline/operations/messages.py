"""Texts that went no further: which there are, and trying one again or giving it up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from threadline.app import App
from threadline.errors import Invalid, NotFound, Problem
from threadline.model.clock import iso
from threadline.model.paging import Page, Part, page
from threadline.model.resources.messages import Message, MessageDecided
from threadline.operations import organizations

STATES = ("parked", "failed", "unknown", "waiting")
ID = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")


async def list_(
    app: App,
    *,
    organization: str | None,
    state: str = "parked",
    limit: int = 100,
    after: str | None = None,
) -> Page[Message]:
    """
    The latest first, from contacts and to them. `status` says what is going on in words,
    `why` what led to it. Raises `NotFound`, `Invalid`.
    """
    if state not in STATES:
        mend = f"Use one of: {', '.join(STATES)}."
        problem = Problem("field_invalid", "state", f"{state!r} is no state of a text.", mend)
        raise Invalid([problem])
    owner = (await organizations.find(app, organization)).name
    part = Part(limit, after)
    place = part.place(int, int, int)
    rows = await app.store.texts(owner, state, limit + 1, place)
    return page(rows, part, lambda row: (row["at"], row["conversation"], row["seq"]), _told)


async def retry(app: App, *, organization: str | None, id: str) -> MessageDecided:
    """
    Try again, now, what was put aside, failed or came too late. Returns the text, what it is
    now, and `warnings`. Raises `NotFound`, `Invalid`.
    """
    owner = (await organizations.find(app, organization)).name
    return _decided(id, await app.store.retry_text(owner, *place(id)))


async def discard(app: App, *, organization: str | None, id: str) -> MessageDecided:
    """Give it up, so that what follows can go on. Raises `NotFound`, `Invalid`."""
    owner = (await organizations.find(app, organization)).name
    return _decided(id, await app.store.discard_text(owner, *place(id)))


def place(id: str) -> tuple[int, int]:
    """The conversation, and the place on its timeline. Pure. Raises `NotFound`."""
    found = ID.fullmatch(id)
    if found is None:
        raise NotFound(
            f"{id!r} names no text: a name is a conversation and a place, such as 12-7. "
            "`threadline message list` tells them."
        )
    return int(found[1]), int(found[2])


def _told(row: Mapping[str, Any]) -> Message:
    return {
        "id": f"{row['conversation']}-{row['seq']}",
        "author": row["author"],
        "endpoint": row["endpoint"],
        "contact": row["contact"],
        "at": iso(row["at"]),
        "text": row["text"],
        "status": row["status"],
        "why": row["why"],
    }


def _decided(id: str, found: Mapping[str, Any]) -> MessageDecided:
    return {
        "id": id,
        "endpoint": found["endpoint"],
        "contact": found["contact"],
        "text": found["text"],
        "status": found["status"],
        "warnings": found["warnings"],
    }
