"""
What people can do, written once for every door: command line, API and pages.

Each takes the app and plain values, and returns plain values. Raises `Invalid` with every
problem at once, or another `ThreadlineError` that says what to do.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from threadline.operations import (
    about,
    apply,
    conversations,
    endpoints,
    messages,
    optouts,
    secrets,
    senders,
)

Operation = Callable[..., Awaitable[Any]]

OPERATIONS: dict[str, Operation] = {
    "about": about.about,
    "apply": apply.apply,
    "endpoint-list": endpoints.list_,
    "endpoint-describe": endpoints.describe,
    "secret-create": secrets.create,
    "secret-replace": secrets.replace,
    "secret-list": secrets.list_,
    "secret-describe": secrets.describe,
    "secret-delete": secrets.delete,
    "vault-rotate": secrets.rotate,
    "conversation-list": conversations.list_,
    "conversation-show": conversations.show,
    "conversation-unflag": conversations.unflag,
    "optout-list": optouts.list_,
    "optout-add": optouts.add,
    "optout-remove": optouts.remove,
    "optout-history": optouts.history,
    "sender-list": senders.list_,
    "sender-pause": senders.pause,
    "sender-resume": senders.resume,
    "message-list": messages.list_,
    "message-retry": messages.retry,
    "message-discard": messages.discard,
}
