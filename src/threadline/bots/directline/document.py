"""What the document of a bot behind Direct Line has to say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from threadline.errors import Problem
from threadline.model.document import child
from threadline.model.elsewhere import Caller, check_secret, check_timeout, check_url

URL = "https://directline.botframework.com"
SETTLE_SECONDS = 1
MAX_SETTLE_SECONDS = 10
WHERE = f"Leave it out for {URL}, or write that of your region."


def check(document: Mapping[str, Any], at: str, caller: Caller) -> list[Problem]:
    """Everything that is wrong."""
    return [
        *check_url(document.get("Url", URL), child(at, "Url"), caller, WHERE),
        *_check_secret(document, child(at, "Secret")),
        *check_timeout(document, child(at, "TimeoutSeconds")),
        *_check_settle(document, child(at, "SettleSeconds")),
    ]


def _check_secret(document: Mapping[str, Any], at: str) -> Iterator[Problem]:
    if document.get("Secret") is None:
        message = "Without its secret nobody may use the bot's Direct Line channel."
        mend = "Keep one of the channel's two keys as a secret text, and write its SRN."
        yield Problem("field_missing", at, message, mend)
    yield from check_secret(document, document.get("Secret"), at)


def _check_settle(document: Mapping[str, Any], at: str) -> Iterator[Problem]:
    value = document.get("SettleSeconds", SETTLE_SECONDS)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 0 <= value <= MAX_SETTLE_SECONDS:
        message = f"{value!r} is not a time in which more may follow."
        mend = f"Write a number of seconds from 0 to {MAX_SETTLE_SECONDS}."
        yield Problem("settle_invalid", at, message, mend)
