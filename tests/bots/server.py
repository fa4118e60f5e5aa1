"""Somebody's bot: a real web server on this machine that answers as a test tells it."""

from __future__ import annotations

import atexit
import json
import socket
import threading
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import uvicorn
from starlette.requests import Request
from starlette.responses import Response


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    headers: Mapping[str, str]
    body: bytes
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def turn(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


Answering = Callable[[Asked], Response | Awaitable[Response]]


class Host:
    """One server in a thread of its own, for all tests of this process."""

    def __init__(self) -> None:
        self.answering: dict[str, Answering] = {}
        self.up = threading.Event()
        self.at = socket.socket()
        self.at.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.at.getsockname()[1]}"
        config = uvicorn.Config(self, log_level="critical", lifespan="off", ws="none")
        config.timeout_graceful_shutdown = 0
        self.server = _Server(config, self.up)
        self.thread = threading.Thread(
            target=self.server.run, kwargs={"sockets": [self.at]}, daemon=True
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        answering = self.answering[scope["path"].split("/")[1]]
        query = dict(request.query_params)
        answer = answering(Asked(request.headers, await request.body(), query))
        response = answer if isinstance(answer, Response) else await answer
        await response(scope, receive, send)

    def start(self) -> None:
        self.thread.start()
        self.up.wait()

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, up: threading.Event) -> None:
        super().__init__(config)
        self.up = up

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


@cache
def _host() -> Host:
    host = Host()
    host.start()
    atexit.register(host.stop)
    return host


def serving(answering: Answering) -> str:
    """The URL of a bot that answers so."""
    host = _host()
    name = f"bot{len(host.answering)}"
    host.answering[name] = answering
    return f"{host.url}/{name}"
