"""What Twilio posts to us. Pure; the request has been verified before `read` is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from threadline.channels.twilio import codes
from threadline.channels.twilio.account import Account
from threadline.errors import Malformed, Unauthentic, UnknownAddress
from threadline.model import consent, phone
from threadline.model.messages import (
    Consent,
    Hook,
    Ignored,
    Inbound,
    Read,
    Receipt,
    Status,
)
from threadline.model.plain import clean
from threadline.model.timeline import Media

Params = tuple[tuple[str, str], ...]

MOST_FIELDS = 1000  # Twilio sends about 20; the rest is somebody else
MOST_MEDIA = 10

STATUSES = {
    "accepted": Status.ACCEPTED,
    "scheduled": Status.ACCEPTED,
    "queued": Status.QUEUED,
    "sending": Status.SENDING,
    "sent": Status.SENT,
    "partially_delivered": Status.SENT,
    "delivered": Status.DELIVERED,
    "undelivered": Status.UNDELIVERED,
    "failed": Status.FAILED,
    "canceled": Status.CANCELED,
    "read": Status.READ,
}
_OPT_OUTS: Mapping[str, Consent] = {"STOP": "stop", "START": "start", "HELP": "help"}
_ATTEMPT = re.compile(r"[0-9]{1,18}")
_SENDER_NAME = re.compile(r"(?=.*[A-Za-z])[^:+]+")


def params(hook: Hook) -> Params:
    """Every parameter as it came, blanks and repeats included. Raises `Malformed`."""
    if hook.method == "GET":
        return _parsed(hook.query)
    return _parsed(hook.body.decode("utf-8", "replace"))


def _parsed(form: str) -> Params:
    try:
        return tuple(parse_qsl(form, keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise Malformed(f"The form has more than {MOST_FIELDS} fields") from None


def read(said: Params, rest: str, query: str, account: Account) -> Read:
    """
    A text, a status or something of no consequence. Raises `HookRejected` when it is another
    account's, when a field is missing, and when nothing is at `rest`.
    """
    # The first of a repeated name counts, and no text in the store can hold a NUL.
    one = {name: clean(value) for name, value in reversed(said)}
    if one.get("AccountSid") != account.sid:
        raise Unauthentic("AccountSid is not that of the endpoint's secret")
    match rest:
        case "/status":
            return _receipt(one, query)
        case "" | "/fallback" if _is_status(one):
            return _receipt(one, query)
        case "" | "/fallback":
            return _inbound(one, said, account)
        case _:
            raise UnknownAddress(f"Nothing listens at {rest!r} of an endpoint")


def _is_status(one: Mapping[str, str]) -> bool:
    return "MessageStatus" in one and "Body" not in one and "NumMedia" not in one


def _receipt(one: Mapping[str, str], query: str) -> Receipt | Ignored:
    said = one.get("MessageStatus") or _needed(one, "SmsStatus")
    status = STATUSES.get(said)
    if status is None:
        return Ignored(f"Twilio reported the status {said!r}, which is not one of a text")
    code = one.get("ErrorCode") or None
    failed = status in (Status.FAILED, Status.UNDELIVERED)
    meaning = codes.means(code, ours=one.get("From", "")) if failed and code else None
    return Receipt(
        provider_id=_sid(one),
        status=status,
        attempt=_attempt(query),
        provider_code=code,
        reason=meaning.sentence if meaning else "",
        opted_out=meaning is not None and meaning.then == "stop",
    )


def _attempt(query: str) -> int | None:
    """Ours is the first `m` of the query; whoever changed it breaks the signature."""
    for name, value in _parsed(query):
        if name == "m":
            return int(value) if _ATTEMPT.fullmatch(value) else None
    return None


def _inbound(one: Mapping[str, str], said: Params, account: Account) -> Inbound:
    contact, ours = _address(_needed(one, "From")), _address(_needed(one, "To"))
    by_service = bool(account.service) and one.get("MessagingServiceSid") == account.service
    text = one.get("Body", "")
    opt_out = _OPT_OUTS.get(one.get("OptOutType", "").upper())
    return Inbound(
        provider_id=_sid(one),
        contact=contact,
        ours=ours,
        sender=account.sender if by_service else f"{account.sid}/{ours}",
        text=text,
        service=account.service if by_service else "",
        media=_media(one),
        consent=opt_out or consent.keyword(text),
        answered=opt_out is not None,
        flag=_flag(contact, ours, by_service, account),
        params=said,
    )


def _flag(contact: str, ours: str, by_service: bool, account: Account) -> str:
    if not by_service and ours != account.number:
        return f"It was sent to {ours}, which is not the number in this endpoint's secret."
    if contact in (ours, account.number):
        return "It came from our own number, so an answer would go round in circles."
    if _SENDER_NAME.fullmatch(contact):
        return f"It came from {contact!r}, a sender name that cannot be texted back."
    return ""


def _media(one: Mapping[str, str]) -> tuple[Media, ...]:
    return tuple(
        Media(one[f"MediaUrl{n}"], one.get(f"MediaContentType{n}", ""))
        for n in range(MOST_MEDIA)
        if f"MediaUrl{n}" in one
    )


def _address(written: str) -> str:
    try:
        return phone.canonical(written)
    except ValueError:
        return written


def _sid(one: Mapping[str, str]) -> str:
    for name in ("MessageSid", "SmsMessageSid", "SmsSid"):
        if one.get(name):
            return one[name]
    raise Malformed("MessageSid is missing")


def _needed(one: Mapping[str, str], name: str) -> str:
    found = one.get(name)
    if not found:
        raise Malformed(f"{name} is missing")
    return found
