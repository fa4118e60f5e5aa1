"""What the document of a bot behind a URL has to say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from threadline.errors import Problem
from threadline.model.document import child
from threadline.model.elsewhere import (
    Caller,
    check_secret,
    check_timeout,
    check_url,
    fits_header,
)

WHERE = "Write where the bot listens, such as `https://bot.example.com/chat`."
OURS = ("accept", "connection", "content-length", "content-type", "host", "transfer-encoding")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def check(document: Mapping[str, Any], at: str, caller: Caller) -> list[Problem]:
    """Everything that is wrong."""
    return [
        *check_url(document.get("Url"), child(at, "Url"), caller, WHERE),
        *check_timeout(document, child(at, "TimeoutSeconds")),
        *check_secret(document, document.get("Secret"), child(at, "Secret")),
        *_check_headers(document, child(at, "Headers")),
    ]


def is_srn(value: str) -> bool:
    return value.startswith("srn:")


def _check_headers(document: Mapping[str, Any], at: str) -> Iterator[Problem]:
    headers = document.get("Headers")
    if headers is None:
        return
    if not isinstance(headers, Mapping):
        mend = "Write names and values, such as `Authorization: srn:vault::ORG:secret:ALIAS`."
        yield Problem("field_invalid", at, "The headers are not an object.", mend)
        return
    for name, value in headers.items():
        where = child(at, str(name))
        if not isinstance(name, str) or not _HEADER.fullmatch(name):
            mend = "Use letters, digits and hyphens."
            yield Problem("header_invalid", where, "This is no name of a header.", mend)
        elif name.lower() in OURS or name.lower().startswith("threadline-"):
            mend = "Leave it out."
            yield Problem("header_reserved", where, "Threadline itself sends this.", mend)
        elif not isinstance(value, str) or not fits_header(value):
            mend = "Write a text in one line, or the SRN of a secret."
            yield Problem("header_invalid", where, "This is no value of a header.", mend)
        elif is_srn(value):
            yield from check_secret(document, value, where)
