"""Calls the account's server the way Twilio does: signed, with its time-outs and retries."""

from __future__ import annotations

import asyncio
import hmac
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha1
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

from threadline.carrier.state import Account
from threadline.egress import Answer, Client
from threadline.errors import AnswerTooLarge, Forbidden, Interrupted, NotSent

Params = Sequence[tuple[str, str]]

LIMIT = 65_536
REDIRECTS = 5
HEADERS = {"User-Agent": "TwilioProxy/1.1", "Accept": "*/*", "X-Home-Region": "us1"}
CAUSES = frozenset({"4xx", "5xx", "ct", "rt"})


@dataclass(frozen=True, slots=True)
class Answered:
    """The server took it. `url` is where the answer came from, after redirects."""

    url: str
    status: int
    content_type: str
    body: bytes
    tries: int = 1


@dataclass(frozen=True, slots=True)
class Failed:
    """The server could not be asked, or said no; `code` is Twilio's."""

    url: str
    code: int
    reason: str
    tries: int = 1
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """
    How a URL is called: from the fragment `#rc=…&rp=…&rt=…&tt=…` of its setting. A call has
    `read` seconds for everything, connecting included.
    """

    retries: int = 1
    on: frozenset[str] = frozenset({"ct"})
    read: float = 15.0
    total: float = 15.0


def patience(url: str) -> Patience:
    """Pure. Raises `ValueError` with a sentence."""
    given = dict(parse_qsl(urlsplit(url).fragment))
    causes = given.get("rp", "ct").split(",")
    _between(given, "ct", 5_000, 100, 10_000)
    if unknown := set(causes) - CAUSES - {"all"}:
        raise ValueError(f"rp={','.join(sorted(unknown))} is none of 4xx, 5xx, ct, rt, all")
    return Patience(
        retries=_between(given, "rc", 1, 0, 5),
        on=CAUSES if "all" in causes else frozenset(causes),
        read=_between(given, "rt", 15_000, 100, 15_000) / 1000,
        total=_between(given, "tt", 15_000, 100, 15_000) / 1000,
    )


def signature(token: str, url: str, params: Params = ()) -> str:
    """What stands in X-Twilio-Signature. `params` are those of the body alone. Pure."""
    signed = url + "".join(name + value for name, value in sorted(set(params)))
    digest = hmac.new(token.encode(), signed.encode("utf-8", "surrogatepass"), sha1).digest()
    return b64encode(digest).decode()


@dataclass(frozen=True, slots=True)
class _Call:
    """One request as it goes out; `url` is without fragment and credentials."""

    secret: str = field(repr=False)
    method: str
    url: str
    params: Params
    token: str
    auth: tuple[str, str] | None = field(repr=False)

    def onward(self, status: int, url: str) -> _Call:
        """After 301 to 303 a POST becomes a GET, and its parameters are lost."""
        if status >= 307:
            return replace(self, url=url)
        return replace(self, url=url, method="GET", params=())


class Webhooks:
    """Makes the calls. Never raises, and gives up only when the URL's own settings say so."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def call(
        self, account: Account, method: str, configured: str, params: Params, token: str
    ) -> Answered | Failed:
        """All tries have one `token`. Returns the first success, or the last failure."""
        try:
            patient, (url, auth) = patience(configured), _target(configured)
        except ValueError as why:
            return Failed(configured, 11243, f"The URL's overrides cannot be used: {why}.")
        clock = asyncio.get_running_loop().time
        until, tries = clock() + patient.total, 0
        call = _Call(account.token, method, url, params, token, auth)
        while True:
            tries += 1
            found, cause = await self._follow(call, min(patient.read, until - clock()))
            used_up = tries > patient.retries or clock() >= until
            if isinstance(found, Answered) or used_up or cause not in patient.on:
                return replace(found, tries=tries)

    async def _follow(self, call: _Call, timeout: float) -> tuple[Answered | Failed, str]:
        """One try, through redirects; beside it what kind of failure it was."""
        for _ in range(REDIRECTS):
            url = call.url
            try:
                answer = await self._ask(call, timeout)
                onward = urljoin(url, answer.headers.get("location", ""))
            except NotSent as why:
                return Failed(url, 11205, str(why)), "ct"
            except Interrupted as why:
                return Failed(url, 11200, str(why)), "rt"
            except AnswerTooLarge as why:
                return Failed(url, 11750, str(why)), "size"
            except (Forbidden, ValueError) as why:
                return Failed(url, 11100, str(why)), "url"
            status, headers = answer.status, answer.headers
            if status in (301, 302, 303, 307, 308) and "location" in headers:
                call = call.onward(status, onward)
            elif 200 <= status < 400:
                return Answered(url, status, headers.get("content-type", ""), answer.body), ""
            else:
                said = f"{_shown(url)} answered with HTTP {status}."
                return Failed(url, 11200, said, status=status), f"{status // 100}xx"
        return Failed(url, 11215, f"{_shown(url)} redirects too often."), "redirects"

    async def _ask(self, call: _Call, timeout: float) -> Answer:
        url, form = call.url, call.params if call.method == "POST" else None
        if form is None and call.params:
            parts = urlsplit(url)
            query = "&".join(filter(None, [parts.query, urlencode(call.params)]))
            url = urlunsplit(parts._replace(query=query))
        signed = signature(call.secret, url, form or ())
        headers = HEADERS | {
            "I-Twilio-Idempotency-Token": call.token,
            "X-Twilio-Signature": signed,
        }
        return await self._client.request(
            call.method,
            url,
            form=form,
            headers=headers,
            auth=call.auth,
            timeout=timeout,
            limit=LIMIT,
        )


def _target(configured: str) -> tuple[str, tuple[str, str] | None]:
    """Neither fragment nor credentials are part of the URL that is called and signed."""
    parts = urlsplit(configured)
    host = parts.netloc.rpartition("@")[2]
    auth = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
    return urlunsplit(parts._replace(netloc=host, fragment="")), auth


def _between(given: dict[str, str], name: str, default: int, least: int, most: int) -> int:
    text = given.get(name, str(default))
    if not (text.isdigit() and least <= int(text) <= most):
        raise ValueError(f"{name}={text} is not a number from {least} to {most}")
    return int(text)


def _shown(url: str) -> str:
    return urlunsplit(urlsplit(url)._replace(query="", fragment=""))
