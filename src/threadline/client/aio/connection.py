"""The connection to a server: sends requests, raises what it tells."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import httpx2

from threadline.client import wire
from threadline.client.wire import Request

UNSENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
"""Nothing of the request has left."""


class AsyncConnection:
    """
    To the API at `url`, with a key; or through a `transport` that needs neither. Raises
    `NotSent` and `Unauthenticated` if that can be no address or no key.
    """

    def __init__(
        self,
        url: str,
        key: str | None,
        organization: str | None,
        transport: httpx2.AsyncBaseTransport | None,
    ) -> None:
        self._url = wire.address(url)
        self._organization = organization
        self._http = httpx2.AsyncClient(
            base_url=self._url,
            headers=wire.authorization(key),
            transport=transport,
            mounts=dict.fromkeys(wire.NEAR),
            timeout=wire.TIMEOUT,
            verify=self._url.startswith("https:"),  # or all authorities are read for nothing
        )

    async def ask(self, request: Request) -> Any:
        """What was answered. Raises `ThreadlineError`."""
        found, _tag = await self.tagged(request)
        return found

    async def tagged(self, request: Request) -> tuple[Any, str]:
        """What was answered, and its ETag. Raises `ThreadlineError`."""
        told = wire.written(request, self._organization)
        try:
            answer = await self._http.request(**told, timeout=request.patience)
        except UNSENT as why:
            raise wire.unreachable(self._url, why) from why
        except httpx2.HTTPError as why:
            raise wire.interrupted(self._url, why) from why
        found = wire.read(answer.status_code, answer.headers, answer.content)
        return found, answer.headers.get("etag", "")

    async def lines(self, request: Request, *, cut: bool = True) -> AsyncGenerator[str]:
        """
        What is answered, line by line as it comes; in pieces that end anywhere unless it is to
        be `cut`. Raises `ThreadlineError`.
        """
        told = wire.written(request, self._organization)
        try:
            async with self._http.stream(**told, timeout=wire.SILENCE) as answer:
                if answer.status_code not in wire.SUCCESS:
                    content = await answer.aread()
                    wire.read(answer.status_code, answer.headers, content)
                async for line in answer.aiter_lines() if cut else answer.aiter_text():
                    yield line
        except UNSENT as why:
            raise wire.unreachable(self._url, why) from why
        except httpx2.HTTPError as why:
            raise wire.interrupted(self._url, why) from why

    async def aclose(self) -> None:
        await self._http.aclose()


class AsyncNoun:
    """A group of requests about one kind of thing."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def _get(self, *parts: str, **params: Any) -> Any:
        return await self._connection.ask(Request("GET", wire.path(*parts), params))

    async def _tagged(self, *parts: str) -> tuple[Any, str]:
        return await self._connection.tagged(Request("GET", wire.path(*parts)))

    async def _post(
        self, *parts: str, body: Any = None, once: str | None = None, **params: Any
    ) -> Any:
        headers = {"Idempotency-Key": once}
        request = Request("POST", wire.path(*parts), params, body, headers)
        return await self._connection.ask(request)

    async def _put(self, *parts: str, body: Any, etag: str | None = None, **params: Any) -> Any:
        headers = {"If-Match": etag}
        request = Request("PUT", wire.path(*parts), params, body, headers)
        return await self._connection.ask(request)

    async def _patch(self, *parts: str, body: Any, etag: str | None = None) -> Any:
        headers = {"If-Match": etag}
        request = Request("PATCH", wire.path(*parts), {}, body, headers)
        return await self._connection.ask(request)

    async def _delete(self, *parts: str, etag: str | None = None, **params: Any) -> Any:
        headers = {"If-Match": etag}
        request = Request("DELETE", wire.path(*parts), params, None, headers)
        return await self._connection.ask(request)
