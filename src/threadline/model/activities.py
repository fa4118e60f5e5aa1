"""
Activities of the Bot Framework: a turn as one of them, and a bot's as elements. Pure.

    asked    what the contact said or chose, for the bot
    said     what the bot answered, for the contact
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from threadline.model.clock import iso
from threadline.model.timeline import (
    ButtonPrompt,
    ButtonPromptContainer,
    Card,
    Element,
    MarkupInteraction,
    Media,
    Note,
    Option,
    SuggestionPrompt,
    Text,
)
from threadline.model.turn import Turn

MAX_ACTIVITIES = 100
CARDS = ("application/vnd.microsoft.card.hero", "application/vnd.microsoft.card.thumbnail")
REPLIES = ("imBack", "postBack", "messageBack")
LINKS = ("openUrl", "downloadFile", "showImage", "playAudio", "playVideo", "signin")
EXPECTED = "It should answer with an object whose `activities` are a list of objects."
LEFT_OUT = "left_out"
_PACKED = '{"activity":'
"""How the id of a choice begins whose value is more than a text."""

Activity = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """What the bot says, and whether it ended the conversation."""

    elements: tuple[Element, ...] = ()
    ended: bool = False


def account(turn: Turn) -> str:
    """
    Who the contact is to the bot: the same in every session, and nobody's number. Direct Line
    wants it to begin so.
    """
    who = (turn.endpoint.organization, turn.endpoint.address, turn.contact)
    words = "\n".join([*who, str(turn.conversation)])
    return f"dl_{sha256(words.encode(errors='replace')).hexdigest()[:32]}"


def asked(turn: Turn) -> dict[str, Any] | None:
    """The turn as a message. None = nobody said anything that this bot has not heard."""
    spoken = turn.text.strip() or turn.media or turn.event
    if not spoken or turn.woken or turn.returned:
        return None
    message: dict[str, Any] = {
        "type": "message",
        "from": {"id": account(turn), "role": "user"},
        "timestamp": iso(turn.at),
        "textFormat": "plain",
        "text": turn.text,
        "channelData": {"clientActivityID": turn.id, "contact": turn.contact},
    }
    if isinstance(turn.context.get("lang"), str):
        message["locale"] = turn.context["lang"]
    if turn.media:
        message["attachments"] = [_attached(one) for one in turn.media]
    if turn.event:
        message |= _chosen(turn.event)
    return message


def listed(document: Any) -> list[Activity]:
    """The activities of a set. Raises `ValueError` with the end of a sentence."""
    found = document.get("activities") if isinstance(document, Mapping) else None
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise ValueError(f"answered without activities. {EXPECTED}")
    return found


def said(activities: Iterable[Activity]) -> Said:
    """Raises `ValueError` with the end of a sentence, for more than can be meant."""
    elements: list[Element] = []
    ended = False
    for one in activities:
        match one.get("type"):
            case "message":
                elements += _message(one)
            case "endOfConversation":
                elements += _text(_word(one, "text"))
                ended = True
    if len(elements) > MAX_ACTIVITIES:
        raise ValueError(f"answered with more than {MAX_ACTIVITIES} messages at once.")
    return Said(tuple(elements), ended)


def _attached(media: Media) -> dict[str, str]:
    kind = media.content_type or "application/octet-stream"
    return {"contentType": kind, "contentUrl": media.url, "name": media.title}


def _chosen(event: MarkupInteraction) -> dict[str, Any]:
    """What the chosen button says in the contact's place, and what it carries."""
    chosen = event.id or event.title
    if not chosen.startswith(_PACKED):
        return {"text": chosen, **({"value": dict(event.data)} if event.data else {})}
    try:
        packed = json.loads(chosen)["activity"]
        return {"text": str(packed.get("text", "")), "value": packed.get("value")}
    except (ValueError, AttributeError):
        return {"text": chosen}


def _message(activity: Activity) -> Iterator[Element]:
    yield from _text(_word(activity, "text"))
    for one in _objects(activity.get("attachments")):
        yield from _attachment(one)
    suggested = activity.get("suggestedActions")
    actions = _objects(suggested.get("actions")) if isinstance(suggested, Mapping) else []
    options = tuple(option for one in actions for option in _option(one))
    if options:
        yield SuggestionPrompt(options, interaction_type="event")
    yield from _left_out(actions, len(options))


def _option(action: Activity) -> Iterator[Option]:
    title, url = _title(action), _link(action)
    if url:
        yield Option(url, title or url, url)
    elif title and _replies(action):
        yield Option(_id(action, title), title)


def _attachment(attachment: Activity) -> Iterator[Element]:
    kind, url = _word(attachment, "contentType"), _word(attachment, "contentUrl")
    name, content = _word(attachment, "name"), attachment.get("content")
    head, _, data = url.partition(";base64,")
    if kind in CARDS and isinstance(content, Mapping):
        yield from _card(content)
    elif _is_web(url):
        yield Media(url, kind, name)
    elif data and head.startswith("data:image/"):
        yield Card(name, img_data=data, alt=name)
    else:
        yield _note(f"An attachment of the type {kind[:100]!r}")


def _card(content: Activity) -> Iterator[Element]:
    """A link of a card becomes a line of its text: buttons have no address to open."""
    title, images = _word(content, "title"), _objects(content.get("images"))
    shown = [one for one in images if _is_web(_word(one, "url"))]
    lines = [_word(content, "subtitle"), _word(content, "text")]
    if shown:
        alt = _word(shown[0], "alt") or title
        yield Card(title, img_url=_word(shown[0], "url"), alt=alt)
    else:
        lines = [title, *lines]
    actions = _objects(content.get("buttons"))
    links = [(_word(one, "title"), _link(one)) for one in actions if _link(one)]
    lines += [f"{name}: {url}" if name else url for name, url in links]
    yield from _text("\n".join(line for line in lines if line.strip()))
    titled = [(one, _title(one)) for one in actions if _replies(one)]
    buttons = tuple(ButtonPrompt(_id(one, name), name) for one, name in titled if name)
    if buttons:
        yield ButtonPromptContainer(buttons, interaction_type="event")
    yield from _left_out(actions, len(buttons) + len(links))


def _id(action: Activity, title: str) -> str:
    """What comes back when it is chosen: its value, packed if that is more than a text."""
    value = action.get("value")
    if action.get("type") == "messageBack":
        return _pack({"text": _word(action, "text"), "value": value})
    if value is None or isinstance(value, str):
        return value or title
    return _pack({"value": value})


def _pack(activity: Activity) -> str:
    return json.dumps({"activity": activity}, separators=(",", ":"))


def _replies(action: Activity) -> bool:
    return action.get("type", "imBack") in REPLIES


def _link(action: Activity) -> str:
    value = action.get("value")
    return str(value) if action.get("type") in LINKS and _is_web(value) else ""


def _title(action: Activity) -> str:
    return _word(action, "title") or _word(action, "displayText") or _word(action, "value")


def _left_out(actions: list[Activity], shown: int) -> Iterator[Note]:
    if missing := len(actions) - shown:
        yield _note("A button" if missing == 1 else f"{missing} buttons")


def _note(what: str) -> Note:
    return Note(f"{what} of the bot's answer cannot be shown and was left out.", LEFT_OUT)


def _text(said: str) -> Iterator[Text]:
    if said.strip():
        yield Text(said)


def _word(holder: Activity, name: str) -> str:
    """A text, or nothing where bots write null or leave it away."""
    found = holder.get(name)
    return found if isinstance(found, str) else ""


def _objects(found: Any) -> list[Activity]:
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _is_web(url: Any) -> bool:
    return isinstance(url, str) and url.lower().startswith(("https://", "http://"))
