"""Keys to the API."""

from __future__ import annotations

from typing import Literal, NotRequired

from typing_extensions import TypedDict

from threadline.model.access import Scope


class ApiKey(TypedDict):
    """A key of an organization, without the key itself."""

    id: str
    """Its name for good, such as key_0123456789abcdef."""
    organization: str
    """Whose it is."""
    name: str
    """Who uses it."""
    scopes: list[Scope]
    """What it may do."""
    state: Literal["active", "expired", "revoked"]
    """Whether it opens anything."""
    created_at: str
    """When it was made."""
    expires_at: str | None
    """When it opens nothing any more; null = never."""
    used_at: str | None
    """When it was last used, up to a minute late; null = not yet."""


class NewApiKey(ApiKey):
    """A key that was just made. It is told this one time."""

    key: str
    """Send it as `Authorization: Bearer KEY`. Only a hash of it is kept."""


class ApiKeyCreate(TypedDict):
    """A key that is wanted."""

    name: str
    """Who will use it."""
    scopes: list[str]
    """What it may do: read, send, write, admin."""
    expires_at: NotRequired[str | None]
    """When it ends, as RFC 3339 writes it; null = never."""
