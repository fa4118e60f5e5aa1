"""
Everything reachable over HTTP.

    hooks     where providers call us, in front of the framework
    health    /healthz and /readyz
    api       the JSON API
    docs      /docs: the reference pages
    server    listens, works and stops; the API also on a socket in the data folder
"""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from threadline.app import App
from threadline.web import api, docs, health
from threadline.web.hooks import Hooks

WELCOME = """Threadline gives a bot a phone number.

This server takes texts at /v1/engage/{Address}. /readyz tells whether it can. Its API is at
/api/v1, and /docs explains it.
"""


class Site:
    """The whole site as one ASGI application."""

    def __init__(self, app: App) -> None:
        self._hooks = Hooks(app)
        self.api = api.Api(app)
        pages = [Route("/", _welcome), *docs.routes(), *health.routes(app)]
        self._rest = Starlette(routes=pages)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self._hooks.serves(scope):
            await self._hooks(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(api.PREFIX):
            await self.api(scope, receive, send)
        else:
            await self._rest(scope, receive, send)


async def _welcome(_request: Request) -> PlainTextResponse:
    return PlainTextResponse(WELCOME)
