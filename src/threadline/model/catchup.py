"""Reading the provider's list of what came for a sender: when it is due, what came of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CatchUp:
    """
    A sender whose list is due to be read, claimed; `address` is that of its endpoint, which
    is online. `known_since` is when an endpoint first went online with it, `caught_up_at`
    until when its list was read so far (0: never). While its drafts wait for the list,
    `opens_at` is until when (0: they do not). `late` is told once, when that time is over.
    """

    sender_id: int
    endpoint_id: int
    address: str
    known_since: int
    caught_up_at: int
    opens_at: int = 0
    late: bool = False


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """
    The list was read `until` then (0: it could not be), and is read again at `due_at`.
    `opens` says that there is no more to read, so that drafts need not wait for it.
    """

    catch_up: CatchUp
    due_at: int
    until: int = 0
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Gate:
    """
    At a start: senders that nobody has `watched` since then send nothing before `opens_at`,
    unless their list is read sooner; `why` is what the operator reads.
    """

    watched: int
    opens_at: int
    why: str
