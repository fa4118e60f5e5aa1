"""/endpoints: addresses on channels, joined to bots."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Body
from pydantic import SkipValidation
from starlette.responses import Response

from threadline.model.paging import Page
from threadline.model.resources.endpoints import EndpointDocument, EndpointShown
from threadline.model.resources.forms import ChannelShown
from threadline.model.resources.health import EndpointHealth
from threadline.operations import endpoint_changes, endpoints, forms, health
from threadline.web.api import etags
from threadline.web.api.access import Reader, Writer
from threadline.web.api.etags import IfMatch, IfNoneMatch
from threadline.web.api.requests import router
from threadline.web.api.shapes import Address, Here, Once, Wanted

routes = router("Endpoints")

Declared = Annotated[EndpointDocument, SkipValidation]
"""Looked at by us alone, who tell everything that is wrong with it at once."""
Fields = Annotated[dict[str, Any], Body(description="Fields to change; null takes one away.")]
LISTED: dict[int | str, dict[str, Any]] = {200: {"model": Page[EndpointDocument]}}
SHOWN: dict[int | str, dict[str, Any]] = {200: {"model": EndpointShown}}
MADE: dict[int | str, dict[str, Any]] = {201: {"model": EndpointShown}}


@routes.get("/endpoints", response_model=None, responses=LISTED)
async def list_endpoints(app: Here, caller: Reader, part: Wanted) -> Response:
    """By address, each as it was given."""
    found = await endpoints.list_(
        app, organization=caller.organization, limit=part.limit, after=part.after
    )
    return etags.plain(found)


@routes.post("/endpoints", status_code=201, response_model=None, responses=MADE)
async def create_endpoint(
    app: Here, caller: Writer, wanted: Declared, _once: Once = None
) -> Response:
    """A new one."""
    found = await endpoint_changes.create(
        app, organization=caller.organization, document=wanted
    )
    return etags.answer(found, status=201)


@routes.get("/endpoints/{address}", response_model=None, responses=SHOWN)
async def describe_endpoint(
    app: Here, caller: Reader, address: Address, have: IfNoneMatch = None
) -> Response:
    """As it was given, and what to paste into the provider's pages."""
    found = await endpoints.describe(app, organization=caller.organization, address=address)
    return etags.answer(found, have=have)


@routes.get("/endpoints/{address}/health")
async def check_endpoint(app: Here, caller: Reader, address: Address) -> EndpointHealth:
    """
    What sets it up, each step as it is observed, and what goes on with it. Its provider is
    asked, and nothing is changed there.
    """
    return await health.checks(app, organization=caller.organization, address=address)


@routes.get("/endpoint-health")
async def list_endpoint_health(app: Here, caller: Reader, part: Wanted) -> Page[EndpointHealth]:
    """How every endpoint does, by address. No provider is asked: of it, what was seen last."""
    return await health.list_(
        app, organization=caller.organization, limit=part.limit, after=part.after
    )


@routes.get("/channels")
async def list_channels(app: Here, _caller: Reader, part: Wanted) -> Page[ChannelShown]:
    """The ways for endpoints to talk, and what each can be told."""
    return await forms.list_channels(app, limit=part.limit, after=part.after)


@routes.put("/endpoints/{address}", response_model=None, responses=SHOWN)
async def replace_endpoint(
    app: Here,
    caller: Writer,
    address: Address,
    wanted: Declared,
    if_match: IfMatch = None,
) -> Response:
    """Another document at the same address."""
    found = await endpoint_changes.replace(
        app,
        organization=caller.organization,
        address=address,
        document=wanted,
        if_match=if_match,
    )
    return etags.answer(found)


@routes.patch("/endpoints/{address}", response_model=None, responses=SHOWN)
async def change_endpoint(
    app: Here,
    caller: Writer,
    address: Address,
    fields: Fields,
    if_match: IfMatch = None,
) -> Response:
    """
    Other values for some fields, as [RFC 7396](https://www.rfc-editor.org/rfc/rfc7396) merges
    them: `{"Status": "offline"}` lets texts wait.
    """
    found = await endpoint_changes.patch(
        app,
        organization=caller.organization,
        address=address,
        fields=fields,
        if_match=if_match,
    )
    return etags.answer(found)


@routes.delete("/endpoints/{address}", response_model=None, responses=SHOWN)
async def delete_endpoint(
    app: Here, caller: Writer, address: Address, if_match: IfMatch = None
) -> Response:
    """Only if nobody ever texted it: else set it offline. Returns what it was."""
    found = await endpoint_changes.delete(
        app, organization=caller.organization, address=address, if_match=if_match
    )
    return etags.plain(found)
