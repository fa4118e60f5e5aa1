"""What a Rasa server is told over its REST channel, and its messages as elements. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import orjson

from threadline.model.timeline import (
    Element,
    Media,
    Note,
    Option,
    SuggestionPrompt,
    Text,
    to_json,
)
from threadline.model.turn import Reply, ToPerson, Turn

MAX_ANSWER = 1_048_576
MAX_ELEMENTS = 100
PATH = "/webhooks/rest/webhook"
ORDERS = ("end", "handover")
EXPECTED = (
    'It should answer with a JSON list such as [{"text": "Hello"}], as a REST channel does.'
)
SILENT = (
    "The bot said nothing. A Rasa server answers so when something in it failed, too: look at "
    "its log."
)

Said = Mapping[str, Any]


def webhook(url: str) -> str:
    """The REST channel of the server at this URL, or the webhook that it is already."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    whole = path if path.endswith("/webhook") else path + PATH
    return urlunsplit(parts._replace(path=whole))


def sender(turn: Turn) -> str:
    """
    Who talks, to Rasa: the organization and the turn that began this session, so that each
    session has a tracker of its own.
    """
    match turn.state:
        case {"sender": str(id)}:
            return id
    return f"{turn.endpoint.organization}-{turn.id}"


def message(turn: Turn, metadata: bool) -> bytes | None:
    """None = there is nothing to tell the bot. Raises `ValueError`."""
    if turn.woken or turn.returned:
        return None
    said = _words(turn)
    if not said:
        return None
    document: dict[str, Any] = {"sender": sender(turn), "message": said}
    if metadata:
        document["metadata"] = _metadata(turn)
    try:
        return orjson.dumps(document)
    except orjson.JSONEncodeError:
        raise ValueError("what it should get cannot be written as JSON.") from None


def read(body: bytes, turn: Turn) -> Reply:
    """Raises `ValueError` with the end of a sentence."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise ValueError(f"answered something that is not JSON. {EXPECTED}") from None
    if not isinstance(said, list) or not all(isinstance(one, Mapping) for one in said):
        raise ValueError(f"answered no list of messages. {EXPECTED}")
    elements = tuple(part for one in said for part in _elements(one))
    if len(elements) > MAX_ELEMENTS:
        raise ValueError(f"answered with more than {MAX_ELEMENTS} messages at once.")
    if not said:
        elements = (Note(SILENT, "unanswered"),)
    ended, then = _orders(said)
    state = {} if ended else {"sender": sender(turn)}
    return Reply(elements, state, turn.context, ended, then)


def _words(turn: Turn) -> str:
    """
    The payload of the button that was chosen, or what was written. A file that comes alone is
    its address, as on Rasa's own channels.
    """
    if turn.event:
        return turn.event.id or turn.event.title
    return turn.text.strip() or "\n".join(one.url for one in turn.media)


def _metadata(turn: Turn) -> dict[str, Any]:
    return {
        "turn": turn.id,
        "organization": turn.endpoint.organization,
        "bot": turn.bot,
        "conversation": turn.conversation,
        "session": turn.session,
        "contact": turn.contact,
        "first": turn.first,
        "text": turn.text,
        "media": [to_json(one) for one in turn.media],
        "context": dict(turn.context),
        "endpoint": {"Address": turn.endpoint.address, "Name": turn.endpoint.name},
    }


def _elements(said: Said) -> Iterator[Element]:
    text, image = said.get("text"), said.get("image")
    if isinstance(text, str) and text.strip():
        yield Text(text)
    if _is_web(image):
        yield Media(str(image), "image/*")
    elif image:
        yield _left_out("A picture")
    if said.get("attachment"):
        yield _attachment(said["attachment"])
    if isinstance(said.get("buttons"), list):
        yield from _buttons(said["buttons"])
    if _is_foreign(said.get("custom")):
        yield _left_out("A custom payload")


def _attachment(found: Any) -> Element:
    """An address, or an object of the form that Facebook's channel made a custom."""
    match found:
        case {"payload": {"src": str(url)} | {"url": str(url)}} if _is_web(url):
            return Media(url)
        case str(url) if _is_web(url):
            return Media(url)
    return _left_out("An attachment")


def _buttons(found: list[Any]) -> Iterator[Element]:
    options = tuple(option for one in found for option in _option(one))
    if options:
        yield SuggestionPrompt(options, interaction_type="event")
    if missing := len(found) - len(options):
        yield _left_out("A button" if missing == 1 else f"{missing} buttons")


def _option(button: Any) -> Iterator[Option]:
    """What is chosen comes back as its id, and is what Rasa is told then."""
    match button:
        case {"title": str(title), "payload": str(payload)} if title and payload:
            yield Option(payload, title)
        case {"title": str(title), "url": str(url)} if title and _is_web(url):
            yield Option(url, title, url)
        case {"title": str(title)} if title and not button.get("payload"):
            yield Option(title, title)


def _orders(said: list[Said]) -> tuple[bool, ToPerson | None]:
    """Whether the session ends, or who goes on. Raises `ValueError`."""
    given: dict[str, Any] = {}
    for one in said:
        given |= _order(one.get("custom"))
    if any(name not in ORDERS for name in given):
        raise ValueError(f"ordered something else of `threadline` than {' or '.join(ORDERS)}.")
    end, why = given.get("end", False), given.get("handover", False)
    if not isinstance(end, bool):
        raise ValueError("ordered an `end` that is not true or false.")
    if not isinstance(why, str | bool):
        raise ValueError("ordered a `handover` that is no text.")
    if end and why:
        raise ValueError("ordered `end` and `handover`, of which only one can be done.")
    return end, ToPerson(why if isinstance(why, str) else "") if why else None


def _order(custom: Any) -> Mapping[str, Any]:
    match custom:
        case {"threadline": Mapping() as order}:
            return order
    return {}


def _is_foreign(custom: Any) -> bool:
    """Whether something in it is for another channel."""
    match custom:
        case None:
            return False
        case {"threadline": Mapping(), **others}:
            return bool(others)
    return True


def _left_out(what: str) -> Note:
    return Note(f"{what} of the bot's answer cannot be shown and was left out.", "left_out")


def _is_web(url: Any) -> bool:
    return isinstance(url, str) and url.lower().startswith(("https://", "http://"))
