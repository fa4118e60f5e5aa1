"""Stage 1: webhook to inbox row."""

from __future__ import annotations

from threadline.model.endpoint import Endpoint
from threadline.model.messages import Inbound
from threadline.pipeline.judging import judged
from threadline.ports import Plugs
from threadline.ports.store import Inbox


async def accept(inbox: Inbox, plugs: Plugs, endpoint: Endpoint, message: Inbound) -> bool:
    """
    Keep the text, once; False if we had it. When this returns the provider may be told 200.
    Raises `StoreDown`: then it has to be told to come again.
    """
    [new] = await inbox.keep(endpoint, [await judged(plugs, endpoint, message)])
    return new
