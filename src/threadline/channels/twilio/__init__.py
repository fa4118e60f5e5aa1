"""
Texts by Twilio's SMS.

    account    who we are to Twilio: the secret    pure
    signature  whether it was Twilio               pure
    hooks      what Twilio posts to us             pure
    words      what goes by SMS                    pure
    codes      what Twilio's errors mean           pure
    api        how Twilio is asked                 the only I/O here
    lists      which texts Twilio has              asks by api
    checks     what is set up there                asks by api
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

from threadline.channels.twilio import account, checks, hooks, lists, signature, words
from threadline.channels.twilio.api import Api
from threadline.egress import Client
from threadline.errors import Problem
from threadline.model import phone
from threadline.model.checks import Check
from threadline.model.endpoint import Endpoint
from threadline.model.engagement import Engagement
from threadline.model.engagement_fields import FIELDS, SECRET
from threadline.model.fields import Field, Template
from threadline.model.messages import (
    Accepted,
    Ack,
    Discarded,
    Draft,
    Found,
    Hook,
    Inbound,
    Outgoing,
    Read,
    Window,
)
from threadline.model.srn import Srn
from threadline.model.timeline import Element
from threadline.ports import Clock, SecretValue

ENGAGE = "/v1/engage/"
LONG_CODE, TOLL_FREE, OTHER_CHANNEL, SHORT_CODE = 1.0, 3.0, 80.0, 100.0
"""Segments a second: https://help.twilio.com/articles/115002943027"""

label = "Twilio SMS"
by_number = True
reaches: Literal["provider", "user"] = "provider"
secret_fields: tuple[str, ...] = account.FIELDS
template: Template | None = account.TEMPLATE
check_secret = account.check
fields: tuple[Field, ...] = (
    SECRET,
    Field(
        "PublicUrl",
        "Public URL",
        "How Twilio reaches this endpoint, if not by `THREADLINE_PUBLIC_URL`.",
        group="Account",
        example="https://sms.example.com",
    ),
    *FIELDS,
)


@dataclass(frozen=True, slots=True)
class TwilioChannel:
    """
    `public_url` is the address that Twilio was given for us, without its path to hooks.
    `smart` writes typographic characters in GSM-7, which makes texts cheaper. `in_text` says
    in words what SMS cannot show.
    """

    ack: ClassVar[Ack] = Ack(
        b'<?xml version="1.0" encoding="UTF-8"?><Response/>', "text/xml; charset=utf-8"
    )

    api: Api = field(repr=False)
    public_url: str = ""
    smart: bool = True
    in_text: bool = False

    @property
    def account(self) -> str:
        return self.api.account.sid

    @property
    def number(self) -> str:
        return self.api.account.number

    def read(self, hook: Hook) -> Read:
        said, us = hooks.params(hook), self.api.account
        signature.check(
            self._public(hook.url),
            () if hook.method == "GET" else said,
            hook.headers,
            hook.body,
            tokens=us.tokens,
            shared_keys=us.shared_keys,
        )
        return hooks.read(said, hook.rest, hook.query, us)

    def render(self, element: Element, number: int = 1) -> tuple[Draft, ...] | Discarded:
        return words.render(element, self.smart, self.in_text, number)

    async def send(self, outgoing: Outgoing) -> Accepted:
        callback = self._public(outgoing.callback)
        return await self.api.create_message(outgoing, callback)

    async def find(self, window: Window) -> Sequence[Found]:
        return await lists.sent(self.api, window)

    async def arrived(self, since: int, until: int) -> Sequence[Inbound]:
        return await lists.arrived(self.api, since, until)

    async def examine(self, urls: Sequence[str], fallbacks: Sequence[str]) -> list[Check]:
        return await checks.examine(self.api, urls, fallbacks)

    def _public(self, url: str) -> str:
        _, engage, rest = url.partition(ENGAGE)
        return f"{self.public_url}{engage}{rest}" if self.public_url and engage else url


def open(
    endpoint: Endpoint,
    secret: SecretValue | None,
    *,
    client: Client,
    base_url: str,
    public_url: str,
    clock: Clock,
) -> TwilioChannel:
    """`EngagementConfig.PublicUrl` goes before `public_url`. Raises `Invalid`."""
    us = account.read(secret, "secret.")
    own = endpoint.config.get("PublicUrl")
    public = own if isinstance(own, str) and own else public_url
    api = Api(us, client, (base_url or us.host).rstrip("/"), clock)
    said = endpoint.engagement
    return TwilioChannel(api, public.rstrip("/"), said.smart, said.in_text)


def render(
    element: Element, engagement: Engagement, number: int = 1
) -> tuple[Draft, ...] | Discarded:
    """Pure."""
    return words.render(element, engagement.smart, engagement.in_text, number)


def route(endpoint_document: Mapping[str, Any], secret: SecretValue | None) -> str | None:
    """The account and its sender; nothing while the secret is missing or wrong. Pure."""
    return None if account.check(secret) else account.read(secret).sender


def pace(endpoint_document: Mapping[str, Any], secret: SecretValue | None) -> float | None:
    """
    `EngagementConfig.MessagesPerSecond`, or else what Twilio grants a sender of that kind; a
    messaging service spreads texts over its numbers by itself. Pure.
    """
    config = endpoint_document.get("EngagementConfig")
    said = config.get("MessagesPerSecond") if isinstance(config, Mapping) else None
    if isinstance(said, int | float) and not isinstance(said, bool) and said > 0:
        return float(said)
    if account.check(secret):
        return None
    us = account.read(secret)
    if us.service:
        return None
    if ":" in us.number:
        return OTHER_CHANNEL
    if phone.is_toll_free(us.number):
        return TOLL_FREE
    return LONG_CODE if us.number.startswith("+") else SHORT_CODE


def check(endpoint_document: Mapping[str, Any], at: str = "") -> list[Problem]:
    """An endpoint that is offline may still lack its secret. Pure."""
    found = endpoint_document.get("EngagementConfig")
    config = found if isinstance(found, Mapping) else {}
    online = endpoint_document.get("Status") == "online"
    return [
        *_check_secret_name(config.get("Secret"), online, f"{at}EngagementConfig.Secret"),
        *_check_public_url(config.get("PublicUrl"), f"{at}EngagementConfig.PublicUrl"),
    ]


def _check_secret_name(name: Any, online: bool, path: str) -> list[Problem]:
    if name in (None, ""):
        if not online:
            return []
        message = "The endpoint has no secret, so it cannot talk to Twilio."
        mend = "Store a secretdoc with accountSid, authToken and phoneNumber; write its SRN."
        return [Problem("secret_missing", path, message, mend)]
    mend = "Write it as srn:vault::ORG:secretdoc:ALIAS."
    try:
        srn = Srn.parse(str(name))
    except ValueError:
        return [Problem("srn_invalid", path, "It is not the SRN of a secret.", mend)]
    if srn.type != "secretdoc":
        message = "It names a plain text; Twilio needs several."
        return [Problem("secret_type", path, message, mend)]
    return []


def _check_public_url(url: Any, path: str) -> list[Problem]:
    if url in (None, ""):
        return []
    message = f"{url!r} is not an address that Twilio can call."
    mend = "Write the part before /v1/engage/, as in https://sms.example.com."
    problem = Problem("public_url_invalid", path, message, mend)
    try:
        parts = urlsplit(url if isinstance(url, str) else "")
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        return [problem]
    extra = parts.username is not None or parts.query or parts.fragment
    return [] if usable and not extra and "_" not in parts.netloc else [problem]
