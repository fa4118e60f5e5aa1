"""What shows of a text only when it has reached us, before it is kept."""

from __future__ import annotations

from dataclasses import replace

from threadline.model import consent
from threadline.model.endpoint import Endpoint
from threadline.model.messages import Inbound
from threadline.ports import Plugs

OURS = "It came from one of our own numbers, so an answer would go round in circles."


async def judged(plugs: Plugs, endpoint: Endpoint, message: Inbound) -> Inbound:
    """The text with what shows only from here: a loop, a revocation in free words."""
    if not message.flag and await plugs.owns(message.contact):
        message = replace(message, flag=OURS)
    if endpoint.engagement.on_revocation != "ignore" and consent.revokes(message.text):
        message = replace(message, revokes=True)
    return message
