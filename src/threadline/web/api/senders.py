"""/senders: how numbers and services go, and pausing them by hand."""

from __future__ import annotations

from threadline.model.paging import Page
from threadline.model.resources.senders import Sender, SenderPause, SenderResumed
from threadline.operations import senders
from threadline.web.api.access import Reader, Writer
from threadline.web.api.requests import router
from threadline.web.api.shapes import Address, Here, Once, Wanted

routes = router("Senders")


@routes.get("/senders")
async def list_senders(app: Here, caller: Reader, part: Wanted) -> Page[Sender]:
    """Which there are, how fast each goes, what it is paused for, and what waits."""
    return await senders.list_(
        app, organization=caller.organization, limit=part.limit, after=part.after
    )


@routes.post("/senders/{endpoint}/pause")
async def pause_sender(
    app: Here, caller: Writer, endpoint: Address, wanted: SenderPause, _once: Once = None
) -> Sender:
    """Send nothing from the endpoint's number until it is resumed. What there is waits."""
    return await senders.pause(
        app, organization=caller.organization, endpoint=endpoint, reason=wanted["reason"]
    )


@routes.post("/senders/{endpoint}/resume")
async def resume_sender(
    app: Here, caller: Writer, endpoint: Address, _once: Once = None
) -> SenderResumed:
    """Whatever the endpoint's number was paused for, send again. What waits goes out."""
    return await senders.resume(app, organization=caller.organization, endpoint=endpoint)
