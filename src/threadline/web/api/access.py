"""
Who asks, what they may do, and how often.

A key is of one organization and has scopes. The owner of the server needs none: whoever can
open its socket, or its files, may do everything, in any organization.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes

from threadline.app import App
from threadline.errors import Limited, OutOfScope
from threadline.model.access import MEANINGS, KeyRow
from threadline.model.clock import SECOND
from threadline.model.desk import OPERATOR
from threadline.operations import keys

OWNER = "threadline.owner"
"""In an ASGI scope, put there by the door itself: the asker owns the server."""
BURST = 2
"""Seconds' worth of requests that a key may make at once."""
REMEMBERED = 10_000
"""Keys whose pace is remembered, at most."""

bearer = HTTPBearer(
    scheme_name="ApiKey",
    description="A key of an organization, made by `threadline key create`. Scopes: "
    + " ".join(f"`{name}`: {meaning}" for name, meaning in MEANINGS.items())
    + " `owner`: no key has it; it is the server's own user, at the socket in its data folder.",
    auto_error=False,
)


@dataclass(frozen=True, slots=True)
class Caller:
    """`key` None = the owner of the server; `organization` None = any, or the only one."""

    key: KeyRow | None
    organization: str | None

    @property
    def name(self) -> str:
        return self.key.id if self.key else "owner"

    @property
    def door(self) -> str:
        """By which they came, as the record of changes names it."""
        return "api" if self.key else "cli"

    @property
    def bound(self) -> str | None:
        """The organization beyond which there is nothing for them; None = they own it all."""
        return self.key.organization if self.key else None

    def may(self, scope: str) -> bool:
        return self.key is None or self.key.may(scope)

    def check(self, scope: str) -> None:
        """Raises `OutOfScope`."""
        if self.key is None or self.may(scope):
            return
        if scope == "owner":
            raise OutOfScope(
                "Only the owner of the server may do this: run the command on its machine."
            )
        raise OutOfScope(
            f"The key {self.key.id} has no scope {scope!r}. Make one with it: "
            f"`threadline key create --scope {scope}`."
        )


def who(caller: Caller) -> str:
    """What is kept of who changed something: the key by its name."""
    return caller.key.name if caller.key else OPERATOR


class Paces:
    """So many requests a second for each key, on this node."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._step = round(SECOND / app.settings.api_rate)
        self._next: OrderedDict[str, int] = OrderedDict()

    def take(self, key: str) -> None:
        """Raises `Limited`."""
        now = self._app.clock()
        at = max(self._next.get(key, 0), now)
        wait = at - now - BURST * SECOND
        if wait > 0:
            rate = self._app.settings.api_rate
            message = f"More than {rate} requests a second with one key. Wait, then go on."
            raise Limited(message, wait / SECOND)
        self._next[key] = at + self._step
        self._next.move_to_end(key)
        if len(self._next) > REMEMBERED:
            self._next.popitem(last=False)


async def authenticate(app: App, paces: Paces, request: Request) -> Caller:
    """Raises `Unauthenticated`, `Limited`."""
    named = request.headers.get("threadline-organization") or None
    if request.scope.get(OWNER):
        return Caller(None, named)
    scheme, _space, presented = request.headers.get("authorization", "").partition(" ")
    key = await keys.open_with(app, presented.strip() if scheme.lower() == "bearer" else "")
    paces.take(key.id)
    return Caller(key, key.organization)


Organization = Annotated[
    str | None,
    Header(
        alias="Threadline-Organization",
        description="Which organization is meant, for the owner of a server with several. A "
        "key has one, and needs no header.",
    ),
]


def _caller(
    request: Request,
    wanted: SecurityScopes,
    _presented: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
    _organization: Organization = None,
) -> Caller:
    caller: Caller = request.state.caller
    for scope in wanted.scopes:
        caller.check(scope)
    return caller


Reader = Annotated[Caller, Security(_caller, scopes=["read"])]
Sender = Annotated[Caller, Security(_caller, scopes=["send"])]
Writer = Annotated[Caller, Security(_caller, scopes=["write"])]
Admin = Annotated[Caller, Security(_caller, scopes=["admin"])]
Owner = Annotated[Caller, Security(_caller, scopes=["owner"])]


def owned(application: Any) -> Any:
    """The same ASGI application, whose every caller owns the server."""

    async def door(scope: Any, receive: Any, send: Any) -> None:
        await application({**scope, OWNER: True}, receive, send)

    return door
