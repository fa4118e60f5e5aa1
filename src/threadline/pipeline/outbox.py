"""Stage 3: outbox row to provider."""

from __future__ import annotations

from random import random

from threadline.errors import (
    Crowded,
    Deferred,
    Misconfigured,
    SendFailed,
    StoreDown,
    ThreadlineError,
    Throttled,
    Uncertain,
    Unreachable,
)
from threadline.model.clock import SECOND, clock_time
from threadline.model.endpoint import Endpoint
from threadline.model.messages import Outgoing
from threadline.model.rows import Outcome, Sending
from threadline.pipeline.pacing import Accounts
from threadline.pipeline.retry import Waits, after_send
from threadline.ports import Channel, Clock, Plugs
from threadline.ports.store import Outbox

FOLLOWS = {
    "waiting": "It is tried again at {at}.",
    "failed": "It was not sent.",
    "suppressed": "They will not be texted again from this number.",
    "paused": "This sender is paused until {at}; what it has to send waits.",
    "unknown": "Whether it was sent is looked up at {at}.",
}
STOPPED = "The contact opted out while this text waited for its turn, so it was not sent."
MARGIN = SECOND // 2
"""So long before a lease ends its request has to have ended (or an eighth of a short one)."""
LEAST = 5 * SECOND
"""With less time than that (or a quarter of a short lease) a request is not begun."""
SHORTEST, LONGEST = 6, 36_000
"""Seconds that Twilio takes as ValidityPeriod, and means it."""


async def send(
    outbox: Outbox,
    plugs: Plugs,
    accounts: Accounts,
    clock: Clock,
    waits: Waits,
    sending: Sending,
) -> Outcome:
    """
    Make the request of a claimed draft, whose attempt is on disk already, and write what came
    of it. Raises `StoreDown` if that could not be written: the lease then makes it unknown.
    """
    outcome = await _try(outbox, plugs, accounts, clock, waits, sending)
    await outbox.record_outcomes([outcome])
    return outcome


async def _try(
    outbox: Outbox,
    plugs: Plugs,
    accounts: Accounts,
    clock: Clock,
    waits: Waits,
    sending: Sending,
) -> Outcome:
    try:
        try:
            endpoint = await plugs.endpoint(sending.endpoint_id)
            channel = await plugs.channel(endpoint)
        except StoreDown:  # nothing was sent yet, and nothing is wrong with the sender
            return Outcome(sending, "waiting", due_at=clock() + waits.poll)
        except ThreadlineError as why:
            raise Misconfigured(str(why)) from why  # nothing was sent yet
        gate = accounts.gate(channel.account)
        patience = max(0, sending.until - clock() - waits.lease // 2) / SECOND
        async with gate.enter(patience) as waited:
            if waited and not sending.exempt and await outbox.opted_out(sending):
                return Outcome(sending, "suppressed", note=STOPPED, code="opted_out")
            try:
                outcome = await _hand_over(channel, endpoint, clock, waits, sending)
            except Throttled as why:
                if not isinstance(why, Deferred):
                    gate.refused()
                raise
            gate.went_well()
            return outcome
    except Crowded:  # others had the account's requests for half the lease
        return Outcome(sending, "returned", due_at=clock())
    except SendFailed as why:
        return _failed(why, clock(), waits, sending)


async def _hand_over(
    channel: Channel, endpoint: Endpoint, clock: Clock, waits: Waits, sending: Sending
) -> Outcome:
    """Raises `SendFailed`."""
    now = clock()
    left = min(sending.until - min(MARGIN, waits.lease // 4) - now, waits.request)
    least = min(LEAST, waits.lease // 4, waits.request)
    if left < least or sending.expires_at <= now:
        # Others could take it for lost while it is on its way; or it would come too late.
        return Outcome(sending, "waiting", due_at=now)
    accepted = await channel.send(
        Outgoing(
            attempt=sending.attempt,
            contact=sending.contact,
            ours=sending.ours,
            service=sending.service,
            text=sending.text,
            callback=endpoint.callback(sending.attempt),
            valid_for=min(max((sending.expires_at - now) // SECOND, SHORTEST), LONGEST),
            timeout=round(left / SECOND, 1),
            key=f"{sending.conversation}-{sending.draft_id}",
        )
    )
    held = clock() + waits.delivery if endpoint.engagement.ordered else 0
    return Outcome(sending, "sent", accepted.provider_id, accepted.status, due_at=held)


def _failed(why: SendFailed, now: int, waits: Waits, sending: Sending) -> Outcome:
    kind, due_at = after_send(why, sending.attempts, now, waits, random())
    if kind == "waiting" and due_at >= sending.expires_at:
        kind, due_at = "failed", 0
    return Outcome(
        sending,
        kind,
        provider_code=why.provider_code,
        note=f"{why} {FOLLOWS[kind].format(at=clock_time(due_at))}",
        code=why.code,
        due_at=due_at,
        trouble=isinstance(why, Throttled | Unreachable | Uncertain)
        and not isinstance(why, Deferred),
    )
