"""
Everything reachable over HTTP.

    hooks     where providers call us, in front of the framework
    health    /healthz and /readyz
    api       the JSON API
    docs      /docs: the reference pages
    portal    the pages that people see    headers   what every answer says of itself
    messenger what visitors of web sites talk with    origins   which sites may show it
    server    listens, works and stops; the API also on a socket in the data folder
"""

from __future__ import annotations

import asyncio
import gc
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette

from threadline.app import REPLY, App
from threadline.web import health
from threadline.web.headers import Headers
from threadline.web.hooks import Hooks
from threadline.web.replies import Replies

if TYPE_CHECKING:
    from threadline.web.portal.site import Portal

API, DOCS, MESSENGER = "/api/", "/docs", "/messenger"


@dataclass(frozen=True, slots=True)
class Parts:
    """ASGI applications. `owned` is the API for whoever owns the server."""

    api: Any
    owned: Any
    docs: Any
    pages: Any
    messenger: Any
    portal: Portal


class Site:
    """
    The whole site as one ASGI application. The API and the pages are loaded when somebody
    first asks for them, beside the texts: that takes a second, and a server that was killed
    should be back sooner.
    """

    def __init__(self, app: App) -> None:
        self._app = app
        self._hooks = Hooks(app)
        self._health = Starlette(routes=health.routes(app))
        self._replies = Replies(app)
        self._loading: asyncio.Task[Parts] | None = None
        https = app.public_url.startswith("https:")
        self._serve = Headers(self._find, https=https)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if self._hooks.serves(scope):
            await self._hooks(scope, receive, send)
        else:
            await self._serve(scope, receive, send)

    async def owned(self, scope: Any, receive: Any, send: Any) -> None:
        """The API for whoever may open the server's socket: they own the server."""
        if scope["type"] == "http":
            await (await self._loaded()).owned(scope, receive, send)
        else:
            await self._health(scope, receive, send)

    def stop(self) -> None:
        """Whoever watches a page is told to come again."""
        if self._loading is not None and self._loading.done():
            self._loading.result().portal.live.stop()

    async def _find(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] in health.PATHS:
            await self._health(scope, receive, send)
            return
        path = scope["path"]
        if path.startswith(REPLY):
            await self._replies(scope, receive, send)
            return
        parts = await self._loaded()
        if path.startswith(API):
            await parts.api(scope, receive, send)
        elif path.startswith(DOCS):
            await parts.docs(scope, receive, send)
        elif path.startswith(MESSENGER):
            await parts.messenger(scope, receive, send)
        else:
            await parts.pages(scope, receive, send)

    async def _loaded(self) -> Parts:
        if self._loading is None:
            self._loading = asyncio.create_task(asyncio.to_thread(_load, self._app))
        return await asyncio.shield(self._loading)


def _load(app: App) -> Parts:
    from threadline.web import api, docs, messenger, portal

    api.application().openapi()  # else the first request waits for what it prepares
    if gc.get_freeze_count():
        gc.freeze()  # as `server.run` has done with what was there before
    door = api.Api(app)
    pages, common = portal.create(app)
    return Parts(
        api=door,
        owned=api.access.owned(door),
        docs=Starlette(routes=docs.routes()),
        pages=pages,
        messenger=messenger.application(app),
        portal=common,
    )
