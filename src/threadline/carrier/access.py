"""Who asks, and with which fields: HTTP Basic with the account's token or an API key."""

from __future__ import annotations

import hmac
from base64 import b64decode
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from threadline.carrier.refusals import refuse
from threadline.carrier.state import Account, State

Endpoint = Callable[[Request, Account], Awaitable[Response]]


def known(header: str, state: State) -> Account | None:
    """Whose credentials these are. Pure."""
    scheme, _, encoded = header.partition(" ")
    try:
        user, _, password = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return None
    if scheme.lower() != "basic":
        return None
    account = state.accounts.get(user)
    if account is not None:
        return account if _same(account.token, password) else None
    for account in state.accounts.values():
        if user in account.keys:
            return account if _same(account.keys[user], password) else None
    return None


def _same(secret: str, given: str) -> bool:
    return hmac.compare_digest(secret.encode(), given.encode())


class Authorized:
    """An endpoint of an account, for those who may see it. HTTP methods by name."""

    def __init__(self, state: State, methods: Mapping[str, Endpoint]) -> None:
        self._state = state
        self._methods = methods

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        response = await self._answer(request)
        response.headers["Twilio-Request-Id"] = self._state.sid("RQ")
        response.headers["X-Home-Region"] = "us1"
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        account = known(request.headers.get("authorization", ""), self._state)
        if account is None:
            return refuse(20003).response()
        endpoint = self._methods.get(request.method)
        named = request.path_params.get("account", account.sid)
        if endpoint is None or named != account.sid:
            return refuse(20404, request.url.path).response()
        return await endpoint(request, account)


async def fields(request: Request) -> list[tuple[str, str]]:
    """The form that was posted, blanks and repeats included."""
    return parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
