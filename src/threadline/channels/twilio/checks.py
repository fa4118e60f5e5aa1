"""What is set up at Twilio for an endpoint's number, and whether its texts come to us."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode, urlsplit

from threadline.channels.twilio.api import Api, document, error_code
from threadline.egress import Answer
from threadline.errors import ListFailed
from threadline.model.checks import Check

TIMEOUT = 5.0
LARGEST = 1_048_576
SERVICES = 10
"""Among so many messaging services of the account the number is looked for."""
LATER = "It is looked at once the one before is all right."
CREDENTIALS = (
    "Copy the Account SID and the auth token from the dashboard of the Twilio console into "
    "the secret."
)
PASTE = (
    "At the number in the Twilio console, below Messaging, paste this for “A message comes in”"
)

Resource = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Caller:
    """What takes the number's texts at Twilio, and whom it calls for each."""

    name: str
    url: str
    method: str
    fallback: str
    application: str = ""
    key: str = "SmsUrl"


async def examine(api: Api, urls: Sequence[str], fallbacks: Sequence[str]) -> list[Check]:
    """The account, the number and its webhook, in this order. Never raises."""
    api = replace(api, timeout=min(api.timeout, TIMEOUT))
    try:
        found = await _look(api, urls, fallbacks)
    except ListFailed as why:
        found = [Check("credentials", "unknown", f"Twilio could not be asked: {why}")]
    known = {one.name for one in found}
    rest = [name for name in ("credentials", "number", "webhook") if name not in known]
    now = api.clock()
    return [
        *(one._replace(observed_at=now) for one in found),
        *(Check(name, "waiting", LATER) for name in rest),
    ]


async def _look(api: Api, urls: Sequence[str], fallbacks: Sequence[str]) -> list[Check]:
    credentials = await _credentials(api)
    if credentials.state != "ok":
        return [credentials]
    number, resource = await _number(api)
    if number.state != "ok":
        return [credentials, number]
    if resource is None:
        return [credentials, number, _by_hand(urls)]
    caller = await _caller(api, resource)
    webhook = caller if isinstance(caller, Check) else decide(caller, urls, fallbacks)
    if webhook.state == "ok" and (away := _out_of_reach(api, urls)):
        webhook = away
    return [credentials, number, webhook]


async def _credentials(api: Api) -> Check:
    us = api.account
    path = f"{api.base}/2010-04-01/Accounts/{us.sid}.json"
    answer = await api.look(path, LARGEST, (us.sid, us.tokens[0]))
    if answer.status in (401, 403, 404):
        message = f"Twilio does not take the Account SID with this auth token.{_code(answer)}"
        return Check("credentials", "wrong", message, CREDENTIALS)
    if answer.status != 200:
        return Check("credentials", "unknown", _strange(answer))
    said = document(answer)
    status, name = str(said.get("status")), said.get("friendly_name")
    if status != "active":
        mend = "Open the Twilio console: it says what the account lacks."
        return Check("credentials", "wrong", f"The account is {status}.", mend)
    trial = said.get("type") == "Trial"
    note = " A trial account texts only numbers that were verified." if trial else ""
    return Check("credentials", "ok", f"Twilio knows them: {name}.{note}")


async def _number(api: Api) -> tuple[Check, Resource | None]:
    """Whether the account has the number; its resource, unless there is none to look at."""
    number = api.account.number
    if ":" in number:
        return Check("number", "ok", f"{number} is no phone number; Twilio has no list."), None
    short = not number.startswith("+")
    kind, key, field = (
        ("SMS/ShortCodes", "short_codes", "ShortCode")
        if short
        else ("IncomingPhoneNumbers", "incoming_phone_numbers", "PhoneNumber")
    )
    query = urlencode({field: number, "PageSize": 50})
    path = f"{api.base}/2010-04-01/Accounts/{api.account.sid}/{kind}.json?{query}"
    answer = await api.look(path, LARGEST)
    if answer.status in (401, 403):
        message = f"Twilio does not take the API key.{_code(answer)}"
        mend = "Mend apiKeySid and apiKeySecret in the secret, or leave them out."
        return Check("number", "wrong", message, mend), None
    if answer.status != 200:
        return Check("number", "unknown", _strange(answer)), None
    listed = document(answer).get(key)
    name = "short_code" if short else "phone_number"
    there = [
        one for one in listed or () if isinstance(one, Mapping) and one.get(name) == number
    ]
    if not there:
        message = f"The account has no number {number}."
        mend = "Buy it, or write a number of this account into the secret as phoneNumber."
        return Check("number", "wrong", message, mend), None
    able = there[0].get("capabilities")
    if not short and not (isinstance(able, Mapping) and able.get("sms")):
        message = f"{number} takes calls, but no texts."
        mend = "Use a number of the account that has the capability SMS."
        return Check("number", "wrong", message, mend), None
    return Check("number", "ok", f"{number} is the account's, and takes texts."), there[0]


async def _caller(api: Api, number: Resource) -> Caller | Check:
    """The number itself, or the messaging service that it is in."""
    service = await _service(api, str(number.get("sid")))
    if isinstance(service, Check):
        return service
    if service is None or service.get("use_inbound_webhook_on_number"):
        return Caller(
            "The number",
            _text(number, "sms_url"),
            _text(number, "sms_method") or "POST",
            _text(number, "sms_fallback_url"),
            _text(number, "sms_application_sid"),
        )
    return Caller(
        f"The messaging service {service.get('sid')}, which the number is in,",
        _text(service, "inbound_request_url"),
        _text(service, "inbound_method") or "POST",
        _text(service, "fallback_url"),
        key="InboundRequestUrl",
    )


async def _service(api: Api, number: str) -> Resource | Check | None:
    """The one in the secret, or else the one that has the number."""
    services = f"{api.base.replace('://api.', '://messaging.', 1)}/v1/Services"
    named = api.account.service
    if named:
        answer = await api.look(f"{services}/{named}", LARGEST)
        if answer.status == 404:
            mend = "Mend messagingServiceSid in the secret, or leave it out."
            message = f"The account has no messaging service {named}."
            return Check("webhook", "wrong", message, mend)
        if answer.status != 200:
            return Check("webhook", "unknown", _strange(answer))
        return document(answer)
    answer = await api.look(f"{services}?PageSize=50", LARGEST)
    listed = document(answer).get("services") if answer.status == 200 else ()
    known = [one for one in listed or () if isinstance(one, Mapping)][:SERVICES]
    has = await asyncio.gather(
        *(
            api.look(f"{services}/{one.get('sid')}/PhoneNumbers/{number}", LARGEST)
            for one in known
        )
    )
    return next((one for one, at in zip(known, has, strict=True) if at.status == 200), None)


def decide(caller: Caller, urls: Sequence[str], fallbacks: Sequence[str]) -> Check:
    """Whether what takes the number's texts hands them to one of these URLs. Pure."""
    wanted = urls[0]
    paste = f"{PASTE}, HTTP POST."
    if caller.key != "SmsUrl":
        paste = "At the service in the Twilio console, below Integration, paste this."
    if caller.application:
        message = f"{caller.name} hands its texts to the TwiML app {caller.application}."
        return Check("webhook", "wrong", message, f"Take the app off. {paste}", value=wanted)
    if not caller.url:
        message = f"{caller.name} has no URL to call, so nobody hears of its texts."
        return Check("webhook", "wrong", message, paste, value=wanted)
    if _plain(caller.url) not in map(_plain, urls):
        message = f"{caller.name} calls {_shown(caller.url)}, which is not this endpoint."
        return Check("webhook", "wrong", message, paste, value=wanted)
    if caller.method != "POST":
        message = f"{caller.name} calls us with {caller.method}, which puts texts into URLs."
        return Check("webhook", "ok", message, "Choose HTTP POST there.")
    if not urlsplit(caller.url).fragment:
        message = f"{caller.name} calls us, but does not try again when we are down."
        mend = "Paste the whole of this, with what follows the #."
        return Check("webhook", "ok", message, mend, value=wanted)
    if not any(_plain(caller.fallback) == _plain(one) for one in fallbacks):
        mend = "Paste this for “Primary handler fails”."
        message = f"{caller.name} calls us. It has no fallback that leads here."
        return Check("webhook", "ok", message, mend, value=fallbacks[0] if fallbacks else "")
    return Check("webhook", "ok", f"{caller.name} calls us.")


def _by_hand(urls: Sequence[str]) -> Check:
    message = "What a sender of another channel calls cannot be seen from here."
    mend = "Paste this at the sender in the Twilio console."
    return Check("webhook", "unknown", message, mend, value=urls[0])


def _out_of_reach(api: Api, urls: Sequence[str]) -> Check | None:
    """The right URL, at which Twilio finds nobody: it only means this machine."""
    if not (urlsplit(api.base).hostname or "").endswith("twilio.com"):
        return None
    hosts = [urlsplit(one).hostname or "" for one in urls]
    if not all(map(_private, hosts)):
        return None
    message = f"Twilio cannot reach {hosts[0]}: it is an address of a private network."
    mend = "Set THREADLINE_PUBLIC_URL to how the internet reaches this server."
    return Check("webhook", "wrong", message, mend)


def _private(host: str) -> bool:
    try:
        return not ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".local", ".localhost", ".internal"))


def _plain(url: str) -> tuple[str, str, str, str]:
    """What has to be equal: a fragment is never called, a host has no case."""
    try:
        parts = urlsplit(url.strip())
        return parts.scheme.lower(), parts.netloc.lower(), parts.path, parts.query
    except ValueError:
        return "", "", url, ""


def _shown(url: str) -> str:
    """Without a password that may stand in it, and not endless."""
    host, at, rest = url.rpartition("@")
    return (rest if at and "//" in host else url)[:200]


def _strange(answer: Answer) -> str:
    return f"Twilio answered with HTTP {answer.status}.{_code(answer)}"


def _code(answer: Answer) -> str:
    code = error_code(document(answer).get("code"))
    return f" (Error {code}.)" if code else ""


def _text(found: Resource, name: str) -> str:
    value = found.get(name)
    return value.strip() if isinstance(value, str) else ""
