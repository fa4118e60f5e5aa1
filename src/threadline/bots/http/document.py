"""What the document of a bot behind a URL has to say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from threadline.errors import Problem
from threadline.model.document import child
from threadline.model.elsewhere import (
    Caller,
    check_headers,
    check_secret,
    check_timeout,
    check_url,
)

WHERE = "Write where the bot listens, such as `https://bot.example.com/chat`."


def check(document: Mapping[str, Any], at: str, caller: Caller) -> list[Problem]:
    """Everything that is wrong."""
    return [
        *check_url(document.get("Url"), child(at, "Url"), caller, WHERE),
        *check_timeout(document, child(at, "TimeoutSeconds")),
        *check_secret(document, document.get("Secret"), child(at, "Secret")),
        *check_headers(document, document.get("Headers"), child(at, "Headers")),
    ]
