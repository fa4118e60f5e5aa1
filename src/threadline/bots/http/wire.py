"""What a bot behind a URL is asked, how that is signed, and what it may answer. Pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import orjson

from threadline.egress import Answer
from threadline.model import markup
from threadline.model.clock import SECOND, iso
from threadline.model.endpoint import Endpoint
from threadline.model.timeline import Element, Text, from_json, to_json
from threadline.model.turn import (
    MAX_CONTEXT,
    MAX_WAKE,
    MissionDone,
    Reply,
    Then,
    ToBot,
    ToPerson,
    Turn,
)

MAX_ANSWER = 262_144
JSON = {"content-type": "application/json"}
MAX_MESSAGES = 100
HANDS_OVER = ("transfer", "push", "missionDone", "handover")
FIELDS = ("messages", "context", "state", "end", "wakeInSeconds", *HANDS_OVER)
EXPECTED = 'It should answer 200 with JSON such as {"messages": ["Hello"]}, or 204 for silence.'


def ask(turn: Turn) -> bytes:
    """The body of the request. Raises `ValueError` when the turn cannot be JSON."""
    document = {
        "turn": turn.id,
        "organization": turn.endpoint.organization,
        "bot": turn.bot,
        "conversation": turn.conversation,
        "session": turn.session,
        "contact": turn.contact,
        "first": turn.first,
        "woken": turn.woken,
        "returned": turn.returned,
        "text": turn.text,
        "media": [to_json(one) for one in turn.media],
        "event": to_json(turn.event) if turn.event else None,
        "context": dict(turn.context),
        "state": dict(turn.state),
        "endpoint": {"Address": turn.endpoint.address, "Name": turn.endpoint.name},
        "at": iso(turn.at),
        "replyUrl": turn.reply_url(),
    }
    try:
        return orjson.dumps(document)
    except orjson.JSONEncodeError:
        raise ValueError("what it should get cannot be written as JSON.") from None


def sign(key: str, stamp: str, body: bytes) -> str:
    """`v1=` and the HMAC-SHA256 of the time, a full stop and the body, in hex."""
    signed = stamp.encode() + b"." + body
    return "v1=" + hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()


def read(answer: Answer, turn: Turn) -> Reply:
    """Raises `ValueError` with the end of a sentence that begins with the bot."""
    silent = Reply(state=turn.state, context=turn.context)
    match answer.status:
        case 204 | 202:
            return silent
        case 200:
            kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        case moved if 300 <= moved < 400:
            raise ValueError(f"answered {moved}. Redirects are not followed: use the last URL.")
        case other:
            raise ValueError(f"answered {other}. {EXPECTED}")
    if kind == "text/plain":
        try:
            return Reply((Text(answer.body.decode()),), turn.state, turn.context)
        except UnicodeDecodeError:
            raise ValueError("answered a text that is not UTF-8.") from None
    try:
        said = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        raise ValueError(f"answered something that is not JSON. {EXPECTED}") from None
    match said:
        case str() | list():
            return Reply(_elements(said), turn.state, turn.context)
        case dict():
            return _reply(said, turn)
        case _:
            raise ValueError(f"answered {_kind(said)}. {EXPECTED}")


def check(body: bytes) -> None:
    """Whether it can be an answer that comes later. Raises `ValueError` as `read` does."""
    read(Answer(200, JSON, body), Turn("", Endpoint(0, "", {}), "", 0, "", "", "", False, 0))


def _reply(said: Mapping[str, Any], turn: Turn) -> Reply:
    given = {name: value for name, value in said.items() if value is not None}
    if said and not any(name in said for name in FIELDS):
        raise ValueError(f"answered an object without any of {', '.join(FIELDS)}. {EXPECTED}")
    for name, shape, word in (
        ("context", dict, "an object"),
        ("state", dict, "an object"),
        ("end", bool, "true or false"),
    ):
        if not isinstance(given.get(name, shape()), shape):
            raise ValueError(f"answered with a `{name}` that is not {word}.")
    change = given.get("context", {})
    gone = [name for name, value in change.items() if value is None]
    merged = {**turn.context, **change}
    context = {name: value for name, value in merged.items() if name not in gone}
    if change and _size(context) > MAX_CONTEXT:
        raise ValueError(
            f"left more than {MAX_CONTEXT // 1024} kB in the context. Keep large things "
            "elsewhere, and only the key to them in the context."
        )
    state = given.get("state", turn.state)
    _size(state)
    return Reply(
        _elements(given.get("messages", [])),
        state,
        context,
        ended=given.get("end", False),
        then=_then(given),
        wake_at=_wake_at(given.get("wakeInSeconds"), turn),
    )


def _then(given: Mapping[str, Any]) -> Then | None:
    named = [name for name in HANDS_OVER if given.get(name)]
    if not named:
        return None
    if len(named) > 1 or given.get("end"):
        others = " and ".join(f"`{name}`" for name in (*named, "end")[:2])
        raise ValueError(f"answered with {others}, of which only one can be done.")
    match named[0], given[named[0]]:
        case "missionDone", True:
            return MissionDone()
        case "handover", True:
            return ToPerson()
        case "handover", str(why):
            return ToPerson(why)
        case "transfer" | "push" as verb, str(name):
            return ToBot(name, returns=verb == "push")
    raise ValueError(f"answered with a `{named[0]}` that is {_kind(given[named[0]])}.")


def _wake_at(seconds: Any, turn: Turn) -> int | None:
    if seconds is None:
        return None
    number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not number or not 0 < seconds <= MAX_WAKE:
        raise ValueError("answered with a `wakeInSeconds` that is no time within 30 days.")
    return turn.at + int(seconds * SECOND)


def _elements(said: Any) -> tuple[Element, ...]:
    messages = [said] if isinstance(said, str) else said
    if not isinstance(messages, list):
        raise ValueError(f"answered with `messages` that are {_kind(messages)}, not a list.")
    if len(messages) > MAX_MESSAGES:
        raise ValueError(f"answered with more than {MAX_MESSAGES} messages at once.")
    return tuple(part for at, one in enumerate(messages) for part in _element(one, at))


def _element(said: Any, at: int) -> tuple[Element, ...]:
    """Markup is as many elements as stand in it."""
    match said:
        case str():
            return (Text(said),)
        case {"type": "markup", "xml": str(xml)}:
            return markup.read(xml)
        case dict():
            try:
                return (from_json(said),)
            except ValueError as why:
                raise ValueError(f"answered with messages[{at}] wrong: {why}.") from None
        case _:
            raise ValueError(
                f"answered with messages[{at}] as {_kind(said)}; write a text or an element."
            )


def _size(value: Mapping[str, Any]) -> int:
    try:
        return len(orjson.dumps(dict(value)))
    except orjson.JSONEncodeError:
        raise ValueError("answered with objects nested too deeply to keep.") from None


def _kind(value: object) -> str:
    """What it is called in JSON."""
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case _:
            return "an object"
