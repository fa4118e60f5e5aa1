"""
Threadline gives a bot a phone number: texts in, answers out, nothing lost.

The names of `PUBLIC` are for those who write bots in Python: `from threadline import Turn`.
docs/howto/python-bot.md tells them. Each is loaded when it is asked for, so that importing
threadline costs nothing; `__init__.pyi` has their types.
"""

from importlib import import_module as _import

__version__ = "0.1.0"

PUBLIC = {
    "threadline.bots.python": "End Remember Wake",
    "threadline.errors": "BotFailed BotRefused",
    "threadline.model.timeline": (
        "BroadcastMsg ButtonPrompt ButtonPromptContainer Card DetailView Dropdown Element "
        "FileUpload Goal HostNotification Item List Markup MarkupInteraction Media Note Option "
        "StarRating StaticMap SuggestionPrompt Text"
    ),
    "threadline.model.turn": "Line MissionDone ToBot ToPerson Turn",
    "threadline.operations.embedded": "TestConversation",
}
"""Modules and what is public of them."""
_MODULES = {name: module for module, names in PUBLIC.items() for name in names.split()}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module 'threadline' has no attribute {name!r}")
    return getattr(_import(_MODULES[name]), name)


def __dir__() -> list[str]:
    return ["__version__", *_MODULES]
