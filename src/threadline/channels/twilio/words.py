"""What goes by SMS: words. Of everything else the reason why it does not, or its words."""

from __future__ import annotations

from typing import assert_never

from threadline.model import segments
from threadline.model.clock import SECOND
from threadline.model.messages import Discarded, Draft
from threadline.model.plain import clean
from threadline.model.smart import smart as smart_encoded
from threadline.model.splitting import split
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
    Redacted,
    StarRating,
    StaticMap,
    SuggestionPrompt,
    Text,
)
from threadline.model.wording import Wording, in_words

LONGEST = 1600
"""What Twilio takes in one message, in UTF-16 code units."""
EMPTY = "The text is empty, and Twilio refuses empty texts."


def render(
    element: Element, smart: bool = True, in_text: bool = False, number: int = 1
) -> tuple[Draft, ...] | Discarded:
    """
    Long words go in several texts. `smart` makes them cheaper; with `in_text` whatever has
    words is said in them, its options numbered from `number`. Pure. Never raises.
    """
    if isinstance(element, Text):
        pause = element.minimum_display_time
        return _drafts(element.text, smart, pause) if pause else _plain(element.text, smart)
    if in_text and (wording := in_words(element, number)):
        pause = getattr(element, "minimum_display_time", 0)
        return _drafts(wording.text, smart, pause, wording)
    return Discarded(_why_not(element))


def _plain(text: str, smart: bool) -> tuple[Draft, ...] | Discarded:
    said = clean(text)
    parts = split(smart_encoded(said) if smart else said, LONGEST)
    if parts:
        return tuple(Draft(one, segments.count(one)) for one in parts)
    return Discarded(EMPTY)


def _drafts(
    text: str, smart: bool, pause: float, wording: Wording | None = None
) -> tuple[Draft, ...] | Discarded:
    """The pause and the options belong to the last of them."""
    drafts = _plain(text, smart)
    if isinstance(drafts, Discarded):
        return drafts
    *others, last = drafts
    options = wording.choices if wording else ()
    return (*others, Draft(last.text, last.segments, int(pause * SECOND), options))


def _why_not(element: Element) -> str:
    match element:
        case Text():
            return EMPTY
        case Media():
            return "A picture or file cannot be sent by SMS; put a link in a text."
        case List():
            return "A list cannot be shown by SMS."
        case Card():
            return "A card cannot be shown by SMS."
        case BroadcastMsg():
            return "A banner is for a web page, and a phone has none."
        case DetailView():
            return "A page cannot be opened by SMS; put a link in a text."
        case SuggestionPrompt():
            return (
                "A menu of suggestions cannot be shown by SMS; the contact can type the option."
            )
        case ButtonPromptContainer():
            return "Buttons cannot be shown by SMS; the contact can type what they say."
        case StaticMap():
            return "A map cannot be shown by SMS; put a link in a text."
        case Dropdown():
            return "A menu that folds out cannot be shown by SMS."
        case FileUpload():
            return "A form for files cannot be shown by SMS."
        case StarRating():
            return "Stars cannot be shown by SMS; the contact can type a number."
        case HostNotification():
            return "A notification is for a web page, and a phone has none."
        case MarkupInteraction():
            return "An interaction is what a contact does; no bot says it."
        case Goal():
            return "A goal is a record; there is nothing to say."
        case Note():
            return "A note is for the operator and is never sent."
        case Redacted():
            return "Of what was redacted nothing is left to say."
        case Markup(name):
            return f"An element of type {name!r} cannot be shown by SMS."
        case _:
            assert_never(element)
