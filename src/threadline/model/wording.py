"""
What elements are in words, for a channel that has only words.

    List "Menu" with Tea and Coffee      Menu
                                         1. Tea
                                         2. Coffee
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from threadline.model.choices import Choice
from threadline.model.timeline import (
    BroadcastMsg,
    ButtonPromptContainer,
    Card,
    DetailView,
    Dropdown,
    Element,
    FileUpload,
    Goal,
    HostNotification,
    List,
    Markup,
    MarkupInteraction,
    Media,
    Note,
    Option,
    Redacted,
    StarRating,
    StaticMap,
    SuggestionPrompt,
    Text,
    from_json,
    kind_of,
)

MAP = "https://maps.google.com/?q={lat:g},{lng:g}"


@dataclass(frozen=True, slots=True)
class Wording:
    """What is said, and what that offers to choose from."""

    text: str
    choices: tuple[Choice, ...] = ()


def in_words(element: Element, number: int = 1) -> Wording | None:
    """The element as text, options numbered from `number`. None = it has no words. Pure."""
    lines = _Lines(element, number)
    match element:
        case Text(text):
            lines.add(text)
        case Media(url, _, title):
            lines.add(title, url)
        case List():
            _list(element, lines)
        case Card(title, img_url, _, alt):
            lines.add(title or alt, img_url)
        case BroadcastMsg(title, body, _, _, options):
            lines.add(title, body)
            lines.offer(options)
        case DetailView(url, description, title):
            lines.add(description or title, url)
        case SuggestionPrompt(options):
            lines.offer(options)
        case ButtonPromptContainer(buttons):
            for button in buttons:
                lines.choose(button.id, button.label)
        case StaticMap(lat, lng, description):
            lines.add(description, MAP.format(lat=lat, lng=lng))
        case Dropdown(options, title):
            lines.add(title)
            lines.offer(options)
        case FileUpload(title, description):
            lines.add(title, description)
        case StarRating(title, stars):
            lines.rate(title, stars)
        case HostNotification() | Goal() | Note() | Redacted() | MarkupInteraction() | Markup():
            return None
        case _:
            assert_never(element)
    text = "\n".join(lines.lines)
    return Wording(text, tuple(lines.choices)) if text.strip() else None


def told(value: Mapping[str, Any]) -> str:
    """
    What an element of a timeline, as JSON, says in one line; empty for a record, and for one
    that we do not know. Pure. Never raises.
    """
    try:
        element = from_json(value)
    except ValueError:
        return ""
    if isinstance(element, MarkupInteraction):
        return element.title or element.id
    wording = in_words(element)
    return " / ".join(wording.text.splitlines()) if wording else ""


def _list(element: List, lines: _Lines) -> None:
    lines.add(element.title)
    for item in element.items:
        words = " - ".join(part for part in (item.title, item.subtitle) if part)
        if element.selectable:
            lines.choose(item.id, item.title, words)
        else:
            lines.add(words)
        lines.offer(item.options)


class _Lines:
    """The lines of an element as they come together."""

    def __init__(self, element: Element, number: int) -> None:
        event = getattr(element, "interaction_type", "utterance") == "event"
        self._source = kind_of(element) if event else ""
        self._next = number
        self.lines: list[str] = []
        self.choices: list[Choice] = []

    def add(self, *lines: str) -> None:
        self.lines += [line for line in lines if line.strip()]

    def choose(self, id: str, title: str, words: str = "") -> None:
        self.add(f"{self._next}. {words or title}")
        self.choices.append(Choice(self._next, id, title, self._source))
        self._next += 1

    def offer(self, options: Iterable[Option]) -> None:
        """An option that only opens a page is no choice, but a link."""
        for option in options:
            if option.url:
                self.add(f"{option.url_title or option.title}: {option.url}")
            else:
                self.choose(option.id, option.title)

    def rate(self, title: str, stars: int) -> None:
        """The number is the answer, so that these are numbered from 1 in any case."""
        self.add(f"{title} (1-{stars})".strip())
        for star in range(1, stars + 1):
            self.choices.append(Choice(star, str(star), str(star), self._source))
