"""Answers that are none: a connection that is reset, or one that stays silent."""

from __future__ import annotations

import asyncio
import socket
import struct

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

NOW = struct.pack("ii", 1, 0)
TRANSPORT = "threadline.transport"


def remember_transport(scope: Scope, send: Send) -> None:
    """
    Keeps the connection within reach of `Reset`. Middleware wraps `send`, so this has to be
    done with the one that the server made: uvicorn's belongs to the request's cycle.
    """
    scope[TRANSPORT] = getattr(getattr(send, "__self__", None), "transport", None)


class Reset(Response):
    """Resets the TCP connection without a byte of an answer."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        transport: asyncio.Transport | None = scope.get(TRANSPORT)
        if transport is None:
            raise RuntimeError("this server does not let a connection be reset; use uvicorn")
        line = transport.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NOW)
        transport.abort()
        await _gone(receive)


class Silence(Response):
    """Says nothing until the client gives up."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await _gone(receive)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
