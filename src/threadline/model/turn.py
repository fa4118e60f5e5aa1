"""
One turn: what a bot is asked, and what it answers.

Once handed on, nobody changes one; they are not frozen for the reason given in `model.rows`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from threadline.model.endpoint import Endpoint
from threadline.model.policy import Policy
from threadline.model.timeline import Element, MarkupInteraction, Media

State = Mapping[str, Any]

MAX_CONTEXT = 10_240
"""Bytes of JSON that are kept about a contact."""
MAX_WAKE = 30 * 24 * 3600
"""Seconds after which a bot can be woken, at most."""


@dataclass(slots=True)
class Line:
    """Something that was said in the conversation before this turn, as a text."""

    author: Literal["contact", "bot", "operator"]
    text: str


Past = Callable[[int], Awaitable[Sequence[Line]]]
"""At most so many of the last lines before this turn's text, oldest first."""


def no_url() -> str:
    """The bot cannot answer later."""
    return ""


async def no_past(most: int) -> Sequence[Line]:
    """Nothing was said before."""
    return ()


@dataclass(slots=True)
class Turn:
    """
    One text, taken to the bot.

    `id` stays the same however often the turn is asked again, and no other turn has it, not
    even of another database: it is the idempotency key.
    `session` names the session and `first` says that this text opened it. `state` is the
    bot's own, empty in a new session; `context` belongs to the contact and outlives sessions.
    `event` is what the contact did with an element, and `text` then the title of what they
    chose. `at` is in microseconds. `utterance_first` is the endpoint's FirstMessage:
    "utterance". `past` asks the timeline for what was said before, in this session and earlier
    ones. `woken` says that nobody wrote: the time has come that the bot had asked for
    (`Reply.wake_at`). `returned` says that a bot that this one had called (`ToBot.returns`)
    has done its part; the text was its. `reply_url` is where a bot elsewhere can post more
    later; `answer` is what it has posted there, as JSON, and then nobody wrote and the bot is
    not asked. Who gives a list as `passed` finds in it what the bot
    went through, such as the nodes of a flow.
    """

    id: str
    endpoint: Endpoint
    bot: str
    conversation: int
    session: str
    contact: str
    text: str
    first: bool
    at: int
    state: State = field(default_factory=dict)
    context: State = field(default_factory=dict)
    media: tuple[Media, ...] = ()
    event: MarkupInteraction | None = None
    utterance_first: bool = False
    woken: bool = False
    returned: bool = False
    answer: str | None = None
    past: Past = field(default=no_past, compare=False)
    reply_url: Callable[[], str] = field(default=no_url, compare=False)
    passed: list[str] | None = None


@dataclass(frozen=True, slots=True)
class ToBot:
    """
    Another bot of the organization goes on with the same text. It begins with it, or takes it
    as something that was said to it (`answers`). It stays for good, or until it has done its
    part (`returns`).
    """

    name: str
    returns: bool = False
    answers: bool = False


@dataclass(frozen=True, slots=True)
class MissionDone:
    """The bot has done its part: the one that called it goes on, or else the session ends."""


@dataclass(frozen=True, slots=True)
class ToPerson:
    """An operator answers, `why` tells them what, until they hand the conversation back."""

    why: str = ""


Then = ToBot | MissionDone | ToPerson


@dataclass(slots=True)
class Reply:
    """
    What the bot says, and what it wants to find next time. `context` replaces the old one.
    `ended` closes the session, so that the next text begins a new one. `then` hands the
    conversation over. `wake_at` is when the bot wants to be asked without a text, in
    microseconds; the next turn of whatever kind takes the place of it. `policy` is how long
    this session is to last; None = as before.
    """

    elements: tuple[Element, ...] = ()
    state: State = field(default_factory=dict)
    context: State = field(default_factory=dict)
    ended: bool = False
    then: Then | None = None
    wake_at: int | None = None
    policy: Policy | None = None
