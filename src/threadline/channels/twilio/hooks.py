"""What Twilio posts to us. Pure; the request has been verified before `read` is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import unquote_to_bytes

from threadline.channels.twilio import codes
from threadline.channels.twilio.account import Account
from threadline.errors import Malformed, Unauthentic, UnknownAddress
from threadline.model import clock, consent, phone
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
    """As `parse_qsl` has it, in a third of its time: it is asked for every text."""
    if form.count("&") >= MOST_FIELDS:
        raise Malformed(f"The form has more than {MOST_FIELDS} fields")
    found = []
    for part in form.split("&"):
        if part:
            name, _, value = part.partition("=")
            if "%" in part or "+" in part:
                found.append((_decoded(name), _decoded(value)))
            else:
                found.append((name, value))
    return tuple(found)


def _decoded(text: str) -> str:
    text = text.replace("+", " ")
    return unquote_to_bytes(text).decode("utf-8", "replace") if "%" in text else text


def read(said: Params, rest: str, query: str, account: Account) -> Read:
    """
    A text, a status or something of no consequence. Raises `HookRejected` when it is another
    account's, when a field is missing, and when nothing is at `rest`.
    """
    one = dict(reversed(said))  # the first of a repeated name counts
    if "\0" in "".join(one.values()):  # which no text in the store can hold
        one = {name: clean(value) for name, value in one.items()}
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
    receipt = Receipt(_sid(one), status, _attempt(query), code)
    if not code or status not in (Status.FAILED, Status.UNDELIVERED):
        return receipt
    meaning = codes.means(code, ours=one.get("From", ""))
    return replace(
        receipt,
        reason=meaning.sentence,
        then=meaning.then,
        wait=clock.seconds(meaning.wait),
        tries=meaning.tries,
    )


def _attempt(query: str) -> int | None:
    """Ours is the first `m` of the query; whoever changed it breaks the signature."""
    for name, value in _parsed(query):
        if name == "m":
            return int(value) if _ATTEMPT.fullmatch(value) else None
    return None


def _inbound(one: Mapping[str, str], said: Params, account: Account) -> Inbound:
    opt_out = _OPT_OUTS.get(one.get("OptOutType", "").upper())
    return text(
        account,
        sid=_sid(one),
        written_from=_needed(one, "From"),
        written_to=_needed(one, "To"),
        service=one.get("MessagingServiceSid", ""),
        body=one.get("Body", ""),
        media=_media(one) if "MediaUrl0" in one else (),
        opt_out=opt_out,
        params=said,
    )


def text(
    account: Account,
    *,
    sid: str,
    written_from: str,
    written_to: str,
    service: str,
    body: str,
    media: tuple[Media, ...] = (),
    opt_out: Consent | None = None,
    params: Params = (),
    sent_at: int | None = None,
) -> Inbound:
    """
    A contact's text, however we came to know of it. `opt_out` is what Twilio made of it and
    has answered. Pure. Never raises.
    """
    contact, ours = _address(written_from), _address(written_to)
    by_service = bool(account.service) and service == account.service
    return Inbound(
        provider_id=sid,
        contact=contact,
        ours=ours,
        sender=account.sender if by_service else f"{account.sid}/{ours}",
        text=body,
        service=account.service if by_service else "",
        media=media,
        consent=opt_out or consent.keyword(body, toll_free=phone.is_toll_free(ours)),
        answered=opt_out is not None,
        flag=_flag(contact, ours, by_service, account),
        params=params,
        sent_at=sent_at,
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
