"""The JSON of the API: accounts, messages, numbers and pages of them. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from mimetypes import guess_type
from typing import Any
from urllib.parse import urlencode

from threadline.carrier.state import Account, Message, Number, Service
from threadline.model.clock import iso

VERSION = "2010-04-01"
PRICE = 0.0079
PER_PAGE = 50
MOST_PER_PAGE = 1000

ERRORS = {
    30001: "Queue overflow",
    30002: "Account suspended",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30036: "Validity period expired",
}


def account_url(account: str, rest: str = "") -> str:
    return f"/{VERSION}/Accounts/{account}{rest}"


def date(at: int | None) -> str | None:
    """RFC 2822, as in `Fri, 24 May 2019 17:44:46 +0000`."""
    return None if at is None else format_datetime(datetime.fromtimestamp(at // 1_000_000, UTC))


def account(one: Account) -> dict[str, Any]:
    parts = {"messages": "Messages", "incoming_phone_numbers": "IncomingPhoneNumbers"}
    return {
        "sid": one.sid,
        "owner_account_sid": one.sid,
        "friendly_name": one.name,
        "status": "active",
        "type": "Full",
        "auth_token": one.token,
        "date_created": date(one.created),
        "date_updated": date(one.created),
        "uri": account_url(one.sid, ".json"),
        "subresource_uris": {k: account_url(one.sid, f"/{v}.json") for k, v in parts.items()},
    }


def message(one: Message) -> dict[str, Any]:
    here = account_url(one.account, f"/Messages/{one.sid}")
    undecided = one.status == "accepted"
    error = None if one.error is None else ERRORS.get(one.error, "Delivery failed")
    return {
        "account_sid": one.account,
        "api_version": VERSION,
        "body": one.body,
        "date_created": date(one.created),
        "date_sent": date(one.sent),
        "date_updated": date(one.updated),
        "direction": one.direction,
        "error_code": one.error,
        "error_message": error,
        "from": None if undecided else one.sender,
        "messaging_service_sid": one.service or None,
        "num_media": str(len(one.media)),
        "num_segments": "0" if undecided else str(one.segments),
        "price": None if one.sent is None else f"{-PRICE * one.segments:.5f}",
        "price_unit": "USD",
        "sid": one.sid,
        "status": one.status,
        "subresource_uris": {"media": f"{here}/Media.json"},
        "to": one.recipient,
        "uri": f"{here}.json",
    }


def media(one: Message) -> list[dict[str, Any]]:
    """What a person attached; the SIDs are made from the text's own."""
    if one.direction != "inbound":
        return []
    here = f"/Messages/{one.sid}/Media"
    sids = [f"ME{one.sid[2:-2]}{n:02x}" for n in range(len(one.media))]
    return [
        {
            "sid": sid,
            "account_sid": one.account,
            "parent_sid": one.sid,
            "content_type": guess_type(url)[0] or "application/octet-stream",
            "date_created": date(one.created),
            "date_updated": date(one.updated),
            "uri": account_url(one.account, f"{here}/{sid}.json"),
        }
        for sid, url in zip(sids, one.media, strict=True)
    ]


def number(one: Number) -> dict[str, Any]:
    unset = (
        "address_sid bundle_sid emergency_address_sid identity_sid trunk_sid "
        "voice_application_sid voice_fallback_url voice_url"
    ).split()
    return dict.fromkeys(unset) | {
        "sid": one.sid,
        "account_sid": one.account,
        "friendly_name": one.name or one.number,
        "phone_number": one.number,
        "address_requirements": "none",
        "api_version": VERSION,
        "beta": False,
        "capabilities": {"voice": False, "sms": one.sms, "mms": one.sms, "fax": False},
        "date_created": date(one.created),
        "date_updated": date(one.updated),
        "emergency_address_status": "unregistered",
        "emergency_status": "Inactive",
        "origin": "twilio",
        "sms_application_sid": one.sms_application_sid or None,
        "sms_fallback_method": one.sms_fallback_method,
        "sms_fallback_url": one.sms_fallback_url,
        "sms_method": one.sms_method,
        "sms_url": one.sms_url,
        "status": "in-use",
        "status_callback": one.status_callback,
        "status_callback_method": one.status_callback_method,
        "type": "local",
        "uri": account_url(one.account, f"/IncomingPhoneNumbers/{one.sid}.json"),
        "voice_caller_id_lookup": False,
        "voice_fallback_method": "POST",
        "voice_method": "POST",
        "voice_receive_mode": "voice",
    }


def service(one: Service) -> dict[str, Any]:
    here = f"/v1/Services/{one.sid}"
    return {
        "sid": one.sid,
        "account_sid": one.account,
        "friendly_name": one.name or one.sid,
        "date_created": iso(one.created),
        "date_updated": iso(one.created),
        "inbound_request_url": one.inbound_request_url or None,
        "inbound_method": one.inbound_method,
        "fallback_url": one.fallback_url or None,
        "fallback_method": one.fallback_method,
        "status_callback": None,
        "sticky_sender": True,
        "smart_encoding": False,
        "mms_converter": True,
        "area_code_geomatch": True,
        "validity_period": 36_000,
        "use_inbound_webhook_on_number": one.use_inbound_webhook_on_number,
        "usecase": "undeclared",
        "url": here,
        "links": {"phone_numbers": f"{here}/PhoneNumbers"},
    }


def pooled(one: Number) -> dict[str, Any]:
    """A number as its messaging service tells it."""
    return {
        "sid": one.sid,
        "account_sid": one.account,
        "service_sid": one.service,
        "phone_number": one.number,
        "country_code": "US",
        "capabilities": ["SMS", "MMS"] if one.sms else [],
        "date_created": iso(one.created),
        "date_updated": iso(one.updated),
        "url": f"/v1/Services/{one.service}/PhoneNumbers/{one.sid}",
    }


def page(
    path: str, query: Mapping[str, str], sids: Sequence[str]
) -> tuple[slice, dict[str, Any]] | str:
    """
    Which of `sids` stand on the page that `query` asks for, and what surrounds them.

    A PageToken names the resource that a page begins after (`PA…`) or ends before (`PB…`), so
    that nothing is skipped or repeated when new ones come. A text is why it cannot be told.
    """
    asked, given = query.get("PageSize", str(PER_PAGE)), query.get("Page", "0")
    if not (asked.isdigit() and given.isdigit() and int(asked) > 0):
        return "PageSize and Page are whole numbers"
    size, at, token = min(int(asked), MOST_PER_PAGE), int(given), query.get("PageToken", "")
    if not token:
        begin = at * size
    elif token[2:] not in sids or token[:2] not in ("PA", "PB"):
        return "PageToken leads nowhere any more"
    elif token.startswith("PA"):
        begin = sids.index(token[2:]) + 1
    else:
        begin = max(0, sids.index(token[2:]) - size)
    end = min(begin + size, len(sids))
    filters = {k: v for k, v in query.items() if k not in ("PageSize", "Page", "PageToken")}

    def uri(page: int, token: str = "") -> str:
        found = filters | {"PageSize": str(size), "Page": str(page)}
        return f"{path}?{urlencode(found | ({'PageToken': token} if token else {}))}"

    return slice(begin, end), {
        "first_page_uri": uri(0),
        "next_page_uri": uri(at + 1, f"PA{sids[end - 1]}") if end < len(sids) else None,
        "previous_page_uri": uri(at - 1, f"PB{sids[begin]}") if at and begin < end else None,
        "page": at,
        "page_size": size,
        "start": at * size,
        "end": at * size + max(0, end - begin - 1),
        "uri": uri(at, token),
    }
