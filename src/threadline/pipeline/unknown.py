"""
Settles attempts of which we do not know whether they were sent.

The status callback settles most of them by itself. For the rest the provider's list is read,
twice and far enough apart, before anything is sent again.
"""

from __future__ import annotations

from collections.abc import Sequence

from threadline.errors import StoreDown, ThreadlineError
from threadline.model.messages import Found, Status, Window
from threadline.model.rows import Settled, Unknown
from threadline.pipeline.retry import Waits
from threadline.ports import Clock, Plugs
from threadline.ports.store import Outbox

PASSES = 2
FAILED = "The text was found at the provider: it had been sent, but not delivered{code}."
ADOPTED = "The text was found at the provider: it had been sent."
RESEND = "The text is not at the provider after two looks, so it is sent once more."
GONE = (
    "The text is not at the provider after two looks. It was sent again before, so it is not "
    "sent a third time."
)
PARK = (
    "The text is not at the provider after two looks, and this endpoint never sends twice "
    "(OnUnknown: park)."
)
TOO_LATE = "It would be too late for this text by now, so nobody looks for it any longer."
SEVERAL = "Several texts at the provider could be this one, so nothing was decided."


async def settle(
    outbox: Outbox, plugs: Plugs, clock: Clock, waits: Waits, unknown: Unknown
) -> Settled:
    """Look one attempt up and write what was decided. Raises `StoreDown`."""
    later = clock() + waits.unknown
    try:
        endpoint = await plugs.endpoint(unknown.sending.endpoint_id)
        channel = await plugs.channel(endpoint)
        found = await channel.find(window(unknown, waits))
        bound = await outbox.bound([one.provider_id for one in found])
    except StoreDown:
        raise
    except ThreadlineError as why:
        decision = unread(unknown, why, now=clock(), later=later)
    else:
        free = [one for one in found if one.provider_id not in bound]
        resend = endpoint.engagement.resends
        decision = decide(unknown, free, resend=resend, later=later)
    await outbox.record_settled([decision])
    return decision


def unread(unknown: Unknown, why: ThreadlineError, *, now: int, later: int) -> Settled:
    """
    The list could not be read to the end. That is no pass; but an answer that would come too
    late anyway need not hold back what follows it any longer. Pure.
    """
    if now < unknown.sending.expires_at:
        return Settled(unknown, "again", unknown.passes, note=str(why), due_at=later)
    note = f"{why} {TOO_LATE}"
    return Settled(unknown, "parked", unknown.passes, note=note, code="list_failed")


def window(unknown: Unknown, waits: Waits) -> Window:
    """
    Where and when the text can have been made. A request that was in flight when we lost
    sight of it has ended with its lease.
    """
    sending = unknown.sending
    return Window(
        contact=sending.contact,
        ours=sending.ours,
        service=sending.service,
        since=unknown.started_at,
        until=unknown.started_at + waits.lease,
    )


def decide(
    unknown: Unknown, candidates: Sequence[Found], *, resend: bool, later: int
) -> Settled:
    """
    One complete pass over the list has been made. Pure.

    There is at most one unbound attempt per sender and contact, so one candidate is it; the
    text only breaks ties, because the provider may change it.
    """
    passes = unknown.passes + 1
    if len(candidates) > 1:
        same = [one for one in candidates if one.text == unknown.sending.text]
        candidates = same if len(same) == 1 else candidates
    if len(candidates) == 1:
        [it] = candidates
        if it.status in (Status.FAILED, Status.UNDELIVERED, Status.CANCELED):
            note = FAILED.format(code=f" (code {it.provider_code})" if it.provider_code else "")
            return Settled(
                unknown, "failed", passes, it.provider_id, it.status, note, "undelivered"
            )
        return Settled(
            unknown, "adopted", passes, it.provider_id, it.status, ADOPTED, "adopted"
        )
    if candidates:
        return Settled(unknown, "parked", passes, note=SEVERAL, code="ambiguous")
    if passes < PASSES:
        return Settled(unknown, "again", passes, due_at=later)
    if not resend:
        return Settled(unknown, "parked", passes, note=PARK, code="not_found")
    if unknown.lost:
        return Settled(unknown, "parked", passes, note=GONE, code="not_found")
    return Settled(unknown, "resend", passes, note=RESEND, code="resent")
