"""What a request to create a message asks for, or why it is refused. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from threadline.carrier import magic
from threadline.carrier.refusals import Refusal, refuse
from threadline.carrier.state import Account, Number, State
from threadline.model.phone import canonical, is_e164, is_possible
from threadline.model.segments import units

LONGEST = 1600
MOST_MEDIA = 10
LONGEST_VALIDITY = 36_000


@dataclass(frozen=True, slots=True)
class Order:
    """A text that may be sent. `number` is ours; None for Twilio's magic sender."""

    account: str
    sender: str
    recipient: str
    body: str
    number: Number | None = None
    service: str = ""
    media: tuple[str, ...] = ()
    callback: str = ""


def read(form: Sequence[tuple[str, str]], account: Account, state: State) -> Order | Refusal:
    """The first thing that Twilio would complain of, in its order."""
    given = dict(form)
    to = _recipient(given.get("To", ""))
    if isinstance(to, Refusal):
        return to
    body, media = (
        given.get("Body", ""),
        tuple(value for name, value in form if name == "MediaUrl"),
    )
    wrong = _content(body, media) or _options(given)
    if wrong:
        return wrong
    sender = _sender(given, account, state, to)
    if isinstance(sender, Refusal):
        return sender
    number = None if isinstance(sender, str) else sender
    if number is not None and state.blocked(number, to):
        return refuse(21610)
    address = sender if isinstance(sender, str) else sender.number
    if address == to:
        return refuse(21211, "'To' and 'From' number cannot be the same")
    callback, service = given.get("StatusCallback", ""), given.get("MessagingServiceSid", "")
    return Order(account.sid, address, to, body, number, service, media, callback)


def _recipient(given: str) -> str | Refusal:
    if not given:
        return refuse(21604)
    if code := magic.REFUSED_TO.get(given):
        return refuse(code, given)
    try:
        to = canonical(given)
    except ValueError:
        return refuse(21211, given)
    return to if is_e164(to) and is_possible(to) else refuse(21211, given)


def _content(body: str, media: Sequence[str]) -> Refusal | None:
    if not body and not media:
        return refuse(21602)
    if units(body) > LONGEST:
        return refuse(21617)
    if len(media) > MOST_MEDIA:
        return refuse(21623)
    return next((refuse(21620, one) for one in media if not _is_url(one)), None)


def _options(given: Mapping[str, str]) -> Refusal | None:
    callback, validity = given.get("StatusCallback", ""), given.get("ValidityPeriod", "1")
    if callback and not (_is_url(callback) and "_" not in (urlsplit(callback).hostname or "")):
        return refuse(21609, callback)
    if not (validity.isdigit() and 1 <= int(validity) <= LONGEST_VALIDITY):
        return refuse(21624, validity)
    return None


def _sender(
    given: Mapping[str, str], account: Account, state: State, to: str
) -> Number | str | Refusal:
    sender, service = given.get("From", ""), given.get("MessagingServiceSid", "")
    if service:
        pool = state.numbers_of(account.sid, service)
        return _from_pool(sender, pool, state, to) if pool else refuse(21701, service)
    if not sender:
        return refuse(21603)
    if sender == magic.VALID_FROM:
        return sender
    if code := magic.REFUSED_FROM.get(sender):
        return refuse(code, sender)
    try:
        sender = canonical(sender)
    except ValueError:
        return refuse(21212, sender)
    number = state.numbers.get(sender)
    if number is None:
        return refuse(21659, sender) if is_e164(sender) else refuse(21212, sender)
    if number.account != account.sid:
        return refuse(21660, sender)
    return number if number.sms else refuse(21606, sender)


def _from_pool(sender: str, pool: Sequence[Number], state: State, to: str) -> Number | Refusal:
    """The asked-for number; else the one that this person has heard from before (sticky)."""
    able = [one for one in pool if one.sms and sender in ("", one.number)]
    if not able:
        return refuse(21703)
    last = state.sticky(able[0].service, to)
    return next((one for one in able if one.number == last), able[0])


def _is_url(text: str) -> bool:
    try:
        found = urlsplit(text)
        return found.scheme in ("http", "https") and bool(found.hostname) and found.port != 0
    except ValueError:
        return False
