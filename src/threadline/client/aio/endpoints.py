"""Endpoints: addresses on channels, joined to bots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from threadline.client.aio.connection import AsyncNoun
from threadline.model.paging import Page
from threadline.model.resources.endpoints import EndpointDocument, EndpointShown
from threadline.model.resources.forms import ChannelShown
from threadline.model.resources.health import EndpointHealth


class AsyncEndpoints(AsyncNoun):
    async def list(
        self, *, limit: int = 100, after: str | None = None
    ) -> Page[EndpointDocument]:
        """By address, each as it was given."""
        found: Page[EndpointDocument] = await self._get("endpoints", limit=limit, after=after)
        return found

    async def describe(self, address: str) -> EndpointShown:
        """As it was given, and what to paste into the provider's pages. Raises `NotFound`."""
        found: EndpointShown = await self._get("endpoints", address)
        return found

    async def health(self, address: str) -> EndpointHealth:
        """What sets it up, as it is observed, and what goes on with it. Raises `NotFound`."""
        found: EndpointHealth = await self._get("endpoints", address, "health")
        return found

    async def overview(
        self, *, limit: int = 100, after: str | None = None
    ) -> Page[EndpointHealth]:
        """How every endpoint does, without a look at its provider."""
        found: Page[EndpointHealth] = await self._get(
            "endpoint-health", limit=limit, after=after
        )
        return found

    async def channels(
        self, *, limit: int = 100, after: str | None = None
    ) -> Page[ChannelShown]:
        """The ways for endpoints to talk, and what each can be told."""
        found: Page[ChannelShown] = await self._get("channels", limit=limit, after=after)
        return found

    async def tagged(self, address: str) -> tuple[EndpointShown, str]:
        """The same, and the ETag to give to `replace`, `change` and `delete`."""
        found: tuple[EndpointShown, str] = await self._tagged("endpoints", address)
        return found

    async def create(
        self, document: EndpointDocument, *, once: str | None = None
    ) -> EndpointShown:
        """A new one. `once` is an Idempotency-Key. Raises `Invalid`."""
        found: EndpointShown = await self._post("endpoints", body=document, once=once)
        return found

    async def replace(
        self, address: str, document: EndpointDocument, *, etag: str | None = None
    ) -> EndpointShown:
        """
        Another document. Raises `Outdated` if the endpoint is not what has this `etag` any
        more.
        """
        found: EndpointShown = await self._put("endpoints", address, body=document, etag=etag)
        return found

    async def change(
        self, address: str, fields: Mapping[str, Any], *, etag: str | None = None
    ) -> EndpointShown:
        """Other values for some fields; None takes one away. Raises as `replace` does."""
        found: EndpointShown = await self._patch("endpoints", address, body=fields, etag=etag)
        return found

    async def delete(self, address: str, *, etag: str | None = None) -> EndpointShown:
        """What it was. Raises `Invalid` if anybody ever texted it, `Outdated`."""
        found: EndpointShown = await self._delete("endpoints", address, etag=etag)
        return found
