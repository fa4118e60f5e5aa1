"""Whose messenger it is when somebody of the organization tries it."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from threadline.app import App
from threadline.errors import Unauthenticated
from threadline.model.endpoint import Endpoint
from threadline.model.people import at_least
from threadline.operations import preview, sessions
from threadline.web.portal import browser

QUERY = "preview"
"""Its value counts how often they began anew."""


@dataclass(frozen=True, slots=True)
class Previewer:
    """`visitor` is who they are to the bot; who `builds` it sees what visitors do not."""

    visitor: str
    builds: bool


async def previewer(app: App, request: Request, endpoint: Endpoint) -> Previewer | None:
    """None = a visitor like any other. Raises `StoreDown`."""
    count = request.query_params.get(QUERY)
    if count is None:
        return None
    cookie = browser.token_of(app, request)
    try:
        who = await sessions.open_with(app, cookie)
    except Unauthenticated:
        return None
    role = who.role(endpoint.organization)
    if role is None:
        return None
    visitor = preview.visitor(cookie, endpoint.address, count)
    return Previewer(visitor, at_least(role, "builder"))
