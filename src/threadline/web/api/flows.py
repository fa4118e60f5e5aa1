"""/flows: a bot's text looked over, before it is one."""

from __future__ import annotations

from threadline.model.resources.flows import FlowLook, FlowLooked
from threadline.operations import flows
from threadline.web.api.access import Reader
from threadline.web.api.requests import router
from threadline.web.api.shapes import Here, Once

routes = router("Bots")


@routes.post("/flows/look")
async def look_at_flow(
    app: Here, caller: Reader, wanted: FlowLook, _once: Once = None
) -> FlowLooked:
    """
    Everything that is wrong with a text, to the character, and its flow as it would be drawn.
    Nothing is kept.
    """
    return await flows.look(app, organization=caller.organization, **wanted)
