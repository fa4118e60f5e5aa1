"""/blueprints: bots to begin with."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path
from starlette.responses import Response

from threadline.model.paging import Page
from threadline.model.resources.blueprints import Blueprint, BlueprintUse
from threadline.model.resources.bots import BotShown
from threadline.operations import blueprints
from threadline.web.api import etags
from threadline.web.api.access import Reader, Writer, who
from threadline.web.api.requests import router
from threadline.web.api.shapes import Here, Once

routes = router("Blueprints")

Name = Annotated[str, Path(description="The blueprint's name.", examples=["faq"])]
MADE: dict[int | str, dict[str, Any]] = {201: {"model": BotShown}}


@routes.get("/blueprints")
async def list_blueprints(_caller: Reader) -> Page[Blueprint]:
    """Every one, with an example dialogue."""
    return blueprints.list_()


@routes.get("/blueprints/{blueprint}")
async def describe_blueprint(_caller: Reader, blueprint: Name) -> Blueprint:
    """One of them."""
    return blueprints.describe(blueprint)


@routes.post(
    "/blueprints/{blueprint}/bots", status_code=201, response_model=None, responses=MADE
)
async def create_bot_of_blueprint(
    app: Here, caller: Writer, blueprint: Name, wanted: BlueprintUse, _once: Once = None
) -> Response:
    """A new bot, made of it."""
    found = await blueprints.create(
        app,
        organization=caller.organization,
        blueprint=blueprint,
        name=wanted["name"],
        values=wanted.get("values"),
        by=who(caller),
    )
    return etags.answer(found, status=201)
