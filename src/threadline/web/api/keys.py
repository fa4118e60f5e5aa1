"""/keys: the organization's keys to this API."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from threadline.model.paging import Page
from threadline.model.resources.keys import ApiKey, ApiKeyCreate, NewApiKey
from threadline.operations import keys
from threadline.web.api.access import Admin
from threadline.web.api.requests import router
from threadline.web.api.shapes import Here, Once, Wanted

routes = router("Keys")

Id = Annotated[str, Path(description="The key's id.", examples=["key_0123456789abcdef"])]


@routes.get("/keys")
async def list_keys(app: Here, caller: Admin, part: Wanted) -> Page[ApiKey]:
    """Every key there is or was. Never a key itself."""
    return await keys.list_(
        app, organization=caller.organization, limit=part.limit, after=part.after
    )


@routes.post("/keys", status_code=201)
async def create_key(
    app: Here, caller: Admin, wanted: ApiKeyCreate, _once: Once = None
) -> NewApiKey:
    """A new key, told this one time."""
    return await keys.create(
        app,
        organization=caller.organization,
        name=wanted["name"],
        scopes=wanted["scopes"],
        expires=wanted.get("expires_at"),
    )


@routes.delete("/keys/{id}")
async def revoke_key(app: Here, caller: Admin, id: Id) -> ApiKey:
    """From now on it opens nothing."""
    return await keys.revoke(app, organization=caller.organization, id=id)
