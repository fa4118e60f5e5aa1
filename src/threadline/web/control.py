"""
The door for the command line: operations on a socket that only the server's user can open.

`POST /{operation}` with a JSON object answers the operation's result, or 422 with its problems,
or 400 with what is wrong and what to do.
"""

from __future__ import annotations

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from threadline.app import App
from threadline.errors import Invalid, ThreadlineError
from threadline.operations import OPERATIONS


def create(app: App) -> Starlette:
    """As an ASGI application."""

    async def operate(request: Request) -> Response:
        operation = OPERATIONS.get(request.path_params["name"])
        if operation is None:
            return _json({"code": "not_found", "message": "There is no such operation."}, 404)
        try:
            said = orjson.loads(await request.body())
            return _json(await operation(app, **said))
        except Invalid as why:
            problems = [one.to_json() for one in why.problems]
            return _json({"code": why.code, "message": str(why), "problems": problems}, 422)
        except ThreadlineError as why:
            return _json({"code": why.code, "message": str(why)}, 400)

    return Starlette(routes=[Route("/{name}", operate, methods=["POST"])])


def _json(value: object, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type="application/json")
