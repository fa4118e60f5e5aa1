"""One pool of connections behind one gate, and how far a request came when it failed."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import ssl
from base64 import b64encode
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING

import aiohttp
from aiohttp import hdrs
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from threadline import __version__
from threadline.egress import forms
from threadline.egress.answers import Answer, Headers
from threadline.egress.gates import Gate, inside, parse, place
from threadline.errors import AnswerTooLarge, Forbidden, Interrupted, NotSent

if TYPE_CHECKING:
    from aiohttp.client_reqrep import ClientRequest
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace

CONNECTIONS = 2_000
IDLE_SECONDS = 10
LOOKUPS = 8
KEPT = 1000
"""URLs that were found good, and credentials as they are sent: mostly the same few."""
HEADERS = {
    hdrs.USER_AGENT: f"Threadline/{__version__}",
    hdrs.ACCEPT_ENCODING: "identity",
}

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_UNLIMITED = aiohttp.ClientTimeout(total=None, sock_connect=None)


class Client:
    """One pool of connections behind one gate. Redirects are answers unless `hops` allows."""

    def __init__(self, gate: Gate, *, per_host: int = 0, hops: int = 0) -> None:
        self._gate = gate
        self._per_host = per_host
        self._hops = hops
        self._resolver = _Resolver(gate)
        self._session: aiohttp.ClientSession | None = None
        self._closed = False
        self._checked = lru_cache(maxsize=KEPT)(self._check)
        self._basic = lru_cache(maxsize=KEPT)(_basic)

    def check(self, url: str) -> URL:
        """What shows in the URL itself, without calling it. Raises `Forbidden`."""
        return self._checked(url)

    def _check(self, url: str) -> URL:
        target = parse(url)
        self._gate.check(target)
        return target

    async def request(
        self,
        method: str,
        url: str,
        *,
        form: Sequence[tuple[str, str]] | None = None,
        data: bytes | None = None,
        content_type: str | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float = 15,
        limit: int = 1_048_576,
    ) -> Answer:
        """
        Ask once. `timeout` is for all of it, from the name's look-up to the body's last byte.

        Raises `Forbidden`, `NotSent`, `Interrupted`, `AnswerTooLarge`.
        """
        target = self._checked(url)
        sent = dict(headers or {})
        if content_type:
            sent[hdrs.CONTENT_TYPE] = content_type
        for name, value in sent.items():
            if not _TOKEN.fullmatch(name) or _CONTROL.search(value):
                raise NotSent(f"{place(target)} was not called: {name!r} is no HTTP header.")
        if form is not None:
            data, sent[hdrs.CONTENT_TYPE] = forms.encode(form), forms.FORM
        if auth:
            sent[hdrs.AUTHORIZATION] = self._basic(auth)
        journey = _Journey()
        token = _journey.set(journey)
        try:
            async with asyncio.timeout(timeout):
                for _ in range(self._hops):
                    answer = await self._ask(method, target, data, sent, limit)
                    onward = _onward(method, target, answer)
                    if onward is None:
                        return answer
                    self._gate.check(onward)
                    if onward.origin() != target.origin():
                        sent.pop(hdrs.AUTHORIZATION, None)
                    target = onward
                return await self._ask(method, target, data, sent, limit)
        except _NoneAdmitted:
            raise Forbidden(inside(target)) from None
        except (aiohttp.ClientError, OSError, ValueError) as why:
            if not journey.connected:
                raise NotSent(f"{place(target)} {_unreached(why, timeout)}") from None
            raise Interrupted(f"{place(target)} {_broken(why, timeout)}") from None
        finally:
            _journey.reset(token)

    async def _ask(
        self, method: str, url: URL, data: bytes | None, headers: dict[str, str], limit: int
    ) -> Answer:
        if self._closed:
            raise NotSent(f"{place(url)} was not called: Threadline is stopping.")
        if self._session is None:
            self._session = self._open()
        async with self._session.request(
            method, url, data=data, headers=headers, allow_redirects=False
        ) as response:
            body = await _read(response, limit)
            if body is not None:
                return Answer(response.status, Headers(response.headers), body)
            response.close()
            raise AnswerTooLarge(f"{place(url)} answered with more than {limit} bytes.")

    def _open(self) -> aiohttp.ClientSession:
        connector = _Connector(
            resolver=self._resolver,
            limit=CONNECTIONS,
            limit_per_host=self._per_host,
            keepalive_timeout=IDLE_SECONDS,
        )
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=HEADERS,
            timeout=_UNLIMITED,
            trust_env=False,
        )

    async def close(self) -> None:
        """Nothing can be asked afterwards. May be called twice."""
        self._closed = True
        session, self._session = self._session, None
        if session is not None:
            await session.close()
        await self._resolver.close()


async def _read(response: aiohttp.ClientResponse, limit: int) -> bytes | None:
    """The whole body, or nothing if it is more than `limit` bytes, also once unpacked."""
    length = response.content_length
    if length is not None and hdrs.CONTENT_ENCODING not in response.headers:
        return await response.read() if length <= limit else None
    if (length or 0) > limit:
        return None
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > limit:
            return None
    return bytes(body)


def _basic(auth: tuple[str, str]) -> str:
    return "Basic " + b64encode(":".join(auth).encode()).decode()


class _Journey:
    """How far a request came: once it has a connection, some byte of it may be out."""

    __slots__ = ("connected",)

    def __init__(self) -> None:
        self.connected = False


_journey: ContextVar[_Journey] = ContextVar("journey")


class _NoneAdmitted(Exception):
    """A name resolved, but to nothing that may be called."""


class _Connector(aiohttp.TCPConnector):
    async def connect(
        self, req: ClientRequest, traces: list[Trace], timeout: aiohttp.ClientTimeout
    ) -> Connection:
        found = await super().connect(req, traces, timeout)
        _journey.get().connected = True
        return found


class _Resolver(AbstractResolver):
    """Looks names up in threads of its own, so that one client's slow names stop no other."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._threads = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="lookup")

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, _look_up, host, port, family
        )
        admitted = [one for one in found if self._gate.admits(one["host"].partition("%")[0])]
        if found and not admitted:
            raise _NoneAdmitted
        return admitted

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _look_up(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
    kind, flags = socket.SOCK_STREAM, socket.AI_ADDRCONFIG
    try:
        found = socket.getaddrinfo(host, port, family=family, type=kind, flags=flags)
    except UnicodeError:
        raise socket.gaierror(socket.EAI_NONAME, "not a name") from None
    numeric = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return [
        ResolveResult(
            hostname=host, host=str(at[0]), port=port, family=of, proto=proto, flags=numeric
        )
        for of, _, proto, _, at in found
    ]


def _onward(method: str, url: URL, answer: Answer) -> URL | None:
    where = answer.headers.get("location")
    if where is None or method != "GET" or answer.status not in (301, 302, 303, 307, 308):
        return None
    return parse(str(url.join(URL(where))))


def _unreached(why: Exception, timeout: float) -> str:
    match why:
        case TimeoutError():
            return f"could not be reached within {timeout:g} s."
        case aiohttp.ClientConnectorDNSError():
            return "could not be reached: its name does not resolve."
        case aiohttp.ClientConnectorCertificateError(certificate_error=ssl.SSLError() as bad):
            return f"could not be reached: its certificate is not trusted ({bad.reason})."
        case aiohttp.ClientConnectorSSLError():
            return "could not be reached: it does not speak TLS."
        case OSError(errno=int(number)) if number > 0:
            return f"could not be reached: {os.strerror(number).lower()}."
        case OSError(strerror=str(reason)):
            return f"could not be reached: {reason}."
        case _:
            return "could not be called: the request cannot be written as HTTP."


def _broken(why: Exception, timeout: float) -> str:
    if isinstance(why, TimeoutError):
        return f"did not answer within {timeout:g} s."
    return "was reached, but the connection broke before its whole answer was here."
