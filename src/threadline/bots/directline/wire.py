"""What is said over Direct Line, and what of it is an answer. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson

from threadline.model import activities
from threadline.model.activities import Activity
from threadline.model.turn import Turn

MAX_ANSWER = 1_048_576
CONVERSATIONS = "/v3/directline/conversations"
GONE = (403, 404, 410)


@dataclass(frozen=True, slots=True)
class Line:
    """A conversation at the service, and up to where its activities have been read."""

    id: str
    watermark: str = ""

    @property
    def path(self) -> str:
        return f"{CONVERSATIONS}/{quote(self.id, safe='')}/activities"

    @property
    def unread(self) -> str:
        mark = f"?watermark={quote(self.watermark, safe='')}" if self.watermark else ""
        return self.path + mark


def kept(state: Mapping[str, Any]) -> Line | None:
    """The conversation that the bot's state names."""
    match state:
        case {"conversation": str(id), "watermark": str(watermark)}:
            return Line(id, watermark)
    return None


def state(line: Line) -> dict[str, str]:
    return {"conversation": line.id, "watermark": line.watermark}


def opening(turn: Turn) -> bytes:
    """With the contact in it, so that a bot that greets those who join does so at once."""
    return orjson.dumps({"user": {"id": activities.account(turn)}})


def message(turn: Turn) -> bytes | None:
    """None = there is nothing to tell the bot. Raises `ValueError`."""
    found = activities.asked(turn)
    try:
        return orjson.dumps(found) if found else None
    except orjson.JSONEncodeError:
        raise ValueError("what it should get cannot be written as JSON.") from None


def opened(body: bytes) -> Line:
    """Raises `ValueError` with the end of a sentence."""
    match _json(body):
        case {"conversationId": str(id)} if id:
            return Line(id)
    raise ValueError("answered without the id of a conversation.")


def heard(body: bytes, line: Line) -> tuple[list[Activity], Line]:
    """
    What was said since, and where to go on. A watermark that is missing replaces none. Raises
    `ValueError` with the end of a sentence.
    """
    document = _json(body)
    found = activities.listed(document)
    mark = document.get("watermark")
    return found, Line(line.id, mark) if isinstance(mark, str) and mark else line


def is_asked(heard: Sequence[Activity], turn: Turn) -> bool:
    """Whether the bot has been told this turn before."""
    return any(_names(one, turn) for one in heard)


def answers(heard: Sequence[Activity], turn: Turn) -> list[Activity]:
    """Of all that was said, what the bot said."""
    own = activities.account(turn)
    return [one for one in heard if _from(one).get("id") != own and not _is_person(one)]


def is_answered(heard: Sequence[Activity], turn: Turn) -> bool:
    """
    Whether the bot has answered this turn. What it says in reply to something else, such as a
    greeting to those who join, is no answer, though it is said. If nobody asked it anything,
    whatever it says is one.
    """
    asked, later = _since(heard, turn)
    return any(_is_said(one) and one.get("replyToId") in (None, "", *asked) for one in later)


def is_over(heard: Sequence[Activity], turn: Turn) -> bool:
    """Whether the bot has ended the conversation, and nobody said anything since."""
    _, later = _since(heard, turn)
    return any(one.get("type") == "endOfConversation" for one in later)


def _since(heard: Sequence[Activity], turn: Turn) -> tuple[list[Any], list[Activity]]:
    """To what an answer may reply, and what the bot has said since that."""
    if activities.asked(turn) is None:
        return [one.get("replyToId") for one in heard], answers(heard, turn)
    at = next((n for n, one in enumerate(heard) if _names(one, turn)), None)
    return ([], []) if at is None else ([heard[at].get("id")], answers(heard[at + 1 :], turn))


def _is_said(activity: Activity) -> bool:
    return activity.get("type") in ("message", "endOfConversation")


def _names(activity: Activity, turn: Turn) -> bool:
    data = activity.get("channelData")
    return isinstance(data, Mapping) and data.get("clientActivityID") == turn.id


def _from(activity: Activity) -> Mapping[str, Any]:
    found = activity.get("from")
    return found if isinstance(found, Mapping) else {}


def _is_person(activity: Activity) -> bool:
    return _from(activity).get("role") == "user"


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        raise ValueError("answered something that is not JSON.") from None
