"""
What crosses the wire, reduced to what the pipeline needs to know.

Once handed on, nobody changes one; what every text needs is not frozen for the reason given in
`model.rows`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from threadline.errors import Then
from threadline.model.choices import Choice
from threadline.model.timeline import MarkupInteraction, Media

Consent = Literal["stop", "start", "help"]


@dataclass(slots=True)
class Hook:
    """
    A request that a provider made to us, before anything of it is believed.

    `url` is the public one, as the provider signed it; `rest` is what follows the address in
    its path ("", "/fallback", "/status"); header names are in lower case.
    """

    method: str
    url: str
    rest: str
    query: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ack:
    """What a provider wants to hear once we have kept what it told us."""

    body: bytes = b""
    media_type: str = "text/plain; charset=utf-8"
    status: int = 200
    headers: tuple[tuple[bytes, bytes], ...] = ()


@dataclass(slots=True)
class Inbound:
    """
    One text from a contact.

    `provider_id` is unique per endpoint (Twilio: MessageSid). `contact` and `ours` are the two
    addresses as the provider wrote them, `sender` the name under which answers are paced and
    opt-outs are kept: the account with our number, or with its messaging service (`service`).
    `consent` is set when the text itself is about being texted, `answered` when the provider
    says that it has answered it already. `event` is what was done with an element, and `text`
    then its title. `flag` says why no bot is to be asked ("" = ask).
    `params` is every parameter as it came, blanks and repeats included. `sent_at` is set only
    on a text that was read from the provider's list: when the provider got it. `revokes` says
    that it reads as if the contact wants no more texts, in words of their own. `context` is
    merged into what is known about the contact, where None takes a name away; `alone` says
    that this is all there is, and no bot is asked.
    """

    provider_id: str
    contact: str
    ours: str
    sender: str
    text: str
    service: str = ""
    media: tuple[Media, ...] = ()
    consent: Consent | None = None
    answered: bool = False
    flag: str = ""
    params: tuple[tuple[str, str], ...] = ()
    sent_at: int | None = None
    revokes: bool = False
    event: MarkupInteraction | None = None
    context: Mapping[str, Any] | None = None
    alone: bool = False


class Status(StrEnum):
    """What became of a text at the provider, in the order in which it can happen."""

    ACCEPTED = "accepted"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELED = "canceled"
    READ = "read"

    @property
    def rank(self) -> int:
        """0 to 5; all final ones share 4, and only `read` comes after."""
        return _RANKS[self]

    @property
    def final(self) -> bool:
        return self.rank >= 4

    def advance(self, reported: Status) -> Status:
        """
        Callbacks come late and out of order, so a status only ever moves forward: the first
        final one stays, except that a delivered text can still be read.
        """
        if reported is Status.READ and self.final and self is not Status.DELIVERED:
            return self
        return reported if reported.rank > self.rank else self


_RANKS = {
    Status.ACCEPTED: 0,
    Status.QUEUED: 1,
    Status.SENDING: 2,
    Status.SENT: 3,
    Status.DELIVERED: 4,
    Status.UNDELIVERED: 4,
    Status.FAILED: 4,
    Status.CANCELED: 4,
    Status.READ: 5,
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """
    A status callback. `attempt` is our own id for the try it belongs to, from the URL. When
    the text failed, `reason` is the sentence for the operator and `then` what follows:
    `retry` it at most `tries` times, after `wait` microseconds each.
    """

    provider_id: str
    status: Status
    attempt: int | None = None
    provider_code: str | None = None
    reason: str = ""
    then: Then = "fail"
    wait: int = 0
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something true but of no consequence, such as a status that we do not know."""

    why: str


Read = Inbound | Receipt | Ignored


@dataclass(frozen=True, slots=True)
class Draft:
    """
    One text to be sent, rendered for one channel; `segments` are what it is charged as. The
    next one waits for `pause` microseconds. `options` are what it offers to choose from.
    """

    text: str
    segments: int = 1
    pause: int = 0
    options: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """An element that the channel shows by itself, from the timeline: no text is sent."""


@dataclass(frozen=True, slots=True)
class Discarded:
    """An element that the channel cannot say, and why."""

    reason: str


@dataclass(slots=True)
class Outgoing:
    """
    One attempt at one draft, as handed to a channel: everything a provider needs to know.

    `attempt` is our id of this try; it stands in the status callback's URL, so that the
    callback settles the attempt even when the answer to our request is lost. In
    `valid_for` seconds it makes sense to deliver it, in `timeout` it has to be handed over.
    `key` names the draft, and so is the same for each of its attempts.
    """

    attempt: int
    contact: str
    ours: str
    service: str
    text: str
    callback: str
    valid_for: int = 900
    timeout: float = 20
    key: str = ""


@dataclass(slots=True)
class Accepted:
    """The provider took it: its id for the text and where the text stands."""

    provider_id: str
    status: Status


@dataclass(frozen=True, slots=True)
class Window:
    """Which texts of ours at the provider could be a certain attempt."""

    contact: str
    ours: str
    service: str
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class Found:
    """A text of ours in the provider's list that fits a `Window`."""

    provider_id: str
    status: Status
    text: str
    created: int
    provider_code: str | None = None
