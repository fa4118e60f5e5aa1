"""A provider to send to: a real HTTP server on this machine that answers as it is told."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl


@dataclass(frozen=True)
class Says:
    """Reads the request and answers it."""

    status: int
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CutsOff:
    """Reads the request and closes the connection."""


@dataclass(frozen=True)
class Hangs:
    """Reads the request and never says a word."""


@dataclass(frozen=True)
class Refuses:
    """Nobody listens at its port."""


Answer = Says | CutsOff | Hangs | Refuses


@dataclass(frozen=True)
class Asked:
    """A request as it came in."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    form: tuple[tuple[str, str], ...]


@dataclass
class Provider:
    """Gives its answers in turn and the last one for ever; `asked` is all that it heard."""

    answers: list[Answer]
    url: str = ""
    asked: list[Asked] = field(default_factory=list)

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                self.asked.append(await _request(reader))
                answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
                if isinstance(answer, Hangs):
                    await reader.read()
                if not isinstance(answer, Says):
                    break
                writer.write(_response(answer))
                await writer.drain()
        writer.close()


@asynccontextmanager
async def provider(*answers: Answer) -> AsyncIterator[Provider]:
    playing = Provider(list(answers))
    server = await asyncio.start_server(playing._meet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    playing.url = f"http://127.0.0.1:{port}"
    if Refuses() in answers:
        server.close()
        with socket.socket() as unused:  # bound and never listening: nobody else gets it
            unused.bind(("127.0.0.1", 0))
            playing.url = f"http://127.0.0.1:{unused.getsockname()[1]}"
            yield playing
            return
    try:
        yield playing
    finally:
        server.close()


async def _request(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value for name, _, value in (x.partition(": ") for x in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    path, _, query = target.partition("?")
    return Asked(
        method,
        path,
        tuple(parse_qsl(query, keep_blank_values=True)),
        headers,
        tuple(parse_qsl(body.decode(), keep_blank_values=True)),
    )


def _response(answer: Says) -> bytes:
    raw = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
    headers = {"Content-Length": str(len(raw)), **answer.headers}
    lines = [f"HTTP/1.1 {answer.status} Said", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + raw
