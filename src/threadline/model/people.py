"""People who sign in: what they may do, and how they are told from anybody else. Pure."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from typing import Literal, get_args

from threadline.errors import Problem
from threadline.model.access import Scope

Role = Literal["viewer", "operator", "builder", "owner"]
ROLES: tuple[Role, ...] = get_args(Role)
MEANINGS: dict[Role, str] = {
    "viewer": "Sees everything but secrets.",
    "operator": "Also acts on conversations, texts, opt-outs and senders.",
    "builder": "Also changes bots, endpoints and secrets.",
    "owner": "Also decides who may come in, and makes keys.",
}
_SCOPES: dict[Scope, Role] = {
    "read": "viewer",
    "send": "operator",
    "write": "builder",
    "admin": "owner",
}
"""The least role that may do what a key of this scope may."""

Purpose = Literal["join", "reset", "enter"]

EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,190}")
SHORTEST, LONGEST = 10, 200
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with an account. `password` is the hash of it, empty until they chose one."""

    id: str
    email: str
    name: str
    password: str = field(repr=False)
    created_at: int


@dataclass(frozen=True, slots=True)
class Membership:
    """What somebody may do in an organization; nothing before they have joined."""

    organization: str
    role: Role
    added_at: int = 0
    joined_at: int = 0


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of an organization."""

    user: User
    membership: Membership


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One browser of somebody who signed in. Times are microseconds."""

    hash: str = field(repr=False)
    user_id: str
    created_at: int
    seen_at: int
    browser: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who signed in, and where they have joined, by name."""

    user: User
    session: SessionRow
    memberships: tuple[Membership, ...]

    def role(self, organization: str) -> Role | None:
        """None: they have nothing to do there."""
        here = (one.role for one in self.memberships if one.organization == organization)
        return next(here, None)


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link that is good for one time, until `ends_at`."""

    hash: str = field(repr=False)
    user_id: str
    purpose: Purpose
    organization: str
    ends_at: int


@dataclass(frozen=True, slots=True)
class Failures:
    """Wrong passwords in a row, the last `at`; another is looked at from `next_at` on."""

    email: str
    failed: int = 0
    at: int = 0
    next_at: int = 0


@dataclass(frozen=True, slots=True)
class AuditRow:
    """Who did what, by which door, and about what."""

    organization: str
    at: int
    who: str
    door: str
    what: str
    about: str
    id: int = 0
    done: bool = False


def may(role: Role, scope: Scope) -> bool:
    """Whether somebody of the role may do what a key of the scope may."""
    return at_least(role, _SCOPES[scope])


def at_least(role: Role, wanted: Role) -> bool:
    return ROLES.index(role) >= ROLES.index(wanted)


def new_token() -> str:
    """Nobody guesses it, so that a plain hash of it is enough to keep."""
    return secrets.token_urlsafe(32)


def new_user_id() -> str:
    return f"usr_{secrets.token_hex(8)}"


def hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def form_token(cookie: str) -> str:
    """What each form of a browser brings along, so that no other page can have sent it."""
    return hmac.new(cookie.encode(), b"form", hashlib.sha256).hexdigest()


def email_of(written: str) -> str:
    """The same address always in the same writing."""
    return written.strip().lower()


def check_email(written: str, path: str = "email") -> list[Problem]:
    if EMAIL.fullmatch(email_of(written)):
        return []
    mend = "Write it as in ann@example.com."
    return [Problem("email_invalid", path, "This is no e-mail address.", mend)]


def check_name(written: str, path: str = "name") -> list[Problem]:
    if written.strip() and len(written) <= LONGEST_NAME:
        return []
    mend = f"Write 1 to {LONGEST_NAME} letters, as colleagues know you."
    return [Problem("name_invalid", path, "There is no name, or too long a one.", mend)]


def check_password(chosen: str, email: str = "", path: str = "password") -> list[Problem]:
    """
    Length counts, and that it is not what everybody would try first (NIST SP 800-63B,
    section 3.1.1.2).
    """
    mend = f"Take at least {SHORTEST} characters, such as a few words that only you would pick."
    if not SHORTEST <= len(chosen) <= LONGEST:
        told = f"It has to have {SHORTEST} to {LONGEST} characters."
    elif len(set(chosen)) < 4:
        told = "It is too simple."
    elif email and email_of(chosen) in (email, email.partition("@")[0]):
        told = "It is your address."
    else:
        return []
    return [Problem("password_weak", path, told, mend)]
