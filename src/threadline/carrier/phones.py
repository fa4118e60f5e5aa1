"""Handsets over HTTP: send as a person, read what came, follow it live."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from threadline.carrier.handsets import Handset
from threadline.carrier.inbound import Inbound
from threadline.model.phone import canonical

LONGEST_WAIT = 60.0


class Phones:
    """`heartbeat` is the seconds after which a silent stream shows that it lives."""

    def __init__(self, inbound: Inbound, heartbeat: float = 15.0) -> None:
        self._inbound = inbound
        self._handsets = inbound.outbound.handsets
        self._numbers = inbound.outbound.state.numbers
        self._heartbeat = heartbeat

    def routes(self) -> list[Route]:
        here = "/handsets/{number}"
        return [
            Route("/handsets", self.list),
            Route(f"{here}/texts", self.texts, methods=["GET"]),
            Route(f"{here}/texts", self.send, methods=["POST"]),
            Route(f"{here}/events", self.events),
        ]

    async def list(self, request: Request) -> Response:
        shown = [{"number": one.number, "last": one.last} for one in self._handsets]
        return JSONResponse({"handsets": shown})

    async def send(self, request: Request) -> Response:
        try:
            handset, wish = self._handset(request), orjson.loads(await request.body())
            to, body, media = _wish(wish)
        except ValueError as why:
            return problem(str(why))
        number = self._numbers.get(to)
        if number is None:
            return problem(f"{to} is no number of this carrier.", 404)
        text, telling = self._inbound.take(handset, number, body, media)
        if request.query_params.get("wait") != "true":
            return JSONResponse({"sid": text.sid, "n": text.n, "status": text.status}, 202)
        told = await asyncio.shield(telling)
        status = "failed" if told.error else "delivered"
        shown = {"sid": text.sid, "n": text.n, "status": status, "webhook": told.to_json()}
        return JSONResponse(shown)

    async def texts(self, request: Request) -> Response:
        query = request.query_params
        try:
            handset, after = self._handset(request), int(query.get("after", "0"))
            wait = min(float(query.get("wait", "0")), LONGEST_WAIT)
            other = canonical(query["with"]) if query.get("with") else ""
        except ValueError as why:
            return problem(str(why))
        until = asyncio.get_running_loop().time() + wait
        last, found = handset.last, handset.texts(after, other)
        while (
            not found
            and not handset.closed
            and (left := until - asyncio.get_running_loop().time()) > 0
        ):
            await handset.wait(last, left)
            last, found = handset.last, handset.texts(after, other)
        return JSONResponse({"texts": [text.to_json() for text in found], "last": last})

    async def events(self, request: Request) -> Response:
        given = request.headers.get("last-event-id") or request.query_params.get("after", "0")
        try:
            handset, after = self._handset(request), int(given)
        except ValueError as why:
            return problem(str(why))
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        stream = self._stream(handset, after)
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)

    async def _stream(self, handset: Handset, after: int) -> AsyncIterator[bytes]:
        yield b": connected\n\n"
        while not handset.closed:
            for text in sorted(handset.texts(after), key=lambda one: one.changed):
                data = orjson.dumps(text.to_json())
                yield b"id: %d\nevent: text\ndata: %s\n\n" % (text.changed, data)
                after = text.changed
            await handset.wait(after, self._heartbeat)
            if handset.last <= after:
                yield b": still here\n\n"

    def _handset(self, request: Request) -> Handset:
        return self._handsets[canonical(request.path_params["number"])]


def problem(sentence: str, status: int = 400) -> JSONResponse:
    return JSONResponse({"error": sentence}, status)


def _wish(wish: Any) -> tuple[str, str, tuple[str, ...]]:
    if not isinstance(wish, dict) or not isinstance(wish.get("to"), str):
        raise ValueError('Say who gets the text: {"to": "+1…", "body": "…"}.')
    body, media = wish.get("body", ""), wish.get("media", [])
    if not isinstance(body, str):
        raise ValueError("`body` is a text.")
    if not isinstance(media, list) or not all(isinstance(one, str) for one in media):
        raise ValueError("`media` is a list of URLs.")
    if not body and not media:
        raise ValueError("A text needs a `body` or `media`.")
    return canonical(wish["to"]), body, tuple(media)
