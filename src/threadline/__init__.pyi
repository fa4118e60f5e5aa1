"""What `threadline` offers to those who write bots in Python, with its types."""

from threadline.bots.python import (
    End,
    Remember,
    Wake,
)
from threadline.errors import (
    BotFailed,
    BotRefused,
)
from threadline.model.timeline import (
    BroadcastMsg,
    ButtonPrompt,
    ButtonPromptContainer,
    Card,
    DetailView,
    Dropdown,
    Element,
    FileUpload,
    Goal,
    HostNotification,
    Item,
    List,
    Markup,
    MarkupInteraction,
    Media,
    Note,
    Option,
    StarRating,
    StaticMap,
    SuggestionPrompt,
    Text,
)
from threadline.model.turn import (
    Line,
    MissionDone,
    ToBot,
    ToPerson,
    Turn,
)
from threadline.operations.embedded import (
    TestConversation,
)

__all__ = [
    "BotFailed",
    "BotRefused",
    "BroadcastMsg",
    "ButtonPrompt",
    "ButtonPromptContainer",
    "Card",
    "DetailView",
    "Dropdown",
    "Element",
    "End",
    "FileUpload",
    "Goal",
    "HostNotification",
    "Item",
    "Line",
    "List",
    "Markup",
    "MarkupInteraction",
    "Media",
    "MissionDone",
    "Note",
    "Option",
    "Remember",
    "StarRating",
    "StaticMap",
    "SuggestionPrompt",
    "TestConversation",
    "Text",
    "ToBot",
    "ToPerson",
    "Turn",
    "Wake",
]

__version__: str
PUBLIC: dict[str, str]
