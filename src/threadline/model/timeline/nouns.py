"""
Everything that can be said, as frozen data.

The names and their parameters are those of timeline markup. Texts are plain: what looks like
HTML in them is shown as it is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Direction = Literal["ltr", "rtl"]
InteractionType = Literal["utterance", "event"]
"""What a choice does: its title is said as if typed, or the bot gets a `MarkupInteraction`."""

WEB = {"web": True}
"""An address that a page may open or show: http or https."""


def _number(least: float, most: float) -> dict[str, Any]:
    return {"least": least, "most": most}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """
    What a contact sees. `minimum_display_time`: so many seconds pass before what comes next
    is shown (0 = as many as the channel likes).
    """

    minimum_display_time: float = field(default=0, metadata=_number(1, 5))
    dir: Direction = "ltr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interactive(Shown):
    """What a contact can choose from, or fill in."""

    interaction_type: InteractionType = "utterance"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose. With a `url` it opens that page instead; `url_title` names it."""

    id: str = field(metadata={"instead": "title"})
    title: str
    url: str = field(default="", metadata=WEB)
    url_title: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One row of a list. It is itself a choice if the list is selectable."""

    id: str = field(metadata={"instead": "title"})
    title: str
    subtitle: str = ""
    icon_url: str = field(default="", metadata=WEB)
    image_url: str = field(default="", metadata=WEB)
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class ButtonPrompt:
    """One button."""

    id: str = field(metadata={"instead": "label"})
    label: str


@dataclass(frozen=True, slots=True)
class Text(Shown):
    """A plain message."""

    text: str = field(metadata={"key": "message"})


@dataclass(frozen=True, slots=True)
class Media(Shown):
    """A picture, video, sound or document somewhere else. `content_type` as it was told."""

    url: str
    content_type: str = field(default="", metadata={"always": True})
    title: str = ""


@dataclass(frozen=True, slots=True)
class List(Interactive):
    """Items below each other, or beside each other to be leafed through (`horizontal`)."""

    title: str = ""
    style: Literal["standard", "small-icon", "large-icon"] = "standard"
    selectable: bool = False
    horizontal: bool = False
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Card(Shown):
    """A picture with a title. `img_data` is base64 and counts only without an `img_url`."""

    title: str = ""
    img_url: str = field(default="", metadata=WEB)
    img_data: str = ""
    alt: str = ""


@dataclass(frozen=True, slots=True)
class BroadcastMsg(Interactive):
    """A banner that goes away after `delay` seconds (0 = by the length of its text)."""

    title: str = ""
    body: str = ""
    style: Literal["error", "warning", "info"] = "info"
    delay: float = field(default=0, metadata=_number(0, 3600))
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class DetailView(Interactive):
    """A call to action, which opens a page above the conversation."""

    url: str = field(metadata=WEB)
    description: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class SuggestionPrompt(Interactive):
    """Options to choose from, gone once something was said. The menu of a Prompt."""

    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class ButtonPromptContainer(Interactive):
    """Buttons, which stay."""

    buttons: tuple[ButtonPrompt, ...]


@dataclass(frozen=True, slots=True)
class StaticMap(Shown):
    """A place, in degrees."""

    lat: float = field(metadata=_number(-90, 90))
    lng: float = field(metadata=_number(-180, 180))
    description: str = ""


@dataclass(frozen=True, slots=True)
class Dropdown(Interactive):
    """Options that fold out."""

    options: tuple[Option, ...]
    title: str = ""
    placeholder: str = ""


@dataclass(frozen=True, slots=True)
class FileUpload(Interactive):
    """Asks for a file. `accept` is written as in HTML: `image/*,.pdf`."""

    title: str = ""
    description: str = ""
    accept: str = ""


@dataclass(frozen=True, slots=True)
class StarRating(Interactive):
    """Asks for 1 to `stars` stars."""

    title: str = ""
    stars: int = field(default=5, metadata=_number(2, 10))


@dataclass(frozen=True, slots=True)
class HostNotification:
    """A word to the web page that hosts a messenger."""

    notification: str


@dataclass(frozen=True, slots=True)
class MarkupInteraction:
    """
    What a contact did with an element whose interaction type is "event": `source` is the
    type of the element and `entry` names it, `id` and `title` are what was chosen, `data`
    is what else there is to tell.
    """

    source: str
    id: str
    title: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    entry: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    """The bot reached a goal. A record, never shown to the contact."""

    name: str


@dataclass(frozen=True, slots=True)
class Note:
    """What happened, for the operator: a retry, a failure, an opt-out. Never sent."""

    text: str
    code: str = field(default="", metadata={"always": True})


@dataclass(frozen=True, slots=True)
class Redacted:
    """What stood here was taken away for good: by whom, and when (`2030-01-02T12:30:00Z`)."""

    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Markup:
    """Any element that we have no noun for, kept as it came so that it can be shown."""

    name: str
    fields: Mapping[str, Any] = field(default_factory=dict)
