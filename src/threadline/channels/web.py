"""
A visitor's page or script: every bot's default endpoint.

It posts `{"Type": "message", "Value": "Hi", "CustomerReference": "…"}`. The reference is the
visitor's only proof of who they are, so it has to be long and not to be guessed. A
`MessageId` of the page's own keeps a message that is posted again from counting twice. An
empty `Value` opens the conversation: a flow says what stands after its Start.

An option whose `interactionType` is "utterance" is posted as a message with its title as
`Value`. What is done with an element whose `interactionType` is "event" is posted as

    {"Type": "markupInteraction", "CustomerReference": "…", "Value":
        {"source": "buttonPromptContainer", "id": "yes", "title": "Yes",
         "entry": "17-4", "data": {}}}

`source` is the `type` of the element; `id` and `title` are those of the option, the item or
the button, for stars both the number, for a detail view the id is "completed" or "cancelled".
`entry` (the message of the timeline that is the element) and `data` (anything that the bot
should know) may be left out. What came stands on the timeline as `MarkupInteraction`.

What the bot says is delivered by being on the timeline, where the page reads it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal
from uuid import uuid4

import orjson

from threadline.egress import Client
from threadline.errors import Malformed, Problem, Unauthentic, UnknownAddress
from threadline.model.checks import Check
from threadline.model.endpoint import Endpoint
from threadline.model.engagement import Engagement
from threadline.model.engagement_fields import CONVERSATION, FIELDS, LIMITS
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
    Shown,
    Status,
    Window,
)
from threadline.model.plain import clean
from threadline.model.timeline import (
    Element,
    Goal,
    Markup,
    MarkupInteraction,
    Media,
    Note,
    Redacted,
    Text,
    from_json,
)
from threadline.ports import Clock, SecretValue

LONGEST_TEXT = 10_000
_REFERENCE = re.compile(r"\S{16,200}")
_ORIGIN = re.compile(r"https?://(?P<host>[a-z0-9._-]+|\[[0-9a-f:.]+])(?::[0-9]{1,5})?")
_BELOW = re.compile(r"\*\.[a-z0-9._-]+")

label = "Web"
by_number = False
reaches: Literal["provider", "user"] = "provider"
secret_fields: tuple[str, ...] = ()
template: Template | None = None
fields: tuple[Field, ...] = tuple(one for one in FIELDS if one.group in (CONVERSATION, LIMITS))


@dataclass(frozen=True, slots=True)
class WebChannel:
    """`draw` makes an id for a message that came without one."""

    ack: ClassVar[Ack] = Ack(b"{}", "application/json")

    address: str
    domains: tuple[str, ...] = ()
    draw: Callable[[], str] = field(default=lambda: uuid4().hex, repr=False)

    def read(self, hook: Hook) -> Read:
        if hook.rest:
            raise UnknownAddress(f"Nothing listens at {hook.rest!r} of an endpoint")
        origin = hook.headers.get("origin")
        foreign = origin is not None and not _is_own(origin, hook)
        if foreign and self.domains and not is_allowed(str(origin), self.domains):
            raise Unauthentic(f"{origin!r} is not among the endpoint's AllowedDomains")
        said = _document(hook.body)
        value, reference = said.get("Value"), said.get("CustomerReference")
        event = None
        if said.get("Type") == "message":
            text = _text(value)
        elif said.get("Type") == "markupInteraction":
            event = _interaction(value)
            text = event.title or event.id
        else:
            raise Malformed('Type has to be "message" or "markupInteraction"')
        if not isinstance(reference, str) or not is_reference(reference):
            raise Unauthentic("CustomerReference needs 16 to 200 characters and no blanks")
        if "\0" in reference:
            raise Malformed("CustomerReference has a NUL in it")
        return Inbound(
            provider_id=self._id(reference, said.get("MessageId")),
            contact=reference,
            ours=self.address,
            sender=f"web/{self.address}",
            text=clean(text),
            params=(("JSON", hook.body.decode()),),
            event=event,
        )

    def _id(self, reference: str, given: Any) -> str:
        """A visitor's own id keeps a repeat from counting twice, and is theirs alone."""
        if given is None:
            return f"web-{self.draw()}"
        if not isinstance(given, str) or not 0 < len(given) <= 200:
            raise Malformed("MessageId has to be a text of 1 to 200 characters")
        whole = f"{reference}\0{given}".encode()
        return f"web-{hashlib.sha256(whole).hexdigest()[:32]}"

    @property
    def account(self) -> str:
        return ""

    @property
    def number(self) -> str:
        return ""

    def render(
        self, element: Element, number: int = 1
    ) -> tuple[Draft, ...] | Shown | Discarded:
        """A page shows everything that a bot can say; only texts are sent as such."""
        match element:
            case Text(text) if text.strip():
                return (Draft(clean(text)),)
            case Text():
                return Discarded("The text is empty.")
            case Media(url) if not url.lower().startswith(("https://", "http://")):
                return Discarded("Its URL is none that a page may open.")
            case Goal():
                return Discarded("A goal is a record; there is nothing to say.")
            case Note():
                return Discarded("A note is for the operator and is never sent.")
            case Redacted():
                return Discarded("Of what was redacted nothing is left to say.")
            case MarkupInteraction():
                return Discarded("An interaction is what a visitor does; no bot says it.")
            case Markup(name):
                return Discarded(f"No page knows an element of type {name!r}.")
            case _:
                return Shown()

    async def send(self, outgoing: Outgoing) -> Accepted:
        return Accepted(f"web-{outgoing.attempt}", Status.DELIVERED)

    async def find(self, window: Window) -> Sequence[Found]:
        return []

    async def arrived(self, since: int, until: int) -> Sequence[Inbound]:
        return []

    async def examine(self, urls: Sequence[str], fallbacks: Sequence[str]) -> list[Check]:
        return [Check("page", "ok", "It needs no provider, so there is nothing to set up.")]


def open(
    endpoint: Endpoint,
    secret: SecretValue | None,
    *,
    client: Client,
    base_url: str,
    public_url: str,
    clock: Clock,
) -> WebChannel:
    """Needs neither a secret nor a client."""
    domains = endpoint.document.get("AllowedDomains") or ()
    return WebChannel(endpoint.address, tuple(one for one in domains if isinstance(one, str)))


def render(
    element: Element, engagement: Engagement, number: int = 1
) -> tuple[Draft, ...] | Shown | Discarded:
    """No setting changes what a page shows. Pure."""
    return WebChannel("").render(element, number)


def route(endpoint_document: Mapping[str, Any], secret: SecretValue | None) -> str | None:
    """Any number of endpoints may be on the web."""
    return None


def pace(endpoint_document: Mapping[str, Any], secret: SecretValue | None) -> float | None:
    """A page reads as fast as it likes."""
    return None


def check_secret(value: SecretValue, at: str = "") -> list[Problem]:
    """It needs none, so whatever there is will do."""
    return []


def check(endpoint_document: Mapping[str, Any], at: str = "") -> list[Problem]:
    """Pure."""
    domains = endpoint_document.get("AllowedDomains")
    mend = "Write it as in `*.example.com` or `https://example.com`."
    return [
        Problem("domain_invalid", f"{at}AllowedDomains[{n}]", f"{one!r} is no domain.", mend)
        for n, one in enumerate(domains if isinstance(domains, list) else ())
        if not (isinstance(one, str) and _is_domain(one))
    ]


def is_reference(written: str) -> bool:
    """Whether it may be a visitor's: long enough that it need not be easy to guess. Pure."""
    return bool(_REFERENCE.fullmatch(written))


def is_allowed(origin: str, domains: Sequence[str]) -> bool:
    """
    Whether a page of this origin may talk here: it has one of the origins that are listed, or
    its host lies below a `*.` domain. Pure.
    """
    said = _ORIGIN.fullmatch(origin.lower())
    if not said:
        return False
    return any(
        said["host"].endswith(domain[1:].lower())
        if domain.startswith("*.")
        else _plain(said[0]) == _plain(domain.lower())
        for domain in domains
        if _is_domain(domain)
    )


def _is_own(origin: str, hook: Hook) -> bool:
    """
    Whether it is a page of this server, such as its messenger. A script in a page can write
    neither header (Fetch standard, 2.2.2).
    """
    same = hook.headers.get("sec-fetch-site") == "same-origin"
    return same or hook.url.startswith(f"{origin}/")


def _is_domain(written: str) -> bool:
    plain = written.lower().removesuffix("/")
    return bool(_BELOW.fullmatch(written.lower()) or _ORIGIN.fullmatch(plain))


def _plain(origin: str) -> str:
    """Without a closing slash, and without the port that the scheme has anyway."""
    origin = origin.removesuffix("/")
    return origin.removesuffix(":443" if origin.startswith("https:") else ":80")


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise Malformed(f"Value has to be a text of at most {LONGEST_TEXT} characters")
    return value


def _interaction(value: Any) -> MarkupInteraction:
    try:
        fits = isinstance(value, dict) and len(orjson.dumps(value)) <= LONGEST_TEXT
    except orjson.JSONEncodeError:
        raise Malformed("Value is nested too deeply") from None
    if not fits:
        raise Malformed(f"Value has to be an object of at most {LONGEST_TEXT} bytes")
    written = {k: clean(v) if isinstance(v, str) else v for k, v in value.items()}
    try:
        found = from_json({**written, "type": "markupInteraction"})
    except ValueError as why:
        raise Malformed(f"In Value, {why}") from None
    assert isinstance(found, MarkupInteraction)
    if not found.source or not (found.id or found.title):
        raise Malformed("Value needs a `source`, and an `id` or a `title`")
    return found


def _document(body: bytes) -> Mapping[str, Any]:
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Malformed("The body is not JSON") from None
    if not isinstance(said, dict):
        raise Malformed("The body is not a JSON object")
    return said
