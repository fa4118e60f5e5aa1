"""/overview: how it all goes."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from threadline.model.resources.overview import Overview
from threadline.operations import overview
from threadline.web.api.access import Reader
from threadline.web.api.requests import router
from threadline.web.api.shapes import Here

routes = router("Overview")


@routes.get("/overview")
async def show_overview(
    app: Here,
    caller: Reader,
    hours: Annotated[
        int,
        Query(ge=1, le=overview.MOST_HOURS, description="Of how many hours texts are told."),
    ] = 24,
) -> Overview:
    """Texts by the hour, why some failed in the last day, and what stands still."""
    return await overview.show(app, organization=caller.organization, hours=hours)
