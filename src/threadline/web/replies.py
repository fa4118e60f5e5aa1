"""Where bots elsewhere post what they answer later: `POST /v1/reply/{ticket}`."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse

from threadline.app import REPLY, App
from threadline.bots.http import wire
from threadline.errors import NotFound, StoreDown

log = structlog.get_logger("threadline.replies")


class Replies:
    """An ASGI application of one path."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        response = await self._take(Request(scope, receive))
        await response(scope, receive, send)

    async def _take(self, request: Request) -> JSONResponse:
        if request.method != "POST":
            return _no(405, "method_not_allowed", "Post the answer here.")
        try:
            found = self._app.replying(request.url.path.removeprefix(REPLY))
        except ValueError:
            return _no(404, "reply_url_unknown", "This is no reply URL of ours.")
        if found is None:
            return _no(410, "reply_url_expired", "The reply URL is older than a day.")
        body = await _body(request)
        if body is None:
            message = f"An answer has at most {wire.MAX_ANSWER} bytes."
            return _no(413, "too_large", message)
        try:
            wire.check(body)
        except ValueError as why:
            return _no(400, "answer_invalid", f"The bot {why}")
        key = request.headers.get("idempotency-key") or secrets.token_hex(12)
        answer = replace(found, body=body.decode(), key=key[:200])
        try:
            new = await self._app.store.answer_later(answer)
        except NotFound as why:
            return _no(404, why.code, str(why))
        except StoreDown as why:
            log.error("answer_not_kept", why=str(why))
            return _no(503, why.code, "It was not kept. Please post it again.")
        return JSONResponse({"kept": new}, status_code=202)


def _no(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"code": code, "message": message}, status_code=status)


async def _body(request: Request) -> bytes | None:
    """None: it is more than an answer may have."""
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > wire.MAX_ANSWER:
            return None
    return bytes(found)
