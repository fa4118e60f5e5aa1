"""What the documents of bots elsewhere have in common: a URL, a time to wait, a secret."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from threadline.errors import Forbidden, Problem
from threadline.model.srn import Srn

TIMEOUT_SECONDS = 20
MAX_TIMEOUT_SECONDS = 120
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_KINDS = {"secret": "a single text", "secretdoc": "a document"}


class Caller(Protocol):
    def check(self, url: str) -> object:
        """Raises `Forbidden` when the URL cannot be called from here."""
        ...


def fits_header(value: str) -> bool:
    return not _CONTROL.search(value)


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
