"""
What the two clients have in common: how a request is written and its answer read. Pure.

Errors come as the exceptions of `threadline.errors`, by the code that the server told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import orjson

from threadline.errors import (
    Interrupted,
    Invalid,
    Limited,
    NotSent,
    Problem,
    ThreadlineError,
    Told,
    Unauthenticated,
)

PREFIX = "/api/v1"
TIMEOUT = 120.0
"""Seconds until an answer has to be there."""
SILENCE = 45.0
"""Seconds after which a line on which nothing comes is cut: a mark comes each 15 seconds."""
NEAR = ("all://localhost", "all://127.0.0.1", "all://[::1]")
"""What is reached without the proxy of the environment, which would be handed the key."""
SUCCESS = range(200, 300)
ELSEWHERE = range(300, 400)
FAILURE = 500


@dataclass(frozen=True, slots=True)
class Request:
    """
    `path` begins after /api/v1; parameters that are None are left out; `patience` is in
    seconds.
    """

    method: str
    path: str
    params: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str | None] = field(default_factory=dict)
    patience: float = TIMEOUT


def path(*parts: str) -> str:
    """`path("optouts", "+1555")` -> "/optouts/%2B1555"."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def written(request: Request, organization: str | None) -> dict[str, Any]:
    """As the HTTP client takes it. Raises `Invalid` if the body cannot be said in JSON."""
    headers = {name: value for name, value in request.headers.items() if value is not None}
    if organization is not None:
        headers["Threadline-Organization"] = organization
    content = None
    if request.body is not None:
        headers["Content-Type"] = "application/json"
        content = _json(request.body)
    return {
        "method": request.method,
        "url": PREFIX + request.path,
        "params": {
            name: str(value).lower() if isinstance(value, bool) else value
            for name, value in request.params.items()
            if value is not None
        },
        "headers": headers,
        "content": content,
    }


def address(url: str) -> str:
    """As the HTTP client takes it. Raises `NotSent` if there can be no server."""
    try:
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        fits = False
    if not fits:
        raise NotSent(f"{url!r} is no address of a server, such as https://sms.example.com.")
    return url.rstrip("/")


def authorization(key: str | None) -> dict[str, str]:
    """Raises `Unauthenticated` if it can be no key."""
    key = (key or "").strip()  # a file that it was read from ends with a line
    if not all("!" <= one <= "~" for one in key):
        raise Unauthenticated("The key has a sign that no key has. Give it as it was told.")
    return {"Authorization": f"Bearer {key}"} if key else {}


def _json(body: Any) -> bytes:
    try:
        return orjson.dumps(body)
    except orjson.JSONEncodeError as why:
        mend = "Write numbers of 64 bits, whole characters, and nothing that is nested deep."
        told = Problem("json_invalid", "body", f"It cannot be sent as JSON: {why}.", mend)
        raise Invalid([told]) from None


def read(status: int, headers: Mapping[str, str], content: bytes) -> Any:
    """
    What was answered. Raises what the server told, `Interrupted` if it told nothing, and
    `NotSent` if somebody else answered that it is elsewhere.
    """
    try:
        found = orjson.loads(content) if content else None
    except orjson.JSONDecodeError:
        found = None
    if status in SUCCESS and isinstance(found, Mapping):
        return found
    if isinstance(found, Mapping) and isinstance(found.get("code"), str):
        raise error(found, headers)
    if status in ELSEWHERE:
        place = headers.get("location", "elsewhere")
        raise NotSent(f"The server is not here, but at {place}. Give its own address.")
    if status < FAILURE:
        raise Interrupted(
            f"What answered ({status}) is no Threadline server. Is the address right? If there "
            "is a proxy in front of the server, its log tells why."
        )
    raise Interrupted(f"The server failed ({status}). Its log tells why.")


def line(text: str) -> Any:
    """One JSON of many. Raises `Interrupted` if it is not whole."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Interrupted("What the server said was cut off within a line.") from None


def error(told: Mapping[str, Any], headers: Mapping[str, str]) -> ThreadlineError:
    """Problem details as the exception that the server raised."""
    if "problems" in told:
        return Invalid([_problem(one) for one in told["problems"]])
    code, detail = str(told["code"]), str(told.get("detail", ""))
    if code == Limited.code:
        seconds = headers.get("retry-after", "")
        return Limited(detail, float(seconds) if seconds.isdecimal() else 1)
    kind = _BY_CODE.get(code)
    return Told(code, detail) if kind is None else kind(detail)


def _problem(told: Mapping[str, Any]) -> Problem:
    """What this version knows of it; a newer server may say more."""
    code, path, message, mend = (
        str(told.get(name, "")) for name in ("code", "path", "message", "mend")
    )
    return Problem(code, path, message, mend, told.get("line"))


def unreachable(where: str, why: Exception) -> NotSent:
    return NotSent(f"No server answers at {where} ({why}). Is it running?")


def interrupted(where: str, why: Exception) -> Interrupted:
    return Interrupted(
        f"The server at {where} did not answer to the end ({type(why).__name__}). It may have "
        "carried it out: look before you ask again."
    )


def _kinds(kind: type[ThreadlineError]) -> Iterator[type[ThreadlineError]]:
    for one in kind.__subclasses__():
        yield one
        yield from _kinds(one)


_BY_CODE = {one.code: one for one in _kinds(ThreadlineError)}
