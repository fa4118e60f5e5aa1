"""/conversations/…: what an operator does in one, and all that was said in one file."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query
from starlette.responses import StreamingResponse

from threadline.model.desk import OPERATOR
from threadline.model.paging import Page
from threadline.model.resources.desk import (
    ConversationExported,
    ConversationRedacted,
    ConversationState,
    ConversationStates,
    HandedBack,
    Redaction,
    Replied,
    ReplyCreate,
    SpokenEntry,
    TakenOver,
)
from threadline.operations import desk, transcript
from threadline.web.api.access import Caller, Reader, Sender
from threadline.web.api.conversations import ONE, Contact
from threadline.web.api.messages import Id
from threadline.web.api.requests import router
from threadline.web.api.shapes import Address, Here, Once, Wanted

routes = router("Conversations")

Form = Annotated[
    Literal["json", "csv", "yaml"],
    Query(
        alias="format",
        description="One JSON document, a line of CSV for each entry, or YAML with which "
        "`threadline bot test` tests the bot.",
    ),
]


@routes.get(f"{ONE}/state")
async def conversation_state(
    app: Here, caller: Reader, endpoint: Address, contact: Contact
) -> ConversationStates:
    """Where the bot stands with them, who answers, and whether they may be texted."""
    found: list[ConversationState] = await transcript.states(
        app, organization=caller.organization, endpoint=endpoint, contact=contact
    )
    return {"data": found}


@routes.get(f"{ONE}/latest")
async def latest_entries(
    app: Here, caller: Reader, endpoint: Address, contact: Contact, part: Wanted
) -> Page[SpokenEntry]:
    """What was said, the latest first, each with every try to send it."""
    return await transcript.latest(
        app,
        organization=caller.organization,
        endpoint=endpoint,
        contact=contact,
        limit=part.limit,
        after=part.after,
    )


@routes.get(
    f"{ONE}/export",
    response_model=None,
    responses={
        200: {
            "model": ConversationExported,
            "content": {
                "text/csv": {"schema": {"type": "string"}},
                "application/yaml": {"schema": {"type": "string"}},
            },
        }
    },
)
async def export_conversation(
    app: Here, caller: Reader, endpoint: Address, contact: Contact, form: Form = "json"
) -> StreamingResponse:
    """All that was said, with every try to send it. In the CSV no cell is a formula."""
    pieces = await transcript.export(
        app, organization=caller.organization, endpoint=endpoint, contact=contact, form=form
    )
    headers = {
        "Content-Disposition": f'attachment; filename="{transcript.name(contact, form)}"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(pieces, headers=headers, media_type=transcript.KINDS[form])


@routes.post(f"{ONE}/take-over")
async def take_over_conversation(
    app: Here, caller: Sender, endpoint: Address, contact: Contact, _once: Once = None
) -> TakenOver:
    """
    Answer in the bot's place: it is not asked until the conversation is handed back. What it
    is answering right now is dropped; what waits to be sent still is.
    """
    return await desk.take_over(
        app,
        organization=caller.organization,
        endpoint=endpoint,
        contact=contact,
        by=_who(caller),
    )


@routes.post(f"{ONE}/hand-back")
async def hand_back_conversation(
    app: Here, caller: Sender, endpoint: Address, contact: Contact, _once: Once = None
) -> HandedBack:
    """Let the next text go to the bot again."""
    return await desk.hand_back(
        app,
        organization=caller.organization,
        endpoint=endpoint,
        contact=contact,
        by=_who(caller),
    )


@routes.post(f"{ONE}/reply", status_code=201)
async def reply_to_contact(
    app: Here,
    caller: Sender,
    endpoint: Address,
    contact: Contact,
    reply: ReplyCreate,
    _once: Once = None,
) -> Replied:
    """Say something in the bot's place. It is sent like what a bot says."""
    return await desk.reply(
        app,
        organization=caller.organization,
        endpoint=endpoint,
        contact=contact,
        text=reply["text"],
        take_over=reply.get("take_over", False),
        by=_who(caller),
    )


@routes.post(f"{ONE}/redact")
async def redact_conversation(
    app: Here, caller: Sender, endpoint: Address, contact: Contact, _once: Once = None
) -> ConversationRedacted:
    """
    Take all that was said away for good, and what the bot knows of the contact. What they
    said about being texted stays in the record of opt-outs, as its proof.
    """
    return await desk.redact_conversation(
        app,
        organization=caller.organization,
        endpoint=endpoint,
        contact=contact,
        by=_who(caller),
    )


@routes.post("/messages/{id}/redact")
async def redact_message(app: Here, caller: Sender, id: Id, _once: Once = None) -> Redaction:
    """Take its words and files away for good, with the notes that quote it."""
    return await desk.redact_message(
        app, organization=caller.organization, id=id, by=_who(caller)
    )


def _who(caller: Caller) -> str:
    """What the timeline says of who did it: the key by its name."""
    return caller.key.name if caller.key else OPERATOR
