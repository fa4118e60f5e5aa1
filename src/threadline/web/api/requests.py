"""
What every request of the API goes through: who asks, how often, at most once, and the record
of who changed what.

A POST with an `Idempotency-Key` is carried out once: the same request gets the same answer
for a day, with `Idempotency-Replayed: true`. What was refused changed nothing and is not kept.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Coroutine
from typing import Any, get_type_hints

import orjson
import structlog
from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.params import Security
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from typing_extensions import is_typeddict

from threadline.app import App
from threadline.errors import (
    Invalid,
    KeyReused,
    Problem,
    ThreadlineError,
    UnderWay,
)
from threadline.operations import audit
from threadline.web.api import access, bodies, problems, shapes
from threadline.web.api.access import Caller, Paces

log = structlog.get_logger("threadline.api")

PREFIX = "/api/v1"
READS = (None, "read")
"""Scopes by which nothing is changed, with whatever method."""
TELL = ("try_bot",)
"""Routes that change nothing either, though they need the scope of those that do."""
OF_SERVER = ("create_organization",)
"""Routes whose change is of no organization that there is."""
OF_USE = re.compile(r"[\x21-\x7e]{1,255}")
SUCCESS = range(200, 300)

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Route(APIRoute):
    """A route of the API. Whatever goes wrong in it is told as a problem."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **more: Any) -> None:
        hints = get_type_hints(endpoint, include_extras=True)  # so not what is `Declared`
        del hints["return"]
        for one in filter(is_typeddict, hints.values()):
            shapes.taken(one)
        super().__init__(path, endpoint, **more)

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()
        wanted = self.body_field is not None
        hints = get_type_hints(self.endpoint, include_extras=True)
        scope = _scope(hints)
        tries = any("dry_run" in getattr(one, "__annotations__", ()) for one in hints.values())
        shows = "GET" in (self.methods or ()) or scope in READS or self.name in TELL

        async def recorded(request: Request) -> Response:
            caller: Caller = request.state.caller
            if shows or not caller.may(str(scope)) or (tries and _is_dry(request)):
                return await handle(request)
            app: App = request.state.app
            about = request.scope["path"].removeprefix(PREFIX)
            names = [*about.split("/")[2:], *_endpoint_in(request)]  # behind the noun
            async with audit.written(
                app,
                organization=""
                if self.name in OF_SERVER
                else await audit.whose(app, caller.organization, names),
                who=caller.name,
                door=caller.door,
                what=self.name,
                about=audit.about(about, {} if request.path_params else _body(request)),
                refusals=(RequestValidationError, HTTPException, ClientDisconnect),
            ):
                return await handle(request)

        async def handler(request: Request) -> Response:
            app: App = request.state.app
            paces: Paces = request.state.paces
            try:
                caller = await access.authenticate(app, paces, request)
                request.state.caller = caller
                await bodies.read(request, wanted)
                if request.method == "POST" and "idempotency-key" in request.headers:
                    return await _once(app, caller, request, recorded)
                return await recorded(request)
            except RequestValidationError as why:
                return problems.answer(problems.read(why.errors()))
            except ClientDisconnect:
                return Response(status_code=400)  # nobody is there to read it
            except HTTPException as why:  # the framework's own: it could not read the body
                told = Problem("request_invalid", "body", f"{why.detail}.", "Mend the request.")
                return problems.answer(Invalid([told]))
            except ThreadlineError as why:
                return problems.answer(why)
            except Exception:
                log.exception("api_failed", method=request.method, path=request.url.path)
                return problems.answer(problems.FAILED)

        return handler


def _scope(hints: dict[str, Any]) -> str | None:
    """Which one the caller of a route has to have."""
    parts = [part for one in hints.values() for part in getattr(one, "__metadata__", ())]
    found = [scope for one in parts if isinstance(one, Security) for scope in one.scopes or ()]
    return found[0] if found else None


def _body(request: Request) -> dict[str, Any]:
    found = getattr(request, "_json", None)
    return found if isinstance(found, dict) else {}


def _is_dry(request: Request) -> bool:
    return _body(request).get("dry_run") is True


def _endpoint_in(request: Request) -> list[str]:
    """Which one a body names, where the path does not."""
    return [one for one in [_body(request).get("endpoint")] if isinstance(one, str)]


def router(title: str, about: str = "") -> APIRouter:
    """Routes of one noun."""
    return APIRouter(
        prefix=PREFIX,
        tags=[title],
        route_class=Route,
        responses={"default": {"description": ""}},  # ours, not the framework's
        generate_unique_id_function=_operation,
    )


def _operation(route: APIRoute) -> str:
    """`list_opt_outs` is its name in the OpenAPI and in clients that are made from it."""
    return route.name


async def _once(app: App, caller: Caller, request: Request, handle: Handler) -> Response:
    key = request.headers["idempotency-key"]
    if not OF_USE.fullmatch(key):
        mend = "Use 1 to 255 letters, digits and signs without blanks, such as a UUID."
        told = Problem("idempotency_key_invalid", "Idempotency-Key", "It cannot be.", mend)
        raise Invalid([told])
    name = f"request:{caller.name}:{key}"
    known = await app.store.begin_request(caller.name, key, _fingerprint(caller, request))
    if known is not None:
        if known.fingerprint != _fingerprint(caller, request):
            raise KeyReused(
                "This Idempotency-Key came with another request before. Use a new one for "
                "each thing that you want."
            )
        if not known.status:
            raise UnderWay("The request with this Idempotency-Key is being carried out.")
        return _again(orjson.loads(app.vault.unwrap(name, known.answer)))
    try:
        answer = await handle(request)
    except Exception:  # not if it was cut off: then nobody knows how far it came
        await app.store.end_request(caller.name, key, 0, "")
        raise
    status, kept = 0, ""
    if answer.status_code in SUCCESS:
        status, kept = answer.status_code, app.vault.wrap(name, _written(answer))
    await app.store.end_request(caller.name, key, status, kept)
    return answer


def _fingerprint(caller: Caller, request: Request) -> str:
    """Of all that makes a request what it is."""
    said = f"{request.method} {request.url.path}?{request.url.query} {caller.organization}\n"
    return hashlib.sha256(said.encode() + request._body).hexdigest()


def _written(answer: Response) -> str:
    return orjson.dumps(
        {
            "status": answer.status_code,
            "headers": {k: v for k, v in answer.headers.items() if k != "content-length"},
            "body": bytes(answer.body).decode(),
        }
    ).decode()


def _again(kept: Any) -> Response:
    headers = {**kept["headers"], "Idempotency-Replayed": "true"}
    return Response(kept["body"], kept["status"], headers)
