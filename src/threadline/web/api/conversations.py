"""/conversations: what was said, and ending a session."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Query

from threadline.model.paging import Page
from threadline.model.resources.conversations import (
    Attempt,
    ConversationFilters,
    ConversationFound,
    ConversationShown,
    SessionsEnded,
    TimelineEntry,
    Unflagged,
)
from threadline.operations import conversations
from threadline.web.api.access import Reader, Sender
from threadline.web.api.requests import router
from threadline.web.api.shapes import Address, Here, Once, Wanted

routes = router("Conversations")

Contact = Annotated[
    str,
    Path(
        description="Who texts: a number however it is written, or their name there.",
        examples=["+15550100001"],
    ),
]
ONE = "/conversations/{endpoint}/{contact:path}"
"""A contact may have a slash; so what is longer comes first below."""


def _filters(
    number: Annotated[
        str | None,
        Query(
            description="The contact: the whole number however it is written, its beginning "
            "from the + on, or its last four digits or more.",
            examples=["+1555"],
        ),
    ] = None,
    text: Annotated[
        str | None,
        Query(
            description="Words that stand in one message, in any order; the last of them may "
            "be only begun.",
            examples=["invoice overd"],
        ),
    ] = None,
    bot: Annotated[
        str | None, Query(description="The bot of their last session.", examples=["MySmsBot"])
    ] = None,
    endpoint: Annotated[str | None, Query(description="Only of this endpoint.")] = None,
    since: Annotated[
        str | None,
        Query(
            description="When a text last came or was answered: not before that day or time.",
            examples=["2030-01-02", "2030-01-02T12:30:00Z"],
        ),
    ] = None,
    until: Annotated[
        str | None, Query(description="The same: not after that day, or before that time.")
    ] = None,
    open: Annotated[bool, Query(description="Whose session is open.")] = False,
    waiting: Annotated[bool, Query(description="With texts that wait for the bot.")] = False,
    taken_over: Annotated[
        bool, Query(description="In which an operator answers in the bot's place.")
    ] = False,
    opted_out: Annotated[bool, Query(description="Whose contact has opted out.")] = False,
    flagged: Annotated[
        bool, Query(description="Only those that somebody should look at.")
    ] = False,
    failed: Annotated[
        bool, Query(description="With texts that have failed or were put aside.")
    ] = False,
) -> ConversationFilters:
    return {
        "number": number,
        "text": text,
        "bot": bot,
        "endpoint": endpoint,
        "since": since,
        "until": until,
        "open": open,
        "waiting": waiting,
        "taken_over": taken_over,
        "opted_out": opted_out,
        "flagged": flagged,
        "failed": failed,
    }


Filters = Annotated[ConversationFilters, Depends(_filters)]


@routes.get("/conversations")
async def list_conversations(
    app: Here, caller: Reader, part: Wanted, filters: Filters
) -> Page[ConversationFound]:
    """The latest first: all, or those for which everything holds that is given."""
    return await conversations.list_(
        app,
        organization=caller.organization,
        limit=part.limit,
        after=part.after,
        **filters,
    )


@routes.get(f"{ONE}/timeline")
async def conversation_timeline(
    app: Here, caller: Reader, endpoint: Address, contact: Contact, part: Wanted
) -> Page[TimelineEntry]:
    """Everything that was said, in its order."""
    return await conversations.timeline(
        app,
        organization=caller.organization,
        endpoint=endpoint,
        contact=contact,
        limit=part.limit,
        after=part.after,
    )


@routes.get(f"{ONE}/attempts")
async def conversation_attempts(
    app: Here, caller: Reader, endpoint: Address, contact: Contact, part: Wanted
) -> Page[Attempt]:
    """Every try to text them, the oldest first."""
    return await conversations.attempts(
        app,
        organization=caller.organization,
        endpoint=endpoint,
        contact=contact,
        limit=part.limit,
        after=part.after,
    )


@routes.get(ONE)
async def show_conversation(
    app: Here, caller: Reader, endpoint: Address, contact: Contact
) -> ConversationShown:
    """What was said and tried, from the beginning."""
    return await conversations.show(
        app, organization=caller.organization, endpoint=endpoint, contact=contact
    )


@routes.post(f"{ONE}/end")
async def end_session(
    app: Here, caller: Sender, endpoint: Address, contact: Contact, _once: Once = None
) -> SessionsEnded:
    """
    Let the next text begin a new session. What waits to be sent still is; a text that the bot
    is being asked about is asked again, in the new one.
    """
    return await conversations.end(
        app, organization=caller.organization, endpoint=endpoint, contact=contact
    )


@routes.post(f"{ONE}/unflag")
async def unflag_conversation(
    app: Here, caller: Sender, endpoint: Address, contact: Contact, _once: Once = None
) -> Unflagged:
    """Take the flag off, once somebody has looked at it."""
    return await conversations.unflag(
        app, organization=caller.organization, endpoint=endpoint, contact=contact
    )
