"""Stage 6: the provider's list to inbox rows, for texts whose webhook never reached us."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from threadline.errors import StoreDown, ThreadlineError
from threadline.model.catchup import CatchUp, CaughtUp, Gate
from threadline.model.clock import DAY
from threadline.model.endpoint import Endpoint
from threadline.model.messages import Inbound
from threadline.pipeline.judging import judged
from threadline.pipeline.retry import Waits
from threadline.ports import Clock, Plugs
from threadline.ports.store import CatchUps

log = structlog.get_logger("threadline.pipeline")

OVERLAP = DAY
"""What was read is read again for so long: providers list by day, and late."""
MOST = 2 * DAY
"""How much is read in one go, so that a long time away is made up for in steps."""
AT_ONCE = 500

HELD = "What came while Threadline was down is being fetched first."
LATE = (
    "The texts that came while Threadline was down could not be fetched in time, so this "
    "endpoint sends again without them: a STOP among them is not known yet."
)


async def gate(store: CatchUps, clock: Clock, waits: Waits) -> int:
    """
    Once, before anything is sent: hold back senders that nobody has watched lately until
    their list was read, so that a STOP from the meantime is known first. How many those are.
    Raises `StoreDown`.
    """
    if not waits.catch_up:
        return 0
    now = clock()
    lately = now - waits.catch_up - waits.settled - waits.gate
    held = await store.gate_senders(Gate(lately, now + waits.gate, HELD))
    if held:
        log.info("catching_up", senders=held)
    return held


async def catch_up(
    store: CatchUps, plugs: Plugs, clock: Clock, waits: Waits, due: CatchUp
) -> int:
    """
    Keep what one sender's list has and we do not; how many texts were new. Raises
    `StoreDown`: then the list is read again when the claim is over.
    """
    if due.late:
        log.error("catch_up_late", endpoint=due.address, means=LATE)
    since, until, whole = span(due, clock(), waits)
    try:
        endpoint = await plugs.endpoint(due.endpoint_id)
        channel = await plugs.channel(endpoint)
        listed = await channel.arrived(since, until) if since < until else []
    except StoreDown:
        raise
    except ThreadlineError as why:  # such as a secret that is gone
        again_at = after_failure(due, clock(), waits)
        log.warning("catch_up_failed", endpoint=due.address, why=str(why), code=why.code)
        await store.record_caught_up([CaughtUp(due, again_at)])
        return 0
    new = await _keep(store, plugs, endpoint, listed)
    due_at = clock() + waits.catch_up if whole else clock()
    [opened] = await store.record_caught_up([CaughtUp(due, due_at, until, opens=whole)])
    if new or opened:
        log.info("caught_up", endpoint=due.address, new=new)
    return new


async def _keep(
    store: CatchUps, plugs: Plugs, endpoint: Endpoint, listed: Sequence[Inbound]
) -> int:
    """In the order of the list, which is that in which they came."""
    new = 0
    for n in range(0, len(listed), AT_ONCE):
        some = listed[n : n + AT_ONCE]
        known = await store.known_texts(endpoint, [one.provider_id for one in some])
        missing = [
            await judged(plugs, endpoint, one) for one in some if one.provider_id not in known
        ]
        new += sum(await store.keep(endpoint, missing)) if missing else 0
    return new


def span(due: CatchUp, now: int, waits: Waits) -> tuple[int, int, bool]:
    """
    From when to when the list is read, and whether that is all there is. Pure.

    The latest texts are left to their webhooks; not while drafts wait for us, because then
    webhooks were missed until a moment ago.
    """
    since = max(due.known_since, (due.caught_up_at or due.known_since) - OVERLAP)
    end = now if due.opens_at else now - waits.settled
    until = min(end, since + MOST)
    return since, until, until == end


def after_failure(due: CatchUp, now: int, waits: Waits) -> int:
    """When to try again: a few times before the drafts that wait for it are let go. Pure."""
    again_at = now + waits.gate // 4
    return min(again_at, due.opens_at) if due.opens_at > now else again_at
