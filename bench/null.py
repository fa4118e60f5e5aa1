"""A program that acknowledges and answers and does nothing else: the ceiling's."""

from __future__ import annotations

import argparse
import asyncio
import ssl
from collections import deque
from typing import Any
from urllib.parse import urlsplit

import uvloop
from bench.load import Line

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
LINES = 64


class Null:
    """Posts to the provider over a fixed number of connections."""

    def __init__(self, given: argparse.Namespace) -> None:
        self._provider = urlsplit(given.provider)
        path = f"/2010-04-01/Accounts/{given.account}/Messages.json"
        self._head = f"POST {path} HTTP/1.1\r\nHost: provider\r\nContent-Length: ".encode()
        self._idle: list[Line] = []
        self._queue: deque[bytes] = deque()

    async def connect(self) -> None:
        loop = asyncio.get_running_loop()
        tls = ssl.create_default_context() if self._provider.scheme == "https" else None
        for _ in range(LINES):
            _, line = await loop.create_connection(
                Line, self._provider.hostname, self._provider.port, ssl=tls
            )
            self._idle.append(line)

    def take(self, request: bytes) -> None:
        """Of a request to us; only a text has a form, which is its own answer here."""
        form = request.partition(b"\r\n\r\n")[2]
        if form:
            self._queue.append(b"%s%d\r\n\r\n%s" % (self._head, len(form), form))
            if self._idle:
                self._post(self._idle.pop())

    def _post(self, line: Line) -> None:
        line.ask(self._queue.popleft(), lambda _status: self._free(line))

    def _free(self, line: Line) -> None:
        if self._queue:
            self._post(line)
        else:
            self._idle.append(line)


class Door(asyncio.Protocol):
    """The load writes each request at once, and over loopback so it arrives."""

    def __init__(self, null: Null) -> None:
        self._null = null
        self._transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._transport.write(OK)
        self._null.take(data)


async def serve(given: argparse.Namespace) -> None:
    null = Null(given)
    await null.connect()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Door(null), "127.0.0.1", int(given.port))
    await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("--port", "--public", "--provider", "--account", "--token"):
        parser.add_argument(name, required=True)
    uvloop.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
