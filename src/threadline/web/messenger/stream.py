"""
What was said to a visitor, as it is said: server-sent events at `/messenger/{address}/events`.

The visitor proves who they are by their reference, as `Authorization: Bearer …`, which stands
in no log; so a page reads the stream by fetch, as an EventSource sends no such header. Who
was cut off goes on with `Last-Event-ID`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, contextmanager

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from threadline.app import App
from threadline.channels import web
from threadline.errors import Limited, OutOfScope, ThreadlineError, Unauthenticated
from threadline.model.endpoint import Endpoint
from threadline.operations import visitors
from threadline.operations.visitors import Told
from threadline.web import origins
from threadline.web.api import problems
from threadline.web.messenger.preview import previewer

log = structlog.get_logger("threadline.messenger")

MOST = 800
"""Open at the same time on this node, which leaves room for those who follow by the API."""
MOST_EACH_ENDPOINT = 500
MOST_EACH_VISITOR = 6
NO_PROOF = "Send your CustomerReference as `Authorization: Bearer …`: 16 characters or more."
FOREIGN = "{origin!r} is not among the endpoint's AllowedDomains."


class Streams:
    """Those of this node."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._open: Counter[tuple[str, str]] = Counter()

    async def serve(self, request: Request) -> Response:
        shared: dict[str, str] = {}
        try:
            endpoint = await visitors.messenger(self._app, request.path_params["address"])
            shared = _shared(endpoint, request)
            _check_origin(self._app, endpoint, request)
            if request.method == "OPTIONS":
                preflight = {k.decode(): v.decode() for k, v in origins.PREFLIGHT}
                return PlainTextResponse("", headers=preflight | shared)
            return await self._stream(endpoint, request, shared)
        except ThreadlineError as why:
            answer = problems.answer(why)
            answer.headers.update(shared)
            return answer

    async def _stream(
        self, endpoint: Endpoint, request: Request, shared: dict[str, str]
    ) -> Response:
        visitor = _visitor(request)
        last = request.headers.get("last-event-id")
        tries = await previewer(self._app, request, endpoint)
        source = self._told(
            endpoint,
            visitor,
            visitors.place(last) if last else None,
            everything=tries is not None and tries.builds and tries.visitor == visitor,
        )
        first = await anext(source)  # what is refused is told as a problem
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", **shared}
        return StreamingResponse(
            _lines(first, source), headers=headers, media_type="text/event-stream"
        )

    async def _told(
        self,
        endpoint: Endpoint,
        visitor: str,
        after: visitors.Place | None,
        *,
        everything: bool,
    ) -> AsyncGenerator[Told]:
        """Raises `Limited`, `StoreDown`."""
        found = visitors.follow(self._app, endpoint, visitor, after, everything=everything)
        with self._seat(endpoint.address, visitor):
            async with aclosing(found):
                async for told in found:
                    yield told

    @contextmanager
    def _seat(self, address: str, visitor: str) -> Iterator[None]:
        """Raises `Limited` where there is none."""
        taken = self._open
        for key, count, most in (
            (("", ""), taken["", ""], MOST),
            ((address, ""), taken[address, ""], MOST_EACH_ENDPOINT),
            ((address, visitor), taken[address, visitor], MOST_EACH_VISITOR),
        ):
            if count >= most:
                log.warning("messenger_full", endpoint=key[0], open=count)
                raise Limited("Too many messengers are open. Come again later.", 30)
        keys = [("", ""), (address, ""), (address, visitor)]
        taken.update(keys)
        try:
            yield
        finally:
            taken.subtract(keys)
            self._open += Counter()  # without those at nought


def _shared(endpoint: Endpoint, request: Request) -> dict[str, str]:
    found = origins.sharing(endpoint, dict(request.headers.raw))
    return {name.decode(): value.decode("latin-1") for name, value in found}


def _check_origin(app: App, endpoint: Endpoint, request: Request) -> None:
    """Raises `OutOfScope` for a page of a site that may not."""
    origin = request.headers.get("origin")
    own = origin is not None and f"{app.public_url}/".startswith(f"{origin}/")
    if origin is None or own or request.headers.get("sec-fetch-site") == "same-origin":
        return
    if not web.is_allowed(origin, origins.domains(endpoint)):
        raise OutOfScope(FOREIGN.format(origin=origin))


def _visitor(request: Request) -> str:
    """Raises `Unauthenticated`."""
    kind, _, reference = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not web.is_reference(reference):
        raise Unauthenticated(NO_PROOF)
    return reference


async def _lines(first: Told, source: AsyncGenerator[Told]) -> AsyncIterator[bytes]:
    """Until the server stops; whoever is cut off comes again."""
    try:
        async with aclosing(source):
            yield b"retry: 1000\n\n" + written(first)
            async for told in source:
                yield written(told)
    except ThreadlineError as why:
        log.info("messenger_cut", why=str(why))


def written(told: Told) -> bytes:
    """As server-sent events (HTML standard, 9.2.6); a comment when all is quiet. Pure."""
    lines = [
        b"id: %s\nevent: entry\ndata: %s\n\n" % (one["id"].encode(), orjson.dumps(one))
        for one in told.entries
    ]
    if told.standing is not None:
        lines.append(b"event: standing\ndata: %s\n\n" % orjson.dumps(told.standing))
    return b"".join(lines) or b": \n\n"
