"""
What passes between the stages and the store: work that was claimed, and what came of it.

Once handed on, nobody changes one. Those that every text needs are not frozen, which makes
them three times as fast to make.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from threadline.model.messages import Draft, Status
from threadline.model.timeline import Element, MarkupInteraction, Media, Note
from threadline.model.turn import State

Author = Literal["bot", "system", "operator"]


@dataclass(slots=True)
class Session:
    """
    A stretch of a conversation: it opens with the contact's text and closes by the bot's
    word, by time or by command. `number` counts them; `since` and `seen` are when it began
    and when the contact last wrote; `bot` is who answers in it.
    """

    number: int = 0
    open: bool = False
    bot: str = ""
    since: int = 0
    seen: int = 0
    away_said: bool = False


@dataclass(frozen=True, slots=True)
class LateAnswer:
    """
    What a bot elsewhere posted to its reply URL: JSON, for the session and the bot that the
    URL was for. `ours` and `service` are the way that it takes; `key` is the same if it comes
    again.
    """

    endpoint_id: int
    conversation: int
    session: int
    bot: str
    ours: str
    service: str
    body: str = ""
    key: str = ""


@dataclass(slots=True)
class Claimed:
    """
    The first waiting text of a conversation that this worker holds, under its token.
    `taken_by` is the operator who answers in the bot's place ("" = nobody). `woken`: there is
    no text, the bot had wanted to be asked at that time; `answer`: there is none either, but
    what the bot has answered later. `learned` says that something came with the text that is
    in `context` already, and `alone` that there was nothing else.
    """

    conversation: int
    endpoint_id: int
    contact: str
    ours: str
    service: str
    seq: int
    text: str
    media: tuple[Media, ...]
    flag: str
    received_at: int
    state: State
    context: State
    session: Session
    token: int
    attempts: int
    taken_by: str = ""
    event: MarkupInteraction | None = None
    woken: bool = False
    answer: LateAnswer | None = None
    learned: bool = False
    alone: bool = False


@dataclass(slots=True)
class Said:
    """One element for the timeline, and the draft it became or why it was discarded."""

    element: Element
    author: Author = "bot"
    draft: Draft | None = None
    discarded: str = ""


@dataclass(slots=True)
class Finished:
    """
    What came of a claimed turn. Without effect if the token is no longer ours. `sends` says
    that the worker would send the first text itself, now; `most` is how many segments the
    endpoint may send in a day. `wake_at` is when the bot wants to be asked without a text,
    `wanted` why it hands the conversation over to a person.
    """

    claimed: Claimed
    said: Sequence[Said]
    state: State
    context: State
    session: Session
    expires_at: int
    parked: bool = False
    sends: bool = False
    most: int | None = None
    wake_at: int | None = None
    wanted: str | None = None


@dataclass(frozen=True, slots=True)
class Postponed:
    """
    A claimed turn that is asked again at `again_at`, and what the operator reads. `attempts`
    is how many count from then on: none when something else has to be mended first.
    """

    claimed: Claimed
    again_at: int
    note: Note
    attempts: int


@dataclass(slots=True)
class Sending:
    """
    A draft that this worker has claimed until `until`; its attempt is committed as `sending`.
    `trouble` is how often in a row its sender had failed. An `exempt` one goes to who has
    opted out, too: it confirms just that.
    """

    draft_id: int
    attempt: int
    attempts: int
    endpoint_id: int
    conversation: int
    sender_id: int
    contact: str
    ours: str
    service: str
    text: str
    expires_at: int
    until: int = 0
    trouble: int = 0
    exempt: bool = False


Dropped = tuple[int, int, str]
"""A draft that is not sent after all, its conversation, and what it is from now on."""


@dataclass(slots=True)
class Taken:
    """Drafts to send, and when there may be more (None: when somebody rings)."""

    sendings: list[Sending]
    again_at: int | None = None
    dropped: list[Dropped] = field(default_factory=list)


@dataclass(slots=True)
class Done:
    """Whether a finished turn was still ours, and its first text if we are to send it now."""

    ours: bool
    sending: Sending | None = None


OutcomeKind = Literal[
    "sent", "waiting", "failed", "suppressed", "paused", "unknown", "returned"
]


@dataclass(slots=True)
class Outcome:
    """
    What came of one attempt. `due_at` is when to try again (`waiting`), to look it up
    (`unknown`), until when the sender pauses (`paused`), or how long what follows waits for
    its delivery (`sent`; 0 = not at all). What is `returned` was not tried. `note` is for the
    operator. `trouble` says that the provider, rather than this text, is what failed.
    """

    sending: Sending
    kind: OutcomeKind
    provider_id: str | None = None
    status: Status | None = None
    provider_code: str | None = None
    note: str = ""
    code: str = ""
    due_at: int = 0
    trouble: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """
    An attempt of which we do not know whether it was sent, claimed to be looked up. `passes`
    is how often the provider's list was read to the end, `lost` how many earlier attempts at
    the same draft vanished without an answer.
    """

    sending: Sending
    started_at: int
    passes: int
    lost: int


SettledKind = Literal["adopted", "failed", "again", "resend", "parked"]


@dataclass(frozen=True, slots=True)
class Settled:
    """What was decided about an unknown attempt. `again` asks once more at `due_at`."""

    unknown: Unknown
    kind: SettledKind
    passes: int
    provider_id: str | None = None
    status: Status | None = None
    note: str = ""
    code: str = ""
    due_at: int = 0


@dataclass(frozen=True, slots=True)
class SecretRow:
    """A sealed secret as the store keeps it. `sealed` is base64; the key id is inside."""

    srn: str
    organization: str
    type: str
    alias: str
    sealed: str = field(repr=False)
    fingerprint: str = field(repr=False)
    created_at: int
    version: int = 1
