"""People of an organization."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict

from threadline.model.people import Role


class User(TypedDict):
    """Somebody who may use the portal for an organization."""

    id: str
    """Their name for good, such as usr_0123456789abcdef."""
    email: str
    """The address with which they sign in."""
    name: str
    """How colleagues know them; empty until they have joined."""
    role: Role
    """viewer, operator, builder or owner: each may do what the one before may, and more."""
    joined: bool
    """False: they were asked in and have not come yet."""
    added_at: str
    """When they were asked in."""


class UserInvited(User):
    """Somebody who was just asked in."""

    link: str
    """Give it to them: it is good for one time, for seven days, and told this one time."""


class UserInvite(TypedDict):
    """Somebody to ask in."""

    email: str
    """The address with which they will sign in."""
    role: NotRequired[str]
    """viewer, operator, builder or owner; viewer if there is none."""


class UserRole(TypedDict):
    """Another role for somebody."""

    role: str
    """viewer, operator, builder or owner."""


class SignInLink(TypedDict):
    """A link for somebody who cannot sign in."""

    email: str
    """Whose."""
    link: str
    """Good for one time, for an hour: they choose a new password with it."""


class Audited(TypedDict):
    """One change, and who made it."""

    at: str
    """When."""
    organization: str
    """Whose; empty if it is the server's own, or of several."""
    who: str
    """The address of a user, the id of a key, or `owner`: the server's own user."""
    door: str
    """portal; api, by a key; or cli, by the server's own socket or its files."""
    what: str
    """What was done, such as replace_endpoint."""
    about: str
    """What it was done to."""
    done: bool
    """False: it is under way, or its server died meanwhile."""
