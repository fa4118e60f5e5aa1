"""
What the two clients have in common: how a request is written and its answer read. Pure.

Errors come as the exceptions of `threadline.errors`, by the code that the server told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import orjson

from threadline.errors import (
    Interrupted,
    Invalid,
    Limited,
    NotSent,
    Problem,
    ThreadlineError,
    Told,
)

PREFIX = "/api/v1"
TIMEOUT = 120.0
"""Seconds until an answer has to be there."""
SILENCE = 45.0
"""Seconds after which a line on which nothing comes is cut: a mark comes each 15 seconds."""
SUCCESS = range(200, 300)


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
    """As the HTTP client takes it."""
    headers = {name: value for name, value in request.headers.items() if value is not None}
    if organization is not None:
        headers["Threadline-Organization"] = organization
    content = None
    if request.body is not None:
        headers["Content-Type"] = "application/json"
        content = orjson.dumps(request.body)
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


def authorization(key: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"} if key else {}


def read(status: int, headers: Mapping[str, str], content: bytes) -> Any:
    """What was answered. Raises what the server told, or `Interrupted` if it told nothing."""
    try:
        found = orjson.loads(content) if content else None
    except orjson.JSONDecodeError:
        found = None
    if status in SUCCESS:
        return found
    if not isinstance(found, Mapping) or "code" not in found:
        raise Interrupted(f"The server failed ({status}). Its log tells why.")
    raise error(found, headers)


def line(text: str) -> Any:
    """One JSON of many. Raises `Interrupted` if it is not whole."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Interrupted("What the server said was cut off within a line.") from None


def error(told: Mapping[str, Any], headers: Mapping[str, str]) -> ThreadlineError:
    """Problem details as the exception that the server raised."""
    if "problems" in told:
        return Invalid([Problem(**one) for one in told["problems"]])
    code, detail = str(told["code"]), str(told.get("detail", ""))
    if code == Limited.code:
        return Limited(detail, float(headers.get("retry-after", 1)))
    kind = _BY_CODE.get(code)
    return Told(code, detail) if kind is None else kind(detail)


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
