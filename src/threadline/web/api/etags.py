"""
Which state of a thing somebody has in hand: ETag, If-None-Match, If-Match.

A route for one thing answers with `answer`; one that changes it takes `IfMatch` and hands it
to the operation, which holds it against what is there in the change itself.
"""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import Header
from starlette.responses import Response

from threadline.model import etags

IfNoneMatch = Annotated[
    str | None,
    Header(
        alias="If-None-Match",
        description="The ETag of what you have: if it still is that, the answer is 304.",
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The ETag of what you saw: if somebody changed it since, nothing is done, "
        "and the answer is 412.",
    ),
]


def answer(
    found: Any, *, have: str | None = None, status: int = 200, tag: str | None = None
) -> Response:
    """
    What was found with its ETag, which is of all of it unless a `tag` is given, or only that it
    is what they `have`.
    """
    tag = tag or etags.of(found)
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if have is not None and etags.named(have, tag, weak=True):
        return Response(status_code=304, headers=headers)
    return plain(found, headers=headers, status=status)


def plain(found: Any, *, headers: dict[str, str] | None = None, status: int = 200) -> Response:
    """As it is: documents are given back with the fields that nobody here knows."""
    return Response(orjson.dumps(found), status, headers=headers, media_type="application/json")
