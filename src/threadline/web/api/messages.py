"""/messages: single texts that went no further, and what becomes of them."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path, Query

from threadline.model.paging import Page
from threadline.model.resources.messages import Message, MessageDecided
from threadline.operations import messages
from threadline.web.api.access import Reader, Sender
from threadline.web.api.requests import router
from threadline.web.api.shapes import Here, Once, Wanted

routes = router("Messages")

Id = Annotated[str, Path(description="The text's name in the list.", examples=["12-7"])]
State = Annotated[
    Literal["parked", "failed", "unknown", "waiting"],
    Query(
        description="parked = somebody has to decide; failed = it could not be sent; unknown = "
        "it is being looked up whether it was; waiting = it goes on by itself."
    ),
]


@routes.get("/messages")
async def list_messages(
    app: Here, caller: Reader, part: Wanted, state: State = "parked"
) -> Page[Message]:
    """From contacts and to them, the latest first."""
    return await messages.list_(
        app,
        organization=caller.organization,
        state=state,
        limit=part.limit,
        after=part.after,
    )


@routes.post("/messages/{id}/retry")
async def retry_message(
    app: Here, caller: Sender, id: Id, _once: Once = None
) -> MessageDecided:
    """Try it again, now: ask the bot once more, or send it once more."""
    return await messages.retry(app, organization=caller.organization, id=id)


@routes.post("/messages/{id}/discard")
async def discard_message(
    app: Here, caller: Sender, id: Id, _once: Once = None
) -> MessageDecided:
    """Give it up, so that what follows can go on."""
    return await messages.discard(app, organization=caller.organization, id=id)
