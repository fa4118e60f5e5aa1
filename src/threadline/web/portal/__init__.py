"""
The portal: one module per page, one line in `PAGES`.

    page        what a page is made of, and what it is given
    site        serves them: who asks, may they, show, act, what failed
    doors       the way in: first account, signing in, links
    navigation  what is listed beside every page
    browser     cookies and forms             live   parts that stay true
    rendering   templates/ and what they use  static_files   what pages load
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from threadline.app import App
from threadline.errors import NotFound
from threadline.web.portal import (
    bot,
    bot_version,
    bots,
    conversation,
    conversations,
    doors,
    editor,
    endpoint,
    endpoints,
    home,
    new_bot,
    numbers,
    optouts,
    phone,
    preview,
    profile,
    secrets,
    settings,
    static_files,
)
from threadline.web.portal.page import ROOT, Page
from threadline.web.portal.site import NOWHERE, Portal

PAGES: tuple[Page, ...] = (
    home.page,
    profile.page,
    conversations.page,
    conversation.page,
    bots.page,
    new_bot.page,
    bot.page,
    bot_version.page,
    editor.page,
    endpoints.page,
    endpoint.page,
    secrets.page,
    secrets.one,
    numbers.page,
    optouts.page,
    phone.page,
    settings.page,
    preview.page,
)


def create(app: App) -> tuple[Starlette, Portal]:
    """The portal of one server as an ASGI application, and what ends when the server does."""
    portal = Portal(app)

    async def nothing(request: Request, _why: Exception) -> Response:
        return portal.error(request, NotFound(NOWHERE))

    made = Starlette(
        routes=[
            *doors.routes(portal),
            *static_files.routes(),
            *preview.routes(portal),
            *(_route(portal, page) for page in PAGES),
        ],
        exception_handlers={404: nothing},
    )
    return made, portal


def _route(portal: Portal, page: Page) -> Route:
    async def serve(request: Request) -> Response:
        return await portal.serve(page, request)

    methods = ["GET", "POST"] if page.acts else ["GET"]
    serving: Callable[[Request], Awaitable[Response]] = serve
    return Route(f"{ROOT}/{{organization}}{page.path}", serving, methods=methods)
