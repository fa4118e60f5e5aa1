"""/organizations: who has secrets, bots and endpoints."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path
from starlette.responses import Response

from threadline.model.paging import Page
from threadline.model.resources.organizations import (
    Organization,
    OrganizationChange,
    OrganizationCreate,
)
from threadline.operations import tenants
from threadline.web.api import etags
from threadline.web.api.access import Admin, Owner, Reader
from threadline.web.api.etags import IfMatch, IfNoneMatch
from threadline.web.api.requests import router
from threadline.web.api.shapes import Here, Once, Wanted

routes = router("Organizations")

Name = Annotated[str, Path(description="The organization's name.", examples=["flowit"])]
SHOWN: dict[int | str, dict[str, Any]] = {200: {"model": Organization}}
MADE: dict[int | str, dict[str, Any]] = {201: {"model": Organization}}


@routes.get("/organizations")
async def list_organizations(app: Here, caller: Reader, part: Wanted) -> Page[Organization]:
    """By name: those that the caller may see."""
    return await tenants.list_(
        app, organization=caller.organization, limit=part.limit, after=part.after
    )


@routes.post("/organizations", status_code=201, response_model=None, responses=MADE)
async def create_organization(
    app: Here, _caller: Owner, wanted: OrganizationCreate, _once: Once = None
) -> Response:
    """A new one, with nothing in it."""
    return etags.answer(await tenants.create(app, **wanted), status=201)


@routes.get("/organizations/{name}", response_model=None, responses=SHOWN)
async def describe_organization(
    app: Here, caller: Reader, name: Name, have: IfNoneMatch = None
) -> Response:
    """Its name, its title, and for how long what was said is kept."""
    found = await tenants.describe(app, name=name, organization=caller.bound)
    return etags.answer(found, have=have)


@routes.patch("/organizations/{name}", response_model=None, responses=SHOWN)
async def change_organization(
    app: Here,
    caller: Admin,
    name: Name,
    wanted: OrganizationChange,
    if_match: IfMatch = None,
) -> Response:
    """
    Another title, or another time for which what was said is kept: what is older is taken away
    for good, soon. The name stays.
    """
    found = await tenants.change(
        app, name=name, fields=wanted, organization=caller.bound, if_match=if_match
    )
    return etags.answer(found)
