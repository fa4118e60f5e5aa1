"""
Everything reachable over HTTP.

    hooks     where providers call us, in front of the framework
    health    /healthz and /readyz
    api       the JSON API
    docs      /docs: the reference pages
    server    listens, works and stops; the API also on a socket in the data folder
"""

from __future__ import annotations

import asyncio
import gc
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from threadline.app import App
from threadline.web import health
from threadline.web.hooks import Hooks

API, DOCS = "/api/", "/docs"
WELCOME = """Threadline gives a bot a phone number.

This server takes texts at /v1/engage/{Address}. /readyz tells whether it can. Its API is at
/api/v1, and /docs explains it.
"""


class Site:
    """
    The whole site as one ASGI application. The API and the pages are loaded when somebody
    first asks for them, beside the texts: that takes a second, and a server that was killed
    should be back sooner.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._hooks = Hooks(app)
        self._rest = Starlette(routes=[Route("/", _welcome), *health.routes(app)])
        self._loading: asyncio.Task[tuple[Any, Any, Any]] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self._hooks.serves(scope):
            await self._hooks(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(API):
            api, _owned, _docs = await self._loaded()
            await api(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith(DOCS):
            _api, _owned, docs = await self._loaded()
            await docs(scope, receive, send)
        else:
            await self._rest(scope, receive, send)

    async def owned(self, scope: Any, receive: Any, send: Any) -> None:
        """The API for whoever may open the server's socket: they own the server."""
        if scope["type"] == "http":
            _api, owned, _docs = await self._loaded()
            await owned(scope, receive, send)
        else:
            await self._rest(scope, receive, send)

    async def _loaded(self) -> tuple[Any, Any, Any]:
        """The API, the same for the server's owner, and the pages."""
        if self._loading is None:
            self._loading = asyncio.create_task(asyncio.to_thread(_load, self._app))
        return await asyncio.shield(self._loading)


def _load(app: App) -> tuple[Any, Any, Any]:
    from threadline.web import api, docs

    api.application().openapi()  # else the first request waits for what it prepares
    if gc.get_freeze_count():
        gc.freeze()  # as `server.run` has done with what was there before
    door = api.Api(app)
    return door, api.access.owned(door), Starlette(routes=docs.routes())


async def _welcome(_request: Request) -> PlainTextResponse:
    return PlainTextResponse(WELCOME)
