"""Somebody signed in to the portal, who asks the site without a network: the server's time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from bench import texts

from threadline.app import App, now
from threadline.model.people import Membership, User
from threadline.operations import sessions
from threadline.web import Site
from threadline.web.portal.browser import session_cookie

ORGANIZATION = "bench"


class Browser:
    """`site` is an ASGI application (ASGI 3, HTTP)."""

    def __init__(self, site: Site, cookie: str) -> None:
        self._site = site
        self._headers = [(b"cookie", cookie.encode())]

    async def get(self, path: str) -> bytes:
        """The whole page of the organization. Raises `RuntimeError` unless it is 200."""
        found = bytearray()

        async def send(message: Mapping[str, Any]) -> None:
            if message["type"] == "http.response.start" and message["status"] != 200:
                raise RuntimeError(f"{path} was answered with {message['status']}.")
            found.extend(message.get("body", b""))

        await self._site(_scope("GET", f"/o/{ORGANIZATION}{path}", self._headers), _empty, send)
        return bytes(found)

    @asynccontextmanager
    async def watching(self, path: str) -> AsyncIterator[asyncio.Queue[bytes]]:
        """What a page sends as long as somebody looks at it."""
        heard: asyncio.Queue[bytes] = asyncio.Queue()

        async def send(message: Mapping[str, Any]) -> None:
            heard.put_nowait(message.get("body", b""))

        scope = _scope("GET", f"/o/{ORGANIZATION}{path}", self._headers)
        task = asyncio.create_task(self._site(scope, _stays(), send))
        try:
            yield heard
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def signed_in(app: App, site: Site) -> Browser:
    """The owner of the organization."""
    at = now()
    user = User("usr_bench", "owner@bench.example.com", "Owner", "", at)
    if await app.store.user(id=user.id) is None:
        await app.store.add_user(user, Membership(ORGANIZATION, "owner", at, at))
    token = await sessions.begin(app, user)
    return Browser(site, f"{session_cookie(app)}={token}")


async def call(site: Site, text: texts.Text) -> None:
    """The provider's webhook: comes back when the text is kept."""
    head, _, body = text.request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    pairs = [line.split(": ", 1) for line in lines]
    headers = [(name.lower().encode(), value.encode()) for name, value in pairs]

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Mapping[str, Any]) -> None:
        if message.get("status", 200) != 200:
            raise RuntimeError(f"The text was answered with {message['status']}.")

    method, path, _version = first.split()
    await site(_scope(method, path, headers), receive, send)


def _scope(method: str, path: str, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    plain, _, query = path.partition("?")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": plain,
        "raw_path": plain.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"host", texts.PUBLIC.removeprefix("https://").encode()), *headers],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8080),
    }


async def _empty() -> dict[str, Any]:
    return {"type": "http.request", "body": b"", "more_body": False}


def _stays() -> Any:
    """One that sends nothing more and does not leave."""
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:
            await asyncio.Event().wait()
        asked = True
        return await _empty()

    return receive
