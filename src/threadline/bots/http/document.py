"""What the document of a bot behind a URL has to say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from threadline.errors import Forbidden, Problem
from threadline.model.document import child
from threadline.model.srn import Srn

TIMEOUT_SECONDS = 20
MAX_TIMEOUT_SECONDS = 120
OURS = ("accept", "connection", "content-length", "content-type", "host", "transfer-encoding")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


class Caller(Protocol):
    def check(self, url: str) -> object:
        """Raises `Forbidden` when the URL cannot be called from here."""
        ...


def check(document: Mapping[str, Any], at: str, caller: Caller) -> list[Problem]:
    """
    Everything that is wrong. That a secret belongs to the bot's organization can be seen
    only when the document names it, as `Organization`.
    """
    return [
        *_check_url(document.get("Url"), child(at, "Url"), caller),
        *_check_timeout(document, child(at, "TimeoutSeconds")),
        *_check_secret(document, document.get("Secret"), child(at, "Secret")),
        *_check_headers(document, child(at, "Headers")),
    ]


def is_srn(value: str) -> bool:
    return value.startswith("srn:")


def fits_header(value: str) -> bool:
    return not _CONTROL.search(value)


def _check_url(url: Any, at: str, caller: Caller) -> Iterator[Problem]:
    mend = "Write where the bot listens, such as `https://bot.example.com/chat`."
    if not isinstance(url, str) or not url:
        yield Problem("url_missing", at, "The bot has no URL.", mend)
        return
    try:
        caller.check(url)
    except Forbidden as why:
        yield Problem("url_forbidden", at, str(why), mend)


def _check_timeout(document: Mapping[str, Any], at: str) -> Iterator[Problem]:
    value = document.get("TimeoutSeconds", TIMEOUT_SECONDS)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 1 <= value <= MAX_TIMEOUT_SECONDS:
        message = f"{value!r} is not a time to wait for a bot."
        mend = f"Write a number of seconds from 1 to {MAX_TIMEOUT_SECONDS}."
        yield Problem("timeout_invalid", at, message, mend)


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
            yield from _check_secret(document, value, where)


def _check_secret(document: Mapping[str, Any], name: Any, at: str) -> Iterator[Problem]:
    if name is None:
        return
    form = "Write the SRN of a secret text: `srn:vault::ORG:secret:ALIAS`."
    try:
        srn = Srn.parse(name if isinstance(name, str) else "")
    except ValueError:
        yield Problem("srn_invalid", at, "This is not the name of a secret.", form)
        return
    owner = document.get("Organization", srn.organization)
    if srn.type != "secret":
        message = f"{srn} is a document, but a single text is needed."
        yield Problem("secret_type", at, message, form)
    if srn.organization != owner:
        message = f"{srn} belongs to another organization."
        mend = f"Create it in {owner} with `threadline secret create`, and name that one."
        yield Problem("secret_foreign", at, message, mend)
