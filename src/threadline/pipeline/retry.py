"""What follows a failure, and when. Pure arithmetic, so that it can be read as a table."""

from __future__ import annotations

from dataclasses import dataclass

from threadline.errors import BotFailed, BotRefused, SendFailed
from threadline.model.clock import MINUTE, SECOND
from threadline.model.rows import OutcomeKind


@dataclass(frozen=True, slots=True)
class Waits:
    """
    How long things wait, in microseconds. `turn` and `send` are the waits before each
    further try; when they run out the turn is parked, the text fails. `spread` is how far a
    wait is stretched at random, so that not everybody comes back at once. `request` is the
    longest that a request to a provider takes, `delivery` how long an ordered text waits for
    the delivery of the one before. Every `catch_up` (0 = never) the provider is asked for
    what came `settled` ago and before; at a start nothing is sent for `gate` at most.
    """

    lease: int = 60 * SECOND
    poll: int = SECOND
    turn: tuple[int, ...] = (2 * SECOND, 5 * SECOND, 15 * SECOND, 60 * SECOND)
    send: tuple[int, ...] = tuple(n * SECOND for n in (1, 2, 5, 15, 60, 180, 600))
    spread: float = 0.25
    paused: int = 5 * MINUTE
    unknown: int = 60 * SECOND
    expiry: int = 15 * MINUTE
    request: int = 25 * SECOND
    delivery: int = 20 * SECOND
    catch_up: int = 5 * MINUTE
    settled: int = 60 * SECOND
    gate: int = 60 * SECOND


def turn_again_at(
    why: BotFailed, attempts: int, now: int, waits: Waits, chance: float
) -> int | None:
    """When to ask the bot again; None means: park the turn. `chance` is from 0 to 1."""
    if isinstance(why, BotRefused) or attempts > len(waits.turn):
        return None
    return now + _stretched(waits.turn[attempts - 1], waits, chance)


def after_send(
    why: SendFailed, attempts: int, now: int, waits: Waits, chance: float
) -> tuple[OutcomeKind, int]:
    """What becomes of the draft, and when it, its sender or its look-up is due."""
    match why.then:
        case "retry" if attempts <= len(waits.send):
            wait = _stretched(waits.send[attempts - 1], waits, chance)
            return "waiting", now + max(wait, round((why.retry_after or 0) * SECOND))
        case "retry" | "fail":
            return "failed", 0
        case "stop":
            return "suppressed", 0
        case "config":
            return "paused", now + waits.paused
        case "unknown":
            return "unknown", now + waits.unknown


def _stretched(wait: int, waits: Waits, chance: float) -> int:
    return round(wait * (1 + waits.spread * chance))
