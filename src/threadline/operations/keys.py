"""Keys to the API: created and shown once, listed, revoked, and looked at when one comes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Literal

from threadline.app import App
from threadline.errors import Invalid, NotFound, Problem, StoreDown, Unauthenticated
from threadline.model import access
from threadline.model.access import MEANINGS, SCOPES, KeyRow
from threadline.model.clock import SECOND, iso
from threadline.model.paging import Page, Part, page_of
from threadline.model.resources.keys import ApiKey, NewApiKey
from threadline.operations import organizations

LONGEST = 100
STALE = 60 * SECOND
"""How late the time at which a key was last used may be."""
NO_KEY = (
    "This needs a key, in the header `Authorization: Bearer KEY`. `threadline key create` "
    "makes one on the server's machine."
)
BAD_KEY = (
    "The key is wrong, revoked or past its time. `threadline key list` on the server's "
    "machine tells which there are."
)


async def create(
    app: App,
    *,
    organization: str | None,
    name: str,
    scopes: Sequence[str],
    expires: str | None = None,
) -> NewApiKey:
    """
    A key of the organization, told this one time. `expires` is a time as RFC 3339 writes it,
    or None for never. Raises `NotFound`, `Invalid`.
    """
    owner = await organizations.find(app, organization)
    now = app.clock()
    until, late = _time(expires, now)
    problems = [*_check(name, scopes), *late]
    if problems:
        raise Invalid(problems)
    key = access.new_key()
    row = KeyRow(
        id=access.new_id(),
        organization=owner.name,
        name=" ".join(name.split()),
        hash=access.hashed(key),
        scopes=access.ordered(scopes),
        created_at=now,
        expires_at=until,
    )
    await app.store.save_api_key(row)
    told = _told(row, now)
    return {**told, "key": key}


async def list_(
    app: App, *, organization: str | None, limit: int = 100, after: str | None = None
) -> Page[ApiKey]:
    """By id; never a key itself. Raises `NotFound`, `Invalid`."""
    owner = await organizations.find(app, organization)
    now = app.clock()
    told = [_told(one, now) for one in await app.store.api_keys(owner.name)]
    return page_of(told, Part(limit, after), lambda one: one["id"])


async def revoke(app: App, *, organization: str | None, id: str) -> ApiKey:
    """From now on it opens nothing. Raises `NotFound`."""
    owner = await organizations.find(app, organization)
    known = {one.id: one for one in await app.store.api_keys(owner.name)}
    if id not in known:
        raise NotFound(f"There is no key {id!r}. `threadline key list` tells them.")
    now = app.clock()
    row = known[id]
    if not row.revoked_at:
        row = replace(row, revoked_at=now)
        await app.store.save_api_key(row)
    return _told(row, now)


async def open_with(app: App, presented: str) -> KeyRow:
    """The key that was presented, if it counts. Raises `Unauthenticated`."""
    if not presented:
        raise Unauthenticated(NO_KEY)
    now = app.clock()
    row = await app.store.api_key(access.hashed(presented))
    if row is None or not row.counts(now):
        raise Unauthenticated(BAD_KEY)
    if now - row.used_at > STALE:
        with suppress(StoreDown):  # what it came for may do with reading
            await app.store.save_api_key(replace(row, used_at=now))
    return row


def _check(name: str, scopes: Sequence[str]) -> list[Problem]:
    problems = []
    if not name.strip() or len(name) > LONGEST:
        mend = f"Say in 1 to {LONGEST} letters who will use it."
        problems.append(Problem("name_invalid", "name", "It has no name of use.", mend))
    mend = f"Use: {'; '.join(f'{one} ({MEANINGS[one]})' for one in SCOPES)}"
    problems += [
        Problem("scope_unknown", "scopes", f"There is no scope {one!r}.", mend)
        for one in scopes
        if one not in SCOPES
    ]
    if not scopes:
        problems.append(Problem("scope_unknown", "scopes", "It may do nothing.", mend))
    return problems


def _time(written: str | None, now: int) -> tuple[int, list[Problem]]:
    if written is None:
        return 0, []
    try:
        when = datetime.fromisoformat(written)
        when = when.replace(tzinfo=when.tzinfo or UTC).astimezone(UTC)
        at = int(when.timestamp() * SECOND)
    except (ValueError, OverflowError):  # astimezone: or it could not be told again
        at = 0
    if at > now:
        return at, []
    mend = "Write a time to come, such as 2030-01-31T12:00:00Z."
    return 0, [Problem("time_invalid", "expires_at", f"{written!r} is no such time.", mend)]


def _told(row: KeyRow, now: int) -> ApiKey:
    """What is ever shown of a key again. Pure."""
    return {
        "id": row.id,
        "organization": row.organization,
        "name": row.name,
        "scopes": list(row.scopes),
        "state": _state(row, now),
        "created_at": iso(row.created_at),
        "expires_at": iso(row.expires_at) if row.expires_at else None,
        "used_at": iso(row.used_at) if row.used_at else None,
    }


def _state(row: KeyRow, now: int) -> Literal["active", "expired", "revoked"]:
    if row.revoked_at:
        return "revoked"
    return "active" if row.counts(now) else "expired"
