"""
Everything reachable over HTTP.

    hooks     where providers call us, in front of the framework
    health    /healthz and /readyz
    control   the same operations as the command line, on a socket in the data folder
    server    listens, works and stops
"""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from threadline.app import App
from threadline.web import health
from threadline.web.hooks import Hooks

WELCOME = """Threadline gives a bot a phone number.

This server takes texts at /v1/engage/{Address}. /readyz tells whether it can.
"""


class Site:
    """The whole site as one ASGI application."""

    def __init__(self, app: App) -> None:
        self._hooks = Hooks(app)
        self._rest = Starlette(routes=[Route("/", _welcome), *health.routes(app)])

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self._hooks.serves(scope):
            await self._hooks(scope, receive, send)
        else:
            await self._rest(scope, receive, send)


async def _welcome(_request: Request) -> PlainTextResponse:
    return PlainTextResponse(WELCOME)
