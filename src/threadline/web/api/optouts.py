"""/optouts: who does not want to be texted."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from threadline.model.paging import Page
from threadline.model.resources.optouts import (
    ConsentHistory,
    OptOut,
    OptOutAdded,
    OptOutCreate,
    OptOutRemoved,
)
from threadline.operations import optouts
from threadline.web.api.access import Reader, Writer
from threadline.web.api.requests import router
from threadline.web.api.shapes import Address, Contact, Here, Once, Wanted

routes = router("Opt-outs")


@routes.get("/optouts")
async def list_opt_outs(
    app: Here,
    caller: Reader,
    part: Wanted,
    endpoint: Annotated[
        str | None, Query(description="Only of the sender of this endpoint.")
    ] = None,
) -> Page[OptOut]:
    """Who opted out, the latest first."""
    return await optouts.list_(
        app,
        organization=caller.organization,
        endpoint=endpoint,
        limit=part.limit,
        after=part.after,
    )


@routes.post("/optouts", status_code=201)
async def add_opt_out(
    app: Here, caller: Writer, wanted: OptOutCreate, _once: Once = None
) -> OptOutAdded:
    """Text somebody no more, and drop what waits for them."""
    return await optouts.add(app, organization=caller.organization, **wanted)


@routes.delete("/optouts/{endpoint}/{contact}")
async def remove_opt_out(
    app: Here,
    caller: Writer,
    endpoint: Address,
    contact: Contact,
    reason: Annotated[str, Query(description="Why, for who reads it later.")],
) -> OptOutRemoved:
    """Let somebody be texted again. Do it only if they asked for it."""
    return await optouts.remove(
        app,
        organization=caller.organization,
        endpoint=endpoint,
        contact=contact,
        reason=reason,
    )


@routes.get("/optouts/{endpoint}/{contact}")
async def opt_out_history(
    app: Here, caller: Reader, endpoint: Address, contact: Contact
) -> ConsentHistory:
    """When somebody opted out and in again, and how."""
    return await optouts.history(
        app, organization=caller.organization, endpoint=endpoint, contact=contact
    )
