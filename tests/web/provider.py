"""Posts to Threadline as Twilio does: every field, signed by Twilio's own SDK."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from tests.world import ADDRESS, ANN, Account
from threadline.egress import Answer, Egress

FORM = "application/x-www-form-urlencoded"
EMPTY = b'<?xml version="1.0" encoding="UTF-8"?><Response/>'

Fields = Sequence[tuple[str, str]]


def new_sid() -> str:
    return f"SM{secrets.token_hex(16)}"


def sign(token: str, url: str, fields: Fields = ()) -> dict[str, str]:
    """The header that the official SDK would put there."""
    signature = RequestValidator(token).compute_signature(url, dict(fields))
    return {"X-Twilio-Signature": str(signature)}


@dataclass
class Provider:
    """One account's webhooks, posted to the server at `url` by the test itself."""

    egress: Egress
    url: str
    account: Account
    address: str = ADDRESS

    def fields(self, body: str, handset: str = ANN, sid: str = "", **more: str) -> Fields:
        """What Twilio posts for a text; `more` replaces and adds."""
        sid = sid or new_sid()
        usual = {
            "ToCountry": "US",
            "FromCity": "",
            "SmsMessageSid": sid,
            "NumMedia": "0",
            "SmsSid": sid,
            "SmsStatus": "received",
            "Body": body,
            "To": self.account.number,
            "NumSegments": "1",
            "MessageSid": sid,
            "AccountSid": self.account.sid,
            "From": handset,
            "ApiVersion": "2010-04-01",
        }
        return list((usual | more).items())

    def target(self, rest: str = "") -> str:
        return f"{self.url}/v1/engage/{self.address}{rest}"

    async def text(self, body: str, handset: str = ANN, sid: str = "", **more: str) -> Answer:
        """A person's text."""
        return await self.post(self.fields(body, handset, sid, **more))

    async def status(
        self, sid: str, status: str, attempt: object = None, **more: str
    ) -> Answer:
        """A status callback, with the attempt in its URL if there is one."""
        rest = "/status" if attempt is None else f"/status?m={attempt}"
        fields = {
            "MessageSid": sid,
            "MessageStatus": status,
            "SmsSid": sid,
            "SmsStatus": status,
            "AccountSid": self.account.sid,
            "From": self.account.number,
            "To": ANN,
            "ApiVersion": "2010-04-01",
        }
        return await self.post(list((fields | more).items()), rest)

    async def post(
        self,
        fields: Fields,
        rest: str = "",
        *,
        token: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Signed with the account's token or another; `headers` replace the signature's."""
        url = self.target(rest)
        signed = sign(self.account.token if token is None else token, url, fields)
        given = signed if headers is None else headers
        return await self.egress.provider.request("POST", url, form=fields, headers=given)

    async def get(self, fields: Fields, rest: str = "", token: str | None = None) -> Answer:
        """As for a number whose webhook is set to GET: the URL has everything."""
        url = f"{self.target(rest)}?{urlencode(fields)}"
        signed = sign(token or self.account.token, url)
        return await self.egress.provider.request("GET", url, headers=signed)


def message_of(entry: dict[str, Any]) -> tuple[str, str]:
    """Who said what, for an entry of the timeline."""
    element = entry["element"]
    return entry["author"], str(element.get("message", element.get("text", element["type"])))
