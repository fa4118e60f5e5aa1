"""Keys to the API."""

from __future__ import annotations

from collections.abc import Sequence

from threadline.client.aio.connection import AsyncNoun
from threadline.model.paging import Page
from threadline.model.resources.keys import ApiKey, NewApiKey


class AsyncKeys(AsyncNoun):
    async def list(self, *, limit: int = 100, after: str | None = None) -> Page[ApiKey]:
        """Every key there is or was, by id."""
        found: Page[ApiKey] = await self._get("keys", limit=limit, after=after)
        return found

    async def create(
        self,
        name: str,
        scopes: Sequence[str],
        *,
        expires_at: str | None = None,
        once: str | None = None,
    ) -> NewApiKey:
        """A new key, told this one time. `once` is an Idempotency-Key."""
        body = {"name": name, "scopes": [*scopes], "expires_at": expires_at}
        found: NewApiKey = await self._post("keys", body=body, once=once)
        return found

    async def revoke(self, id: str) -> ApiKey:
        """From now on it opens nothing."""
        found: ApiKey = await self._delete("keys", id)
        return found
