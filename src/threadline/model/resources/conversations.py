"""Conversations: what was said between an endpoint and a contact."""

from __future__ import annotations

from typing import Any

from typing_extensions import TypedDict

from threadline.model.paging import Page


class Conversation(TypedDict):
    """An endpoint, one of its numbers, and a contact who texted it."""

    endpoint: str
    """Address of the endpoint."""
    address: str
    """Our number, or the messaging service, that they texted."""
    contact: str
    """Who texts, in E.164 where it is a number."""
    waiting: int
    """How many of their texts wait for the bot."""
    session: int
    """How many sessions there were; 0 = none yet."""
    session_open: bool
    """Whether the last of them goes on with the next text, unless that comes too late."""
    flagged: str
    """Why somebody should look at it; empty = nobody has to."""
    taken_by: str
    """Which operator answers in the bot's place; empty = the bot answers."""
    created_at: str
    """When it began."""
    updated_at: str
    """When a text came or was answered, the last time."""


class ConversationFilters(TypedDict, total=False):
    """Which conversations are wanted: all that is given has to hold."""

    number: str | None
    """The contact: the whole number, its beginning from the + on, or its last digits."""
    text: str | None
    """Words that stand in one message; the last of them may be only begun."""
    bot: str | None
    """The bot of their last session."""
    endpoint: str | None
    """The endpoint's address."""
    since: str | None
    """When a text last came or was answered: not before that day or time."""
    until: str | None
    """The same: not after that day, or before that time."""
    open: bool
    """Whose session is open."""
    waiting: bool
    """With texts that wait for the bot."""
    taken_over: bool
    """In which an operator answers in the bot's place."""
    opted_out: bool
    """Whose contact has opted out."""
    flagged: bool
    """That somebody should look at."""
    failed: bool
    """With texts that have failed or were put aside."""


class ConversationFound(Conversation):
    """One in the list, with its last entry."""

    bot: str
    """Who answers in its last session; empty = there was none yet."""
    opted_out: bool
    """Whether the contact is not to be texted."""
    failed: bool
    """Whether a text of it has failed, or was put aside."""
    last_author: str
    """Who said the last of it: contact, bot, operator or system."""
    last_at: str
    """When that was."""
    last_text: str
    """Its words; empty in a record."""
    matched: str | None
    """The last text in which the words stand that were looked for; null = none were."""


class TimelineEntry(TypedDict):
    """Something that was said, or happened."""

    message: str
    """Its name, such as 12-7: the conversation, and its place there."""
    seq: int
    """Its place in the conversation."""
    at: str
    """When."""
    author: str
    """contact, bot, operator or system."""
    element: dict[str, Any]
    """What was said, by its `type`: message, media, list, goal, note and others."""
    discarded: str
    """Why it was never to be sent; empty = it was."""
    session: int
    """The session that it belongs to."""
    status: str
    """What became of the text, in words; empty = there was nothing to send."""
    why: str
    """What led to that; empty = nothing to tell."""
    provider_id: str | None
    """What the provider calls the text; null = it does not know of it."""


class Attempt(TypedDict):
    """One try to send a text."""

    id: int
    """Its number."""
    message: str
    """The text, by its name on the timeline."""
    n: int
    """The how manieth try of this text."""
    text: str
    """What was to be sent."""
    status: str
    """sending, unknown, accepted, refused, returned, lost or unsettled."""
    draft_status: str
    """What the text is by now."""
    started_at: str
    """When the provider was asked."""
    ended_at: str | None
    """When it was known what came of it; null = it is not yet."""
    provider_id: str | None
    """What the provider calls the text."""
    provider_status: str | None
    """What it said last."""
    provider_code: str | None
    """Why not, in its own code."""
    note: str
    """Why not, in words."""


class ConversationShown(TypedDict):
    """Everything between an endpoint and a contact; `next` leads on where it is long."""

    endpoint: str
    """Address of the endpoint."""
    contact: str
    """Who texts, in E.164 where it is a number."""
    conversations: list[Conversation]
    """One for each of our numbers that they texted, the oldest first."""
    timeline: Page[TimelineEntry]
    """Its beginning. What follows is at …/timeline."""
    attempts: Page[Attempt]
    """Its beginning. What follows is at …/attempts."""


class SessionsEnded(TypedDict):
    """The next text begins a new session."""

    endpoint: str
    """Address of the endpoint."""
    contact: str
    """Who texts, in E.164 where it is a number."""
    sessions: list[str]
    """Those that were open, by their names, such as 12-3."""


class Unflagged(TypedDict):
    """Nobody has to look at it any longer."""

    endpoint: str
    """Address of the endpoint."""
    contact: str
    """Who texts, in E.164 where it is a number."""
    flags: list[str]
    """Why somebody had to."""
