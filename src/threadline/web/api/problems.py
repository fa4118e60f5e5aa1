"""
What is refused, as RFC 9457 has it: `application/problem+json` with our stable codes.

    {"type": "/docs/errors#taken", "title": "Taken", "status": 409, "code": "taken",
     "detail": "…", "problems": [{"code", "path", "message", "mend", "line"}]}
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from starlette.responses import Response

from threadline.errors import (
    BotFailed,
    Busy,
    Failed,
    ForeignForm,
    Invalid,
    KeyReused,
    Limited,
    Malformed,
    NotFound,
    Outdated,
    OutOfScope,
    Problem,
    RequestFailed,
    SecretMissing,
    SecretUnavailable,
    StoreDown,
    Taken,
    ThreadlineError,
    TooLarge,
    Unauthenticated,
    UnderWay,
)

MEDIA_TYPE = "application/problem+json"
PAGE = "/docs/errors"
"""The page that explains every code, at an anchor of the code's name."""

STATUSES: Mapping[type[ThreadlineError], int] = {
    Unauthenticated: 401,
    OutOfScope: 403,
    ForeignForm: 403,
    Malformed: 400,
    NotFound: 404,
    SecretMissing: 404,
    UnderWay: 409,
    Taken: 409,
    Busy: 409,
    Outdated: 412,
    TooLarge: 413,
    Invalid: 422,
    KeyReused: 422,
    Limited: 429,
    BotFailed: 502,
    RequestFailed: 502,
    SecretUnavailable: 503,
    StoreDown: 503,
}
FAILED = Failed("Something is wrong with the server. Its log tells what.")


def status_of(why: ThreadlineError) -> int:
    return next((status for kind, status in STATUSES.items() if isinstance(why, kind)), 500)


def answer(why: ThreadlineError, status: int | None = None) -> Response:
    """What the caller of the API is told about it; the status is mostly the error's own."""
    status = status or status_of(why)
    found: dict[str, Any] = {
        "type": f"{PAGE}#{why.code}",
        "title": _title(why),
        "status": status,
        "code": why.code,
        "detail": str(why),
    }
    if isinstance(why, Invalid):
        found["problems"] = [one.to_json() for one in why.problems]
    return Response(orjson.dumps(found), status, headers=_headers(why), media_type=MEDIA_TYPE)


def read(errors: Sequence[Any]) -> Invalid:
    """What the framework says is wrong with a request, in our words."""
    return Invalid([_problem(one) for one in errors])


def _problem(error: Mapping[str, Any]) -> Problem:
    where, *rest = error["loc"] or ("body",)
    steps = "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in rest)
    path = steps.removeprefix(".") or str(where)
    if error["type"] == "missing":
        return Problem("field_missing", path, "It has to be there.", "Add it.")
    if error["type"] == "extra_forbidden":
        mend = "Leave it out, or mend its name: the reference shows which there are."
        return Problem("field_unknown", path, "There is no such field.", mend)
    message = str(error["msg"]).removeprefix("Value error, ")
    return Problem("field_invalid", path, f"{message}.", "The reference shows its form.")


def _title(why: ThreadlineError) -> str:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(why).__name__)
    return words.capitalize()


def _headers(why: ThreadlineError) -> dict[str, str]:
    match why:
        case Unauthenticated():
            return {"WWW-Authenticate": 'Bearer realm="threadline"'}
        case Limited(retry_after=seconds):
            return {"Retry-After": str(math.ceil(seconds))}
        case UnderWay() | StoreDown():
            return {"Retry-After": "1"}
        case _:
            return {}
