"""/users: who may use the portal for the organization."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path
from pydantic import AfterValidator

from threadline.model.paging import Page
from threadline.model.people import email_of
from threadline.model.resources.users import (
    SignInLink,
    User,
    UserInvite,
    UserInvited,
    UserRole,
)
from threadline.operations import users
from threadline.web.api.access import Admin, Owner
from threadline.web.api.requests import router
from threadline.web.api.shapes import Here, Once, Wanted

routes = router("Users")

Who = Annotated[
    str,
    Path(description="Their id, or their address.", examples=["usr_0123456789abcdef"]),
    AfterValidator(email_of),  # an id has no capitals
]
Email = Annotated[str, Path(description="Their address.", examples=["ann@example.com"])]


@routes.get("/users")
async def list_users(app: Here, caller: Admin, part: Wanted) -> Page[User]:
    """By address: who is in, and who was asked in and has not come yet."""
    return await users.list_(
        app, organization=caller.organization, limit=part.limit, after=part.after
    )


@routes.post("/users", status_code=201)
async def invite_user(
    app: Here, caller: Admin, wanted: UserInvite, _once: Once = None
) -> UserInvited:
    """
    Ask somebody in: the link that lets them is told this one time. Who was asked before and
    has not come gets another one.
    """
    return await users.invite(app, organization=caller.organization, **wanted)


@routes.patch("/users/{id:path}")
async def change_user(app: Here, caller: Admin, id: Who, wanted: UserRole) -> User:
    """Another role, from their next click on."""
    return await users.change_role(
        app, organization=caller.organization, id=id, role=wanted["role"]
    )


@routes.delete("/users/{id:path}")
async def remove_user(app: Here, caller: Admin, id: Who) -> User:
    """They see nothing of the organization any more."""
    return await users.remove(app, organization=caller.organization, id=id)


@routes.post("/users/{email:path}/link")
async def link_user(app: Here, _caller: Owner, email: Email, _once: Once = None) -> SignInLink:
    """For somebody who cannot sign in: a link with which they choose a new password."""
    # No key may: somebody has one password for all organizations that they are in.
    return await users.link(app, email=email)
