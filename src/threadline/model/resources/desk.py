"""Desk: what an operator sees of one conversation, and does in it."""

from __future__ import annotations

from typing import Any, NotRequired

from typing_extensions import TypedDict

from threadline.model.resources.conversations import Attempt, Conversation, TimelineEntry
from threadline.model.resources.optouts import ConsentChange


class ConversationState(Conversation):
    """A conversation, and where its bot stands in it."""

    id: int
    """Its number, which the names of its texts begin with."""
    bot: str
    """Who answers in the session; empty = none has begun."""
    session_began_at: str | None
    """When the session began; null = none has."""
    last_text_at: str | None
    """When the contact last wrote in it; null = none has begun."""
    state: dict[str, Any]
    """What the bot keeps for this session."""
    context: dict[str, Any]
    """What is known of the contact, in this session and those that follow."""
    asked: bool
    """Whether the bot is being asked right now."""
    asked_again_at: str | None
    """When it is asked again after it failed; null = it has not."""
    opted_out_since: str | None
    """Since when they are not to be texted; null = they may be."""
    consents: list[ConsentChange]
    """Every change of that, in order."""


class ConversationStates(TypedDict):
    """Where a contact and an endpoint stand."""

    data: list[ConversationState]
    """One for each of our numbers that they texted, the oldest first."""


class SpokenEntry(TimelineEntry):
    """Something that was said, with every try to send it."""

    state: str
    """What became of it in a word, such as delivered, failed or parked; empty = nothing to."""
    segments: int
    """What it is charged as; 0 = it was not to be sent."""
    may: list[str]
    """What can be decided about it: retry, discard, redact."""
    attempts: list[Attempt]
    """Every try, the oldest first."""


class ConversationExported(TypedDict):
    """All that was said between a contact and an endpoint."""

    endpoint: str
    """Address of the endpoint."""
    contact: str
    """Who texts, in E.164 where it is a number."""
    exported_at: str
    """When this was written."""
    conversations: list[ConversationState]
    """One for each of our numbers that they texted, the oldest first."""
    timeline: list[SpokenEntry]
    """Everything that was said, in its order."""


class TakenOver(TypedDict):
    """The bot is not asked until the conversation is handed back."""

    endpoint: str
    """Address of the endpoint."""
    contact: str
    """Who texts, in E.164 where it is a number."""
    taken_by: str
    """Who answers now."""
    before: str
    """Who answered before; empty = the bot."""


class HandedBack(TypedDict):
    """The next text goes to the bot again."""

    endpoint: str
    """Address of the endpoint."""
    contact: str
    """Who texts, in E.164 where it is a number."""
    before: str
    """Who answered before."""


class ReplyCreate(TypedDict):
    """What an operator says in the bot's place."""

    text: str
    """Its words. A long one goes in several texts."""
    take_over: NotRequired[bool]
    """Whether the bot is not to be asked from now on; without it, it is."""


class Replied(TypedDict):
    """What will be sent, after what waits already."""

    endpoint: str
    """Address of the endpoint."""
    contact: str
    """Who texts, in E.164 where it is a number."""
    messages: list[str]
    """The texts, by their names on the timeline."""
    segments: int
    """What they are charged as together."""
    status: str
    """waiting, or held behind an earlier text."""
    taken_by: str
    """Who answers from now on; empty = the bot."""
    warnings: list[str]
    """What keeps it from going out, in sentences."""


class Redaction(TypedDict):
    """What was said is gone for good, and only that it was said is left."""

    messages: list[str]
    """What was redacted with it, by names on the timeline; empty = it was before."""


class ConversationRedacted(TypedDict):
    """All that was said is gone for good, with what the bot knew of the contact."""

    endpoint: str
    """Address of the endpoint."""
    contact: str
    """Who texts, in E.164 where it is a number."""
    conversations: int
    """How many there were, one for each of our numbers that they texted."""
