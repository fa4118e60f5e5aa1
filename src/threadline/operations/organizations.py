"""Organizations: whether one is there."""

from __future__ import annotations

from threadline.app import App
from threadline.errors import NotFound
from threadline.model.organization import Organization
from threadline.operations.near import meant


async def find(app: App, name: str) -> Organization:
    """Raises `NotFound`."""
    known = {one.name: one for one in await app.store.organizations()}
    if name in known:
        return known[name]
    raise NotFound(
        f"There is no organization {name!r}. {meant(name, known)} "
        "`threadline apply` makes one of a file with `Organization: NAME`."
    )
