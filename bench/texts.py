"""Webhooks that were signed beforehand, and who is in them."""

from __future__ import annotations

import hashlib
import hmac
import math
from base64 import b64encode
from dataclasses import dataclass
from urllib.parse import urlencode

ACCOUNT = "AC00112233445566778899aabbccddeeff"
TOKEN = "0123456789abcdef0123456789abcdef"
PUBLIC = "https://bench.example.com"
CONTACTS = 5_000
MOST_OF_ONE = 20
"""Texts of one contact: more within minutes, and what guards against loops would step in."""
STEP = 7_919
"""How far one text's contact is from the next one's: a prime, so that all have their turn."""

SIDS = ("MessageSid", "SmsSid", "SmsMessageSid")
PLACES = {
    "AccountSid": ACCOUNT,
    "ApiVersion": "2010-04-01",
    "ToCountry": "US",
    "ToState": "CA",
    "ToCity": "",
    "ToZip": "",
    "FromCountry": "US",
    "FromState": "CA",
    "FromCity": "SAN FRANCISCO",
    "FromZip": "94103",
    "SmsStatus": "received",
    "NumMedia": "0",
    "NumSegments": "1",
}


@dataclass(frozen=True, slots=True)
class Text:
    """One signed webhook, ready to be written to a socket; `body` is what is echoed."""

    body: str
    request: bytes


def address(endpoint: int) -> str:
    """The endpoint's address, by its number from 0."""
    return f"bench-{endpoint}"


def ours(endpoint: int) -> str:
    """The phone number that is texted."""
    return f"+1555{1_000_000 + endpoint}"


def contact(number: int) -> str:
    """The phone number that texts. A contact always texts the same endpoint."""
    return f"+1555{2_000_000 + number}"


def sid(what: str, number: int) -> str:
    """In no order, as a provider's are: an index over them is written all over."""
    return f"SM{hashlib.md5(f'{what} {number}'.encode()).hexdigest()}"


def contacts_for(count: int) -> int:
    """How many it takes to send so many texts."""
    return CONTACTS * max(1, math.ceil(count / MOST_OF_ONE / CONTACTS))


def form(number: int, contacts: int, endpoints: int) -> dict[str, str]:
    """What is posted for text `number`, counted from 0. Consecutive ones differ in contact."""
    who = number * STEP % contacts
    said = {
        "To": ours(who % endpoints),
        "From": contact(who),
        "Body": f"This is text number {number}, is anybody there?",
    }
    return PLACES | said | dict.fromkeys(SIDS, sid("text", number))


def signed(count: int, contacts: int = 0, endpoints: int = 1) -> list[Text]:
    """The first `count` texts, each with its own MessageSid. 0 is `contacts_for` them."""
    contacts = contacts or contacts_for(count)
    return [_signed(number, contacts, endpoints) for number in range(count)]


def _signed(number: int, contacts: int, endpoints: int) -> Text:
    fields = form(number, contacts, endpoints)
    path = f"/v1/engage/{address(number * STEP % contacts % endpoints)}"
    told = PUBLIC + path + "".join(name + fields[name] for name in sorted(fields))
    signature = b64encode(hmac.digest(TOKEN.encode(), told.encode(), hashlib.sha1)).decode()
    content = urlencode(fields)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench.example.com\r\n"
        f"X-Twilio-Signature: {signature}\r\n"
        "I-Twilio-Idempotency-Token: 2b1f4f0e-3f53-4d0c-9c63-000000000000\r\n"
        "User-Agent: TwilioProxy/1.1\r\nAccept: */*\r\n"
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    return Text(fields["Body"], f"{head}{content}".encode())
