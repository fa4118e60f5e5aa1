"""What an integration posts to us, and what is posted to it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

from threadline.egress import Answer
from threadline.errors import Malformed, Misconfigured, Refused, SendFailed, Throttled
from threadline.model.messages import Discarded, Draft, Outgoing
from threadline.model.plain import clean
from threadline.model.timeline import (
    Element,
    Goal,
    HostNotification,
    MarkupInteraction,
    Note,
    Redacted,
    Text,
    from_json,
    to_json,
)
from threadline.model.turn import MAX_CONTEXT

LONGEST_TEXT = 10_000
LONGEST_REFERENCE = 500
LONGEST_ID = 200
RECORD = "\x1e"
"""Before a draft that is an element as JSON (RFC 7464 begins JSON texts with it)."""


def document(body: bytes) -> Mapping[str, Any]:
    """Raises `Malformed`."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Malformed("The body is not JSON") from None
    if not isinstance(said, dict):
        raise Malformed("The body is not a JSON object")
    return said


def reference(said: Mapping[str, Any]) -> str:
    """Who it is about. Raises `Malformed`."""
    found = said.get("CustomerReference")
    if not isinstance(found, str) or not 0 < len(found) <= LONGEST_REFERENCE:
        raise Malformed(
            f"CustomerReference has to be a text of 1 to {LONGEST_REFERENCE} characters"
        )
    if "\0" in found or not found.strip():
        raise Malformed("CustomerReference is blank, or has a NUL in it")
    return found


def named(contact: str, given: Any) -> str:
    """An id of their own keeps a repeat from counting twice. Raises `Malformed`."""
    if not isinstance(given, str) or not 0 < len(given) <= LONGEST_ID:
        raise Malformed(f"MessageId has to be a text of 1 to {LONGEST_ID} characters")
    return hashlib.sha256(f"{contact}\0{given}".encode()).hexdigest()[:32]


def content(said: Mapping[str, Any]) -> tuple[str, Mapping[str, Any] | None, bool]:
    """
    What was said, what is to be known, and whether that is all. Raises `Malformed`.
    """
    value, context = said.get("Value"), said.get("Context")
    match said.get("Type"):
        case "context":
            return "", _context(value if context is None else context), True
        case "message":
            if not isinstance(value, str) or len(value) > LONGEST_TEXT:
                raise Malformed(f"Value has to be a text of at most {LONGEST_TEXT} characters")
            return value, None if context is None else _context(context), False
    raise Malformed('Type has to be "message" or "context"')


def _context(given: Any) -> Mapping[str, Any]:
    try:
        fits = isinstance(given, dict) and len(orjson.dumps(given)) <= MAX_CONTEXT
    except orjson.JSONEncodeError:
        raise Malformed("The context is nested too deeply") from None
    if not fits:
        raise Malformed(f"The context has to be an object of at most {MAX_CONTEXT} bytes")
    found: Mapping[str, Any] = orjson.loads(clean(orjson.dumps(given).decode()))
    return found


def render(element: Element) -> tuple[Draft, ...] | Discarded:
    """Texts as they are, and whatever else can be said as JSON."""
    match element:
        case Text(text) if text.strip():
            return (Draft(clean(text).removeprefix(RECORD)),)
        case Text():
            return Discarded("The text is empty.")
        case Goal():
            return Discarded("A goal is a record; there is nothing to say.")
        case Note():
            return Discarded("A note is for the operator and is never sent.")
        case Redacted():
            return Discarded("Of what was redacted nothing is left to say.")
        case MarkupInteraction():
            return Discarded("An interaction is what a contact does; no bot says it.")
        case _:
            return (Draft(RECORD + orjson.dumps(to_json(element)).decode()),)


def event(outgoing: Outgoing) -> dict[str, Any]:
    """What is posted for a draft."""
    around = {"CustomerReference": outgoing.contact, "ContentType": "TimelineMarkup"}
    if not outgoing.text.startswith(RECORD):
        return {"Messages": [outgoing.text], **around}
    written = orjson.loads(outgoing.text.removeprefix(RECORD))
    element = from_json(written)
    if isinstance(element, HostNotification):
        return {"HostNotification": element.notification, **around}
    return {"Markdown": [written], **around}


def failure(answer: Answer) -> SendFailed:
    """Their own words stay out of it, for they may be anything."""
    code = f"HTTP {answer.status}"
    match answer.status:
        case 429 | 503:
            wait = answer.headers.get("retry-after", "")
            return Throttled(
                f"The integration answered {answer.status}.",
                provider_code=code,
                retry_after=float(wait) if wait.isdigit() else None,
            )
        case 401 | 403:
            return Misconfigured(
                f"The integration answered {answer.status}: it wants another key.",
                provider_code=code,
            )
        case 404 | 410 | 405:
            return Misconfigured(
                f"The integration answered {answer.status}: nobody listens at its URL.",
                provider_code=code,
            )
        case status if status >= 500:
            return Throttled(f"The integration answered {status}.", provider_code=code)
        case status:
            return Refused(f"The integration answered {status}.", provider_code=code)
