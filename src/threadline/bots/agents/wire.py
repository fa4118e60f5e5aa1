"""The activities that a bot gets at its own address, and its answers to them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from threadline.model import activities
from threadline.model.activities import Activity
from threadline.model.clock import iso
from threadline.model.turn import Turn

MAX_ANSWER = 1_048_576
CHANNEL = "directline"
"""Bots look at it for what can be shown; this one says: suggestions, cards and pictures."""
NOWHERE = "https://threadline.invalid/"
"""There is nothing to be called: answers come in the response. A bot wants to see a URL."""
ANSWERLESS = (
    "took the text, but its answer is not in the response. It has to know the delivery mode "
    "`expectReplies`; if it does not, use a bot of type `directline`."
)


def conversation(turn: Turn) -> str:
    """Its id: the turn that began it, which no other turn is called."""
    match turn.state:
        case {"conversation": str(id)}:
            return id
    return turn.id


def joined(turn: Turn) -> bytes:
    """The contact comes in. Bots that greet do so now."""
    member = {"id": activities.account(turn), "role": "user"}
    update = {
        "type": "conversationUpdate",
        "id": f"{turn.id}-joined",
        "timestamp": iso(turn.at),
        "from": member,
        "membersAdded": [member],
    }
    return _write(update, turn)


def message(turn: Turn) -> bytes | None:
    """None = there is nothing to tell the bot. Raises `ValueError`."""
    found = activities.asked(turn)
    return _write({**found, "id": turn.id}, turn) if found else None


def answers(body: bytes) -> list[Activity]:
    """Raises `ValueError` with the end of a sentence."""
    if not body.strip():
        raise ValueError(ANSWERLESS)
    try:
        return activities.listed(orjson.loads(body))
    except orjson.JSONDecodeError:
        raise ValueError("answered something that is not JSON.") from None


def _write(activity: Mapping[str, Any], turn: Turn) -> bytes:
    whole = {
        **activity,
        "channelId": CHANNEL,
        "serviceUrl": NOWHERE,
        "conversation": {"id": conversation(turn), "isGroup": False},
        "recipient": {"id": turn.bot, "name": turn.bot, "role": "bot"},
        "deliveryMode": "expectReplies",
    }
    try:
        return orjson.dumps(whole)
    except orjson.JSONEncodeError:
        raise ValueError("what it should get cannot be written as JSON.") from None
