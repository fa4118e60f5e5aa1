"""Organizations: who has secrets, bots and endpoints."""

from __future__ import annotations

from threadline.client.aio.connection import AsyncNoun
from threadline.model.paging import Page
from threadline.model.resources.organizations import Organization


class AsyncOrganizations(AsyncNoun):
    async def list(self, *, limit: int = 100, after: str | None = None) -> Page[Organization]:
        """Those that the key opens; all of them for the owner of the server."""
        found: Page[Organization] = await self._get("organizations", limit=limit, after=after)
        return found

    async def describe(self, name: str) -> Organization:
        """Its title, and for how long what was said is kept. Raises `NotFound`."""
        found: Organization = await self._get("organizations", name)
        return found

    async def tagged(self, name: str) -> tuple[Organization, str]:
        """The same, and the ETag to give to `rename` and `keep`."""
        found: tuple[Organization, str] = await self._tagged("organizations", name)
        return found

    async def create(
        self, name: str, *, title: str = "", once: str | None = None
    ) -> Organization:
        """A new one; for the server's owner only. `once` is an Idempotency-Key."""
        body = {"name": name, "title": title}
        found: Organization = await self._post("organizations", body=body, once=once)
        return found

    async def rename(self, name: str, *, title: str, etag: str | None = None) -> Organization:
        """Another title. Raises `Outdated` if it is not what has this `etag` any more."""
        found: Organization = await self._patch(
            "organizations", name, body={"title": title}, etag=etag
        )
        return found

    async def keep(
        self, name: str, *, days: int | None, etag: str | None = None
    ) -> Organization:
        """
        Keep what was said for so many days (None = for good); what is older is taken away for
        good. Raises `Outdated` if it is not what has this `etag` any more.
        """
        found: Organization = await self._patch(
            "organizations", name, body={"retention_days": days}, etag=etag
        )
        return found
