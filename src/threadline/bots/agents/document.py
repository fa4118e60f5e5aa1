"""What the document of a bot that speaks the activity protocol has to say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from threadline.errors import Problem
from threadline.model.document import child
from threadline.model.elsewhere import Caller, check_secret, check_timeout, check_url

WHERE = "Write where the bot listens, such as `https://bot.example.com/api/messages`."
TOKENS = "Leave it out for Microsoft's public cloud, or write that of yours."


def check(document: Mapping[str, Any], at: str, caller: Caller) -> list[Problem]:
    """Everything that is wrong."""
    problems = [
        *check_url(document.get("Url"), child(at, "Url"), caller, WHERE),
        *check_secret(document, document.get("Secret"), child(at, "Secret"), "secretdoc"),
        *_check_kind(document, at, "Scope", str, "a text"),
        *_check_kind(document, at, "Greet", bool, "true or false"),
        *check_timeout(document, child(at, "TimeoutSeconds")),
    ]
    if document.get("TokenUrl") is not None:
        problems += check_url(document["TokenUrl"], child(at, "TokenUrl"), caller, TOKENS)
    return problems


def _check_kind(
    document: Mapping[str, Any], at: str, name: str, kind: type, word: str
) -> Iterator[Problem]:
    if not isinstance(document.get(name, kind()), kind):
        message = f"`{name}` is not {word}."
        yield Problem("field_invalid", child(at, name), message, f"Write {word}.")
