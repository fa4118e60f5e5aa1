"""Stage 3: outbox row to provider."""

from __future__ import annotations

from random import random

from threadline.errors import Misconfigured, SendFailed, StoreDown, ThreadlineError
from threadline.model.clock import clock_time
from threadline.model.messages import Outgoing
from threadline.model.rows import Outcome, Sending
from threadline.pipeline.retry import Waits, after_send
from threadline.ports import Clock, Outbox, Plugs

FOLLOWS = {
    "waiting": "It is tried again at {at}.",
    "failed": "It was not sent.",
    "suppressed": "They will not be texted again from this number.",
    "paused": "This sender is paused until {at}; what it has to send waits.",
    "unknown": "Whether it was sent is looked up at {at}.",
}


async def send(
    outbox: Outbox, plugs: Plugs, clock: Clock, waits: Waits, sending: Sending
) -> Outcome:
    """
    Make the request of a claimed draft, whose attempt is on disk already, and write what came
    of it. Raises `StoreDown` if that could not be written: the lease then makes it unknown.
    """
    outcome = await _try(plugs, clock, waits, sending)
    await outbox.record_outcomes([outcome])
    return outcome


async def _try(plugs: Plugs, clock: Clock, waits: Waits, sending: Sending) -> Outcome:
    try:
        try:
            endpoint = await plugs.endpoint(sending.endpoint_id)
            channel = await plugs.channel(endpoint)
        except StoreDown:  # nothing was sent yet, and nothing is wrong with the sender
            return Outcome(sending, "waiting", due_at=clock() + waits.poll)
        except ThreadlineError as why:
            raise Misconfigured(str(why)) from why  # nothing was sent yet
        accepted = await channel.send(
            Outgoing(
                attempt=sending.attempt,
                contact=sending.contact,
                ours=sending.ours,
                service=sending.service,
                text=sending.text,
                callback=endpoint.callback(sending.attempt),
            )
        )
    except SendFailed as why:
        kind, due_at = after_send(why, sending.attempts, clock(), waits, random())
        note = f"{why} {FOLLOWS[kind].format(at=clock_time(due_at))}"
        return Outcome(
            sending,
            kind,
            provider_code=why.provider_code,
            note=note,
            code=why.code,
            due_at=due_at,
        )
    return Outcome(sending, "sent", accepted.provider_id, accepted.status)
