"""What the documents of bots elsewhere have in common: URLs, time-outs, secrets, headers."""

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
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_KINDS = {"secret": "a single text", "secretdoc": "a document"}


class Caller(Protocol):
    def check(self, url: str) -> object:
        """Raises `Forbidden` when the URL cannot be called from here."""
        ...


def fits_header(value: str) -> bool:
    return not _CONTROL.search(value)


def is_srn(value: str) -> bool:
    return value.startswith("srn:")


def check_url(url: Any, at: str, caller: Caller, mend: str) -> Iterator[Problem]:
    if not isinstance(url, str) or not url:
        yield Problem("url_missing", at, "The bot has no URL.", mend)
        return
    try:
        caller.check(url)
    except Forbidden as why:
        yield Problem("url_forbidden", at, str(why), mend)


def check_timeout(document: Mapping[str, Any], at: str) -> Iterator[Problem]:
    value = document.get("TimeoutSeconds", TIMEOUT_SECONDS)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 1 <= value <= MAX_TIMEOUT_SECONDS:
        message = f"{value!r} is not a time to wait for a bot."
        mend = f"Write a number of seconds from 1 to {MAX_TIMEOUT_SECONDS}."
        yield Problem("timeout_invalid", at, message, mend)


def check_secret(
    document: Mapping[str, Any], name: Any, at: str, type: str = "secret"
) -> Iterator[Problem]:
    """
    That a secret belongs to the bot's organization can be seen only when the document names
    it, as `Organization`.
    """
    if name is None:
        return
    what = "a secret text" if type == "secret" else "a secret document"
    form = f"Write the SRN of {what}: `srn:vault::ORG:{type}:ALIAS`."
    try:
        srn = Srn.parse(name if isinstance(name, str) else "")
    except ValueError:
        yield Problem("srn_invalid", at, "This is not the name of a secret.", form)
        return
    owner = document.get("Organization", srn.organization)
    if srn.type != type:
        message = f"{srn} is {_KINDS[srn.type]}, but {_KINDS[type]} is needed."
        yield Problem("secret_type", at, message, form)
    if srn.organization != owner:
        message = f"{srn} belongs to another organization."
        mend = f"Create it in {owner} with `threadline secret create`, and name that one."
        yield Problem("secret_foreign", at, message, mend)


def check_headers(document: Mapping[str, Any], headers: Any, at: str) -> Iterator[Problem]:
    """The values are texts, or names of secrets of the document's organization."""
    if headers is None:
        return
    if not isinstance(headers, Mapping):
        mend = "Write names and values, such as `Authorization: srn:vault::ORG:secret:ALIAS`."
        yield Problem("field_invalid", at, "The headers are not an object.", mend)
        return
    for name, value in headers.items():
        where = child(at, str(name))
        if not isinstance(name, str) or not HEADER.fullmatch(name):
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
