"""Keys to the API: what one may do, and how it is told from any other text. Pure."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

Scope = Literal["read", "send", "write", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
MEANINGS: dict[Scope, str] = {
    "read": "See everything but secrets.",
    "send": "Act on conversations and texts: end, unflag, retry, discard.",
    "write": "Change bots, endpoints, secrets, opt-outs and senders.",
    "admin": "All of that, and the organization, its people, keys and audit log.",
}
PREFIX = "threadline_"
"""Makes a key known for what it is, to people and to scanners of secrets."""
RANDOM_BYTES = 32


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key as the store keeps it: its hash, and times in microseconds, 0 = not, or never."""

    id: str
    organization: str
    name: str
    hash: str = field(repr=False)
    scopes: tuple[Scope, ...]
    created_at: int
    expires_at: int = 0
    revoked_at: int = 0
    used_at: int = 0

    def may(self, scope: str) -> bool:
        """No key may do what is the server's owner's alone."""
        return scope in self.scopes or ("admin" in self.scopes and scope in SCOPES)

    def counts(self, now: int) -> bool:
        """Whether it opens anything."""
        return not self.revoked_at and (not self.expires_at or now < self.expires_at)


@dataclass(frozen=True, slots=True)
class RequestRow:
    """
    A request with an Idempotency-Key: whose, which, a hash of what it asks, and what was
    answered; `status` 0 = nothing yet.
    """

    caller: str
    key: str
    fingerprint: str
    status: int = 0
    answer: str = ""


def new_key() -> str:
    """Nobody guesses it, so that a plain hash of it is enough to keep."""
    return PREFIX + secrets.token_urlsafe(RANDOM_BYTES)


def new_id() -> str:
    return f"key_{secrets.token_hex(8)}"


def hashed(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def ordered(scopes: Sequence[str]) -> tuple[Scope, ...]:
    """Each once, the weakest first."""
    return tuple(one for one in SCOPES if one in scopes)
