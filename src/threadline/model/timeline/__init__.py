"""
What can be said in a conversation, independent of any channel.

    nouns     each element, as data       shapes    each element, as JSON

To add an element: write the dataclass in `nouns`, add it to `Known` and to `KINDS` in
`shapes` and to the names here, run mypy, and follow the errors.
"""

from __future__ import annotations

from threadline.model.timeline.nouns import (
    BroadcastMsg,
    ButtonPrompt,
    ButtonPromptContainer,
    Card,
    DetailView,
    Dropdown,
    FileUpload,
    Goal,
    HostNotification,
    InteractionType,
    Item,
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
)
from threadline.model.timeline.shapes import (
    KINDS,
    Element,
    from_json,
    kind_of,
    to_json,
)

__all__ = [
    "KINDS",
    "BroadcastMsg",
    "ButtonPrompt",
    "ButtonPromptContainer",
    "Card",
    "DetailView",
    "Dropdown",
    "Element",
    "FileUpload",
    "Goal",
    "HostNotification",
    "InteractionType",
    "Item",
    "List",
    "Markup",
    "MarkupInteraction",
    "Media",
    "Note",
    "Option",
    "Redacted",
    "StarRating",
    "StaticMap",
    "SuggestionPrompt",
    "Text",
    "from_json",
    "kind_of",
    "to_json",
]
