"""What the document of a bot on a Rasa server has to say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from threadline.errors import Problem
from threadline.model.document import child
from threadline.model.elsewhere import Caller, check_secret, check_timeout, check_url

WHERE = "Write where the Rasa server is, such as `https://rasa.example.com`."


def check(document: Mapping[str, Any], at: str, caller: Caller) -> list[Problem]:
    """Everything that is wrong."""
    return [
        *check_url(document.get("Url"), child(at, "Url"), caller, WHERE),
        *check_secret(document, document.get("Secret"), child(at, "Secret")),
        *_check_metadata(document, child(at, "Metadata")),
        *check_timeout(document, child(at, "TimeoutSeconds")),
    ]


def _check_metadata(document: Mapping[str, Any], at: str) -> Iterator[Problem]:
    if not isinstance(document.get("Metadata", True), bool):
        message = "`Metadata` is not true or false."
        mend = "Write `false` if the server is to get the message only, else leave it out."
        yield Problem("field_invalid", at, message, mend)
