"""Who changed what: written before it is done, by the door that it came through."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from threadline.app import App
from threadline.errors import ThreadlineError
from threadline.model.clock import iso
from threadline.model.paging import Page, Part, page
from threadline.model.people import AuditRow
from threadline.model.resources.users import Audited
from threadline.model.srn import Srn
from threadline.operations import organizations

NAMED = ("email", "id", "name", "Name", "Address", "Alias", "endpoint", "contact", "role")
"""What tells in a form or in a body whom or what it is about. No value of a secret is here."""


@asynccontextmanager
async def written(
    app: App,
    *,
    organization: str,
    who: str,
    door: str,
    what: str,
    about: str,
    refusals: tuple[type[Exception], ...] = (),
) -> AsyncIterator[None]:
    """
    What is done inside the block, unless it is refused by a `ThreadlineError` or by one of
    `refusals`: then nothing has happened. Whatever else it raises leaves it under way, since
    nobody knows how far it came.
    """
    row = AuditRow(organization, app.clock(), who, door, what, about[:300])
    id = await app.store.begin_audit(row)
    try:
        yield
    except Exception as why:
        if isinstance(why, (ThreadlineError, *refusals)):
            await app.store.end_audit(id, done=False)
        raise
    await app.store.end_audit(id, done=True)


def about(path: str, given: Mapping[str, Any]) -> str:
    """`/users ann@example.com operator`: a path, and what is named beside it. Pure."""
    named = (given.get(one) for one in NAMED)
    return " ".join([path, *(one for one in named if isinstance(one, str) and one)])


async def whose(app: App, organization: str | None, names: Iterable[str]) -> str:
    """
    Whose change it is: of the organization that was meant, of the only one, or of the one that
    has something of these names; "" = the server's own, or of several.
    """
    catalog = await app.catalog()
    if organization in catalog.titles:
        return organization
    if len(catalog.titles) == 1:
        return next(iter(catalog.titles))
    for name in names:
        endpoint = catalog.addresses.get(name)
        owner = endpoint.organization if endpoint else _of_secret(name) or name
        if owner in catalog.titles:
            return owner
    return ""


async def list_(
    app: App, *, organization: str | None, limit: int = 100, after: str | None = None
) -> Page[Audited]:
    """
    The latest first; without an organization those of all, and the server's own. Raises
    `NotFound`, `Invalid`.
    """
    owner = (await organizations.find(app, organization)).name if organization else None
    part = Part(limit, after)
    [before] = part.place(int) or (0,)
    found = await app.store.audit(owner, limit + 1, before)
    rows = [{"id": one.id, "row": one} for one in found]
    return page(rows, part, lambda one: (one["id"],), lambda one: _told(one["row"]))


def _of_secret(name: str) -> str:
    try:
        return Srn.parse(name).organization
    except ValueError:
        return ""


def _told(one: AuditRow) -> Audited:
    return {
        "at": iso(one.at),
        "organization": one.organization,
        "who": one.who,
        "door": one.door,
        "what": one.what,
        "about": one.about,
        "done": one.done,
    }
