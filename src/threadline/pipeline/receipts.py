"""Stage 4: status callback to attempt."""

from __future__ import annotations

from threadline.model.endpoint import Endpoint
from threadline.model.messages import Receipt
from threadline.pipeline.retry import Waits
from threadline.ports.store import Receipts


async def apply(receipts: Receipts, endpoint: Endpoint, receipt: Receipt, waits: Waits) -> bool:
    """False if no attempt of this endpoint fits: it is not ours, or names another text."""
    [fits] = await receipts.apply_receipts(endpoint, [receipt], waits.paused, waits.delivery)
    return fits
