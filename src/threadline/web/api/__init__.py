"""
The JSON API, /api/v1: one module per noun, one line here.

    access     who asks, what they may do, how often
    requests   what every request goes through
    problems   what is refused, and how that is told
    shapes     what several routes have in common

Each route says which scope it needs by the caller it takes (`Reader`, `Sender`, `Writer`,
`Admin`, `Owner`); one that takes none fails a test.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from threadline import __version__
from threadline.app import App
from threadline.errors import NotFound
from threadline.web.api import (
    access,
    audit,
    blueprints,
    bot_versions,
    bots,
    configuration,
    conversations,
    desk,
    endpoints,
    events,
    flows,
    keys,
    messages,
    openapi,
    optouts,
    organizations,
    overview,
    problems,
    secrets,
    senders,
    server,
    users,
)
from threadline.web.api.access import Paces
from threadline.web.api.requests import PREFIX

NOUNS = (
    organizations.routes,
    bots.routes,
    flows.routes,
    bot_versions.routes,
    blueprints.routes,
    endpoints.routes,
    secrets.routes,
    configuration.routes,
    desk.routes,  # before those whose contact may have a slash
    conversations.routes,
    messages.routes,
    events.routes,
    optouts.routes,
    senders.routes,
    overview.routes,
    keys.routes,
    users.routes,
    audit.routes,
    server.routes,
)

ABOUT = """
The same operations as the command line. Every request has `Authorization: Bearer KEY`; a key
is made with `threadline key create`. What is refused comes as
[RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problem details with stable codes, and a
document with all that is wrong in it at once.
"""


class Api:
    """The API of one server as an ASGI application; its paths begin with /api/v1."""

    def __init__(self, app: App) -> None:
        self._state = {"app": app, "paces": Paces(app)}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await application()({**scope, "state": {**self._state}}, receive, send)


@cache
def application() -> FastAPI:
    """
    The routes of every server in this process: the framework takes half a second to prepare
    them. A request brings its server in its state.
    """
    api = _Framework(
        title="Threadline",
        version=__version__,
        description=ABOUT,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # To include a router is to prepare its routes once more, which takes half a second.
        routes=[route for noun in NOUNS for route in noun.routes],
    )
    api.add_exception_handler(404, _nothing)
    api.add_exception_handler(405, _no_such_method)
    return api


class _Framework(FastAPI):
    """With an OpenAPI that leaves nothing out."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = openapi.complete(super().openapi())
        return self.openapi_schema


async def _nothing(request: Request, _why: Exception) -> Response:
    message = f"There is nothing at {request.url.path!r}. {PREFIX}/openapi.json tells what is."
    return problems.answer(NotFound(message))


async def _no_such_method(request: Request, _why: Exception) -> Response:
    path = request.scope["path"]
    here = (one for noun in NOUNS for one in noun.routes if isinstance(one, APIRoute))
    taken = {verb for one in here if one.path_regex.match(path) for verb in one.methods or ()}
    allowed = ", ".join(sorted(taken)) or "GET"
    message = f"{request.url.path!r} takes no {request.method}. It takes {allowed}."
    told = problems.answer(NotFound(message), 405)
    told.headers["Allow"] = allowed
    return told


__all__ = ["NOUNS", "PREFIX", "Api", "access", "application"]
