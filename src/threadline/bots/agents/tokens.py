"""The token that a bot wants to see: what is asked for one, and how long it is good. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

import orjson

from threadline.egress import Answer
from threadline.model.clock import SECOND
from threadline.model.elsewhere import fits_header
from threadline.ports import SecretValue

URL = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
NEEDED = ("tenantId", "clientId", "clientSecret")
EARLY = 300 * SECOND
"""So long before its end a token is not used any more."""
_CODE = re.compile(r"[a-z_]{1,60}")


@dataclass(frozen=True, slots=True)
class Login:
    """Who asks for a token, where, and for what."""

    url: str
    client: str
    secret: str = field(repr=False)
    scope: str


@dataclass(frozen=True, slots=True)
class Token:
    value: str = field(repr=False)
    until: int


def login(value: SecretValue, url: str | None, scope: str | None) -> Login:
    """Raises `ValueError` with the end of a sentence that begins with the secret's name."""
    found = value if isinstance(value, Mapping) else {}
    tenant, client, secret = (found.get(name) for name in NEEDED)
    named = {"tenantId": tenant or url, "clientId": client, "clientSecret": secret}
    missing = [name for name, one in named.items() if not isinstance(one, str) or not one]
    if missing:
        raise ValueError(f"needs the texts {', '.join(NEEDED)}; missing: {', '.join(missing)}.")
    where = url or URL.format(tenant=quote(str(tenant), safe=""))
    return Login(where, str(client), str(secret), scope or f"{client}/.default")


def form(login: Login) -> list[tuple[str, str]]:
    return [
        ("grant_type", "client_credentials"),
        ("client_id", login.client),
        ("client_secret", login.secret),
        ("scope", login.scope),
    ]


def read(body: bytes, now: int) -> Token:
    """Raises `ValueError` with the end of a sentence."""
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        told = None
    match told:
        case {"access_token": str(value)} if value and fits_header(value):
            lasts = told.get("expires_in")
            seconds = int(lasts) if isinstance(lasts, int | float) else 0
            return Token(value, now + seconds * SECOND - EARLY)
    raise ValueError("gave no token.")


def refusal(answer: Answer) -> str:
    """Why there is no token, in the server's own short word: its sentences may tell secrets."""
    try:
        told = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        told = None
    match told:
        case {"error": str(code)} if _CODE.fullmatch(code):
            return f"{answer.status} ({code})"
    return str(answer.status)
