"""
What can be said in a conversation, independent of any channel.

To add an element: write the dataclass, add it to `Element` and to `KINDS`, run mypy, and
follow the errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, assert_never


@dataclass(frozen=True, slots=True)
class Text:
    """A plain message."""

    text: str


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, sound or document that the provider keeps. `content_type` as it said."""

    url: str
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The menu of a Prompt: options to choose from, as (id, title) pairs."""

    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class HostNotification:
    """A word to the web page that hosts a messenger."""

    notification: str


@dataclass(frozen=True, slots=True)
class Goal:
    """The bot reached a goal. A record, never shown to the contact."""

    name: str


@dataclass(frozen=True, slots=True)
class Note:
    """What happened, for the operator: a retry, a failure, an opt-out. Never sent."""

    text: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Markup:
    """Any element that we have no noun for, kept as it came so that it can be shown."""

    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)


Element = Text | Media | Suggestions | HostNotification | Goal | Note | Markup


def to_json(element: Element) -> dict[str, Any]:
    """`{"type": "message", "message": "hi"}`: what is stored, and what http bots speak."""
    match element:
        case Text(text):
            return {"type": "message", "message": text}
        case Media(url, content_type):
            return {"type": "media", "url": url, "contentType": content_type}
        case Suggestions(options):
            choices = [{"id": id, "title": title} for id, title in options]
            return {"type": "suggestions", "options": choices}
        case HostNotification(notification):
            return {"type": "hostNotification", "notification": notification}
        case Goal(name):
            return {"type": "goal", "name": name}
        case Note(text, code):
            return {"type": "note", "text": text, "code": code}
        case Markup(name, fields):
            return {**fields, "type": name}
        case _:
            assert_never(element)


def from_json(value: Mapping[str, Any]) -> Element:
    """
    The inverse of `to_json`. An unknown `type` becomes `Markup`, so nothing is lost.

    Raises `ValueError` with a sentence when a known element lacks what it needs.
    """
    kind = value.get("type")
    if not isinstance(kind, str) or not kind:
        raise ValueError('an element needs a `type`, such as "message"')
    match kind:
        case "message":
            return Text(_string(value, "message"))
        case "media":
            return Media(_string(value, "url"), str(value.get("contentType", "")))
        case "suggestions":
            return Suggestions(tuple(_options(value.get("options"))))
        case "hostNotification":
            return HostNotification(_string(value, "notification"))
        case "goal":
            return Goal(_string(value, "name"))
        case "note":
            return Note(_string(value, "text"), str(value.get("code", "")))
        case _:
            return Markup(kind, {k: v for k, v in value.items() if k != "type"})


def _string(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    if not isinstance(found, str):
        raise ValueError(f"an element of type {value['type']!r} needs a text `{name}`")
    return found


def _options(value: Any) -> list[tuple[str, str]]:
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise ValueError("suggestions need a list `options` of {id, title}")
    return [(str(one.get("id", n)), str(one.get("title", ""))) for n, one in enumerate(value)]
