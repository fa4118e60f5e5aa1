"""
An integration of somebody's own: they post what contacts say, and get what the bot says.

They post, with `Authorization: Bearer KEY`,

    {"Type": "message", "Value": "Hi!", "CustomerReference": "…", "Context": {"name": "Ann"}}

to `/v1/engage/{Address}` or `/picard/v1/engage/{Address}`, and get `200 {}`, or `401
Unauthorized`. The reference is any text that stands for the contact. `Context` is optional and
merged into what the bot knows about them; `{"Type": "context", "Value": {…}}` brings nothing
else. A `MessageId`, or the header `Idempotency-Key`, keeps a message that is posted again from
counting twice.

What the bot says is posted to `EngagementConfig.Url` with the same header, one event each:

    {"Messages": ["Hello!"], "CustomerReference": "…", "ContentType": "TimelineMarkup"}

or with `Markdown`, a list of elements as JSON, or `HostNotification`, a text, in place of
`Messages`. Any 2xx is an answer. `Idempotency-Key` is the same when an event is posted again.

    wire       what is posted, both ways     pure
    document   what an endpoint may say      pure
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal
from uuid import uuid4

import orjson

from threadline.channels.webhook import document, wire
from threadline.egress import Client
from threadline.errors import (
    AnswerTooLarge,
    Forbidden,
    Invalid,
    Misconfigured,
    NotSent,
    RequestFailed,
    Uncertain,
    UnknownAddress,
    Unreachable,
    WrongKey,
)
from threadline.model.checks import Check
from threadline.model.endpoint import Endpoint
from threadline.model.engagement import Engagement
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
    Status,
    Window,
)
from threadline.model.plain import clean
from threadline.model.timeline import Element
from threadline.ports import Clock, SecretValue

label = "Webhook"
by_number = False
reaches: Literal["provider", "user"] = "user"
secret_fields: tuple[str, ...] = ("",)
template: Template | None = document.TEMPLATE
fields: tuple[Field, ...] = document.OWN
check = document.check
check_secret = document.check_secret


@dataclass(frozen=True, slots=True)
class WebhookChannel:
    """`draw` makes an id for a message that came without one."""

    ack: ClassVar[Ack] = Ack(b"{}", "application/json")
    account: ClassVar[str] = ""
    number: ClassVar[str] = ""

    address: str
    url: str
    key: str = field(repr=False)
    client: Client = field(repr=False)
    draw: Callable[[], str] = field(default=lambda: uuid4().hex, repr=False)

    def read(self, hook: Hook) -> Read:
        if hook.rest:
            raise UnknownAddress(f"Nothing listens at {hook.rest!r} of an endpoint")
        given = hook.headers.get("authorization") or ""
        expected = f"Bearer {self.key}"
        if not hmac.compare_digest(given.encode(errors="replace"), expected.encode()):
            raise WrongKey("Authorization is not `Bearer` with the key of the endpoint")
        said = wire.document(hook.body)
        contact = wire.reference(said)
        id = said.get("MessageId") or hook.headers.get("idempotency-key")
        text, context, alone = wire.content(said)
        return Inbound(
            provider_id=f"webhook-{self.draw() if id is None else wire.named(contact, id)}",
            contact=contact,
            ours=self.address,
            sender=f"webhook/{self.address}",
            text=clean(text),
            params=(("JSON", hook.body.decode()),),
            context=context,
            alone=alone,
        )

    def render(self, element: Element, number: int = 1) -> tuple[Draft, ...] | Discarded:
        return wire.render(element)

    async def send(self, outgoing: Outgoing) -> Accepted:
        try:
            answer = await self.client.request(
                "POST",
                self.url,
                data=orjson.dumps(wire.event(outgoing)),
                content_type="application/json",
                headers={
                    "Authorization": f"Bearer {self.key}",
                    "Idempotency-Key": outgoing.key,
                },
                timeout=outgoing.timeout,
            )
        except AnswerTooLarge:
            return Accepted(f"webhook-{outgoing.attempt}", Status.DELIVERED)
        except Forbidden as why:
            raise Misconfigured(str(why)) from why
        except NotSent as why:
            raise Unreachable(str(why)) from why
        except RequestFailed as why:
            raise Uncertain(str(why)) from why
        if 200 <= answer.status < 300:
            return Accepted(f"webhook-{outgoing.attempt}", Status.DELIVERED)
        raise wire.failure(answer)

    async def find(self, window: Window) -> Sequence[Found]:
        """An integration has no list to look at."""
        return []

    async def arrived(self, since: int, until: int) -> Sequence[Inbound]:
        return []

    async def examine(self, urls: Sequence[str], fallbacks: Sequence[str]) -> list[Check]:
        """Whether it may be called: whoever listens there would take more for a message."""
        try:
            self.client.check(self.url)
        except Forbidden as why:
            mend = "Mend `EngagementConfig.Url`, or open its network."
            return [Check("integration", "wrong", str(why), mend)]
        return [Check("integration", "ok", f"What the bot says is posted to {self.url}.")]


def open(
    endpoint: Endpoint,
    secret: SecretValue | None,
    *,
    client: Client,
    base_url: str,
    public_url: str,
    clock: Clock,
) -> WebhookChannel:
    """Raises `Invalid`."""
    problems = check_secret("" if secret is None else secret, "secret.")
    if problems:
        raise Invalid(problems)
    return WebhookChannel(
        endpoint.address, str(endpoint.config.get("Url") or ""), str(secret), client
    )


def render(
    element: Element, engagement: Engagement, number: int = 1
) -> tuple[Draft, ...] | Discarded:
    """No setting changes what is posted. Pure."""
    return wire.render(element)


def route(endpoint_document: Mapping[str, Any], secret: SecretValue | None) -> str | None:
    """Any number of endpoints may talk to one integration."""
    return None


def pace(endpoint_document: Mapping[str, Any], secret: SecretValue | None) -> float | None:
    """As fast as the integration answers."""
    return None
