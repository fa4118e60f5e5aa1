"""Listens, works and stops: one node, until SIGTERM or SIGINT."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import structlog
import uvicorn

from threadline.app import App
from threadline.errors import Busy
from threadline.operations import users
from threadline.pipeline.worker import Worker
from threadline.web import Site

log = structlog.get_logger("threadline.server")

BACKLOG = 2048
DRAIN = 5


class Server(uvicorn.Server):
    """Uvicorn, without its hands on the process's signals: `run` decides when it ends."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(host: str, port: int, flag: str = "--port") -> socket.socket:
    """
    Raises `Busy` if somebody listens there already, or the address is not ours; `flag` is
    where another port can be given.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        line = socket.create_server((host, port), family=family, backlog=BACKLOG)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # or answers wait 40 ms
        return line
    except OSError as why:
        raise Busy(
            f"Cannot listen on {host}:{port} ({os.strerror(why.errno or 0)}). Choose another "
            f"with {flag}, or stop the program that listens there."
        ) from why


def serve_on(line: socket.socket, application: Any) -> tuple[Server, asyncio.Task[None]]:
    """Serves from now on, until `should_exit` is set on the server."""
    config = uvicorn.Config(
        application,
        interface="asgi3",  # a method is none of those that it would recognize
        log_config=None,
        access_log=False,
        lifespan="auto",
        timeout_graceful_shutdown=DRAIN,
        server_header=False,
        proxy_headers=False,
    )
    server = Server(config)
    return server, asyncio.create_task(server.serve([line]))


@asynccontextmanager
async def running(app: App, line: socket.socket) -> AsyncIterator[None]:
    """
    The node at work inside the block. Afterwards no more is taken, what is in hand is
    finished within `grace`, and the rest is left to its leases.
    """
    settings = app.settings
    if not settings.public_url:
        host, port = line.getsockname()[:2]
        app.public_url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    worker = Worker(
        app.store, app, app.clock, settings.waits, settings.workers, settings.requests
    )
    working = asyncio.create_task(worker.run(settings.grace))
    with _control_socket(settings.socket) as private:
        site = Site(app)
        servers = [serve_on(line, site), serve_on(private, site.owned)]
        log.info("serving", public_url=app.public_url, data=str(settings.data))
        if not await app.store.any_user():
            log.info("first_start", open=users.first_link(app))
        try:
            yield
        finally:
            log.info("stopping")
            for server, _task in servers:
                server.should_exit = True
            worker.stop.set()
            app.followers.stop()
            site.stop()
            await asyncio.gather(working, *(task for _server, task in servers))
            await app.close()
            log.info("stopped")


async def run(app: App, line: socket.socket) -> None:
    """Until SIGTERM or SIGINT."""
    settle_memory()
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, told.set)
    async with running(app, line):
        await told.wait()


def settle_memory() -> None:
    """What was imported stays, so it need not be looked through again, and the rest seldom."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@contextlib.contextmanager
def _control_socket(path: Path) -> Iterator[socket.socket]:
    """A socket that only our own user can open, from its first moment on."""
    path.unlink(missing_ok=True)
    before = os.umask(0o177)
    private = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        private.bind(os.path.relpath(path))  # a path of its full length may be too long
        private.listen(16)
    finally:
        os.umask(before)
    with private:
        yield private
    path.unlink(missing_ok=True)
