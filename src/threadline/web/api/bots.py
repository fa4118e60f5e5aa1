"""/bots: what answers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Body, Path
from pydantic import SkipValidation
from starlette.responses import Response

from threadline.model.paging import Page
from threadline.model.resources.bots import BotDocument, BotListed, BotShown
from threadline.operations import bots
from threadline.web.api import etags
from threadline.web.api.access import Reader, Writer, who
from threadline.web.api.etags import IfMatch, IfNoneMatch
from threadline.web.api.requests import router
from threadline.web.api.shapes import Here, Once, Wanted

routes = router("Bots")

Name = Annotated[str, Path(description="The bot's name.", examples=["MySmsBot"])]
Declared = Annotated[BotDocument, SkipValidation]
"""Looked at by us alone, who tell everything that is wrong with it at once."""
Fields = Annotated[dict[str, Any], Body(description="Fields to change; null takes one away.")]
SHOWN: dict[int | str, dict[str, Any]] = {200: {"model": BotShown}}
MADE: dict[int | str, dict[str, Any]] = {201: {"model": BotShown}}


@routes.get("/bots")
async def list_bots(app: Here, caller: Reader, part: Wanted) -> Page[BotListed]:
    """By name, without what they say."""
    return await bots.list_(
        app, organization=caller.organization, limit=part.limit, after=part.after
    )


@routes.post("/bots", status_code=201, response_model=None, responses=MADE)
async def create_bot(
    app: Here, caller: Writer, wanted: Declared, _once: Once = None
) -> Response:
    """A new one, with its default endpoint."""
    found = await bots.create(
        app, organization=caller.organization, document=wanted, by=who(caller)
    )
    return etags.answer(found, status=201)


@routes.get("/bots/{name}", response_model=None, responses=SHOWN)
async def describe_bot(
    app: Here, caller: Reader, name: Name, have: IfNoneMatch = None
) -> Response:
    """As it was given, with its State and its Version."""
    found = await bots.describe(app, organization=caller.organization, name=name)
    return etags.answer(found, have=have)


@routes.put("/bots/{name}", response_model=None, responses=SHOWN)
async def replace_bot(
    app: Here, caller: Writer, name: Name, wanted: Declared, if_match: IfMatch = None
) -> Response:
    """Another document under the same name."""
    found = await bots.replace(
        app,
        organization=caller.organization,
        name=name,
        document=wanted,
        if_match=if_match,
        by=who(caller),
    )
    return etags.answer(found)


@routes.patch("/bots/{name}", response_model=None, responses=SHOWN)
async def change_bot(
    app: Here, caller: Writer, name: Name, fields: Fields, if_match: IfMatch = None
) -> Response:
    """
    Other values for some fields, as [RFC 7396](https://www.rfc-editor.org/rfc/rfc7396) merges
    them: `{"State": "PAUSED"}` lets texts wait.
    """
    found = await bots.patch(
        app,
        organization=caller.organization,
        name=name,
        fields=fields,
        if_match=if_match,
        by=who(caller),
    )
    return etags.answer(found)


@routes.delete("/bots/{name}", response_model=None, responses=SHOWN)
async def delete_bot(
    app: Here, caller: Writer, name: Name, if_match: IfMatch = None
) -> Response:
    """
    With its versions, and with its default endpoint if nobody ever wrote to that; only if no
    other one names it. Returns what it was.
    """
    found = await bots.delete(
        app, organization=caller.organization, name=name, if_match=if_match
    )
    return etags.plain(found)
