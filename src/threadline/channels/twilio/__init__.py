"""
Texts by Twilio's SMS.

    account    who we are to Twilio: the secret    pure
    signature  whether it was Twilio               pure
    hooks      what Twilio posts to us             pure
    codes      what Twilio's errors mean           pure
    api        what we ask of Twilio               the only I/O here
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, assert_never
from urllib.parse import urlsplit

from threadline.channels.twilio import account, hooks, signature
from threadline.channels.twilio.api import Api
from threadline.egress import Client
from threadline.errors import Problem
from threadline.model.endpoint import Endpoint
from threadline.model.messages import (
    Accepted,
    Ack,
    Discarded,
    Draft,
    Found,
    Hook,
    Outgoing,
    Read,
    Window,
)
from threadline.model.plain import clean
from threadline.model.srn import Srn
from threadline.model.timeline import (
    Element,
    Goal,
    HostNotification,
    Markup,
    Media,
    Note,
    Suggestions,
    Text,
)
from threadline.ports import SecretValue

ENGAGE = "/v1/engage/"

secret_fields: tuple[str, ...] = account.FIELDS
check_secret = account.check


@dataclass(frozen=True, slots=True)
class TwilioChannel:
    """`public_url` is the address that Twilio was given for us, without its path to hooks."""

    ack: ClassVar[Ack] = Ack(
        b'<?xml version="1.0" encoding="UTF-8"?><Response/>', "text/xml; charset=utf-8"
    )

    api: Api = field(repr=False)
    public_url: str = ""

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

    def render(self, element: Element) -> Draft | Discarded:
        return render(element)

    async def send(self, outgoing: Outgoing) -> Accepted:
        callback = self._public(outgoing.callback)
        return await self.api.create_message(replace(outgoing, callback=callback))

    async def find(self, window: Window) -> Sequence[Found]:
        return await self.api.list_messages(window)

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
) -> TwilioChannel:
    """`EngagementConfig.PublicUrl` goes before `public_url`. Raises `Invalid`."""
    us = account.read(secret, "secret.")
    own = endpoint.config.get("PublicUrl")
    public = own if isinstance(own, str) and own else public_url
    api = Api(us, client, (base_url or us.host).rstrip("/"))
    return TwilioChannel(api, public.rstrip("/"))


def route(endpoint_document: Mapping[str, Any], secret: SecretValue | None) -> str | None:
    """The account and its sender; nothing while the secret is missing or wrong. Pure."""
    return None if account.check(secret) else account.read(secret).sender


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


def render(element: Element) -> Draft | Discarded:
    """Only words go by SMS. Pure. Never raises."""
    match element:
        case Text(text):
            sent = clean(text)
            if sent.strip():
                return Draft(sent)
            return Discarded("The text is empty, and Twilio refuses empty texts.")
        case Media():
            return Discarded("A picture or file cannot be sent by SMS; put a link in a text.")
        case Suggestions():
            return Discarded(
                "A menu of suggestions cannot be shown by SMS; the contact can type the option."
            )
        case HostNotification():
            return Discarded("A notification is for a web page, and a phone has none.")
        case Goal():
            return Discarded("A goal is a record; there is nothing to say.")
        case Note():
            return Discarded("A note is for the operator and is never sent.")
        case Markup(name):
            return Discarded(f"An element of type {name!r} cannot be shown by SMS.")
        case _:
            assert_never(element)
