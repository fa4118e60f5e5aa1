"""
Who may be texted: what contacts say about it takes effect with the text that says it, so it
never waits behind a slow bot.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

from threadline.model.clock import MINUTE
from threadline.model.endpoint import Endpoint
from threadline.model.guards import Recent
from threadline.model.messages import Inbound
from threadline.model.segments import count
from threadline.model.timeline import Note, Text
from threadline.store.script import Moment, Part, Ring, Row, Run, Step
from threadline.store.text import element_text

STOPPED = "The contact opted out of being texted, so the bot was not asked."
STARTED = "The contact wants to be texted again, so the bot was not asked."
SILENT = "The contact has opted out, so the bot was not asked. START would lift that."
HELPED = "The contact asked for help, which is answered without the bot."
REVOKED = (
    "The contact wrote in their own words that they want no more texts. They were taken off, "
    "and the bot was not asked."
)
DOUBT = (
    "This reads as if the contact wants no more texts. Take them off with "
    "`threadline optout add`, or go on if it was not meant so."
)

PLAIN_START = ("START", "UNSTOP")
"""Mean nothing else, as YES does."""
CONFIRMED_WITHIN = 5 * MINUTE
"""A confirmation may be sent for so long: 47 CFR 64.1200(a)(12)."""

Flag = Generator[Step, list[Row], str]
Asked = Generator[Step, list[Row], bool]


@dataclass(slots=True)
class Place:
    """Where a conversation stands while texts are put into it."""

    id: int
    sender_id: int
    contact: str
    seq: int
    stopped_at: int | None
    recent: Recent
    endpoint: Endpoint = field(init=False)
    added: int = 0
    flagged: str = ""
    notes: list[Note] = field(default_factory=list)
    confirmations: list[tuple[str, str, str, int]] = field(default_factory=list)

    @property
    def stopped(self) -> bool:
        return self.stopped_at is not None


def take(moment: Moment, endpoint: Endpoint, message: Inbound, place: Place) -> Flag:
    """Put into effect what the text says. Why no bot is to be asked; "" to ask."""
    source = "OptOutType" if message.answered else "keyword"
    match message.consent:
        case "stop":
            new = not place.stopped
            if new and (yield from _taken_back(moment, message, place)):
                return ""
            yield from _stop(moment, message, place, source)
            if new:
                _confirm(moment, endpoint, message, place, "stop")
            return STOPPED
        case "start":
            lifted = place.stopped_at is not None and place.stopped_at <= _at(moment, message)
            if place.stopped and not lifted:
                return SILENT
            yield from _start(moment, message, place, source)
            if lifted:
                _confirm(moment, endpoint, message, place, "start")
            return STARTED if lifted or message.answered else ""
        case "help":
            _confirm(moment, endpoint, message, place, "help")
            return HELPED
    if place.stopped:
        return SILENT
    if message.revokes and endpoint.engagement.on_revocation == "stop":
        yield from _stop(moment, message, place, "revocation")
        _confirm(moment, endpoint, message, place, "stop")
        place.flagged = REVOKED
        return REVOKED
    if message.revokes:
        place.flagged = DOUBT
        place.notes.append(Note(DOUBT, "revocation"))
    return ""


def _at(moment: Moment, message: Inbound) -> int:
    """When it was said: a text from the provider's list may be older than what we know."""
    return moment.now if message.sent_at is None else message.sent_at


def _taken_back(moment: Moment, message: Inbound, place: Place) -> Asked:
    """Whether they said START after this STOP, which we learn of only now."""
    if message.sent_at is None:
        return False
    ids = {"sender_id": place.sender_id, "contact": place.contact}
    [row] = yield Run("last_start", ids)
    return row["at"] is not None and row["at"] > message.sent_at


def _stop(moment: Moment, message: Inbound, place: Place, source: str) -> Part:
    """What waits is dropped once: what waits after that is the confirmation."""
    said = message.text[:160]
    at = _at(moment, message)
    yield Run("suppress", {"now": at}, [(place.sender_id, place.contact, source, said)])
    if not place.stopped:
        yield from log(at, [(place.sender_id, place.contact, "stop", source, said)])
        yield Run("drop_waiting", {"conversation_id": place.id})
        place.confirmations.clear()
    place.stopped_at = at if place.stopped_at is None else max(at, place.stopped_at)


def _start(moment: Moment, message: Inbound, place: Place, source: str) -> Part:
    """Kept though it lifts nothing: an older STOP may be learned of later."""
    if place.stopped:
        ids = {"sender_id": place.sender_id, "contact": place.contact}
        yield Run("release", ids)
    if place.stopped or message.answered or message.text.strip().upper() in PLAIN_START:
        row = (place.sender_id, place.contact, "start", source, message.text[:160])
        yield from log(_at(moment, message), [row])
    place.stopped_at = None


def _confirm(
    moment: Moment, endpoint: Endpoint, message: Inbound, place: Place, what: str
) -> None:
    """Only where nobody else does: Twilio's own handling is off for this endpoint."""
    engagement = endpoint.engagement
    if engagement.confirms and not message.answered:
        text = engagement.consent_texts[what]
        until = _at(moment, message) + CONFIRMED_WITHIN
        place.confirmations.append((message.ours, message.service, text, until))


def log(at: int, rows: list[tuple[int, str, str, str, str]]) -> Part:
    """Write who was taken off or put on: (sender, contact, what, source, said)."""
    yield Run("log_consents", {"now": at}, rows)


def confirm(moment: Moment, place: Place) -> Part:
    """Say the confirmations at the end of the timeline, and put them into the outbox."""
    for ours, service, text, until in place.confirmations:
        [row] = yield Run("next_seq", {}, [(place.id,)])
        said = (place.id, row["seq"], "system", element_text(Text(text)), "", row["session"])
        yield Run("say", {"now": moment.now}, [said])
        draft = (place.id, row["seq"], place.endpoint.id, place.sender_id, place.contact, ours)
        more = (service, text, count(text), until)
        yield Run("enqueue_exempt", {"now": moment.now}, [(*draft, *more)])
        yield Ring("outbox")
    place.confirmations.clear()
