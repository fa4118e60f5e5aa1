"""Organizations: which one is meant."""

from __future__ import annotations

from threadline.app import App
from threadline.errors import Invalid, NotFound, Problem
from threadline.model.organization import Organization
from threadline.operations.near import meant


async def find(app: App, name: str | None) -> Organization:
    """Without a name it is the only one that there is. Raises `NotFound`, `Invalid`."""
    known = {one.name: one for one in await app.store.organizations()}
    if name is None and len(known) == 1:
        [only] = known.values()
        return only
    if name is None and known:
        which = ", ".join(sorted(known)[:5])
        mend = f"Name one (--org, or the header Threadline-Organization): {which}."
        message = "There is more than one organization."
        raise Invalid([Problem("organization_missing", "Organization", message, mend)])
    if name is None:
        raise NotFound(
            "There is no organization yet. `threadline org create NAME` makes one, and "
            "`threadline apply FILE` one with its bots and endpoints."
        )
    if name in known:
        return known[name]
    raise NotFound(
        f"There is no organization {name!r}. {meant(name, known)} "
        "`threadline apply` makes one of a file with `Organization: NAME`."
    )
