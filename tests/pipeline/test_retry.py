"""What follows a failure, and when: the tables."""

from __future__ import annotations

import pytest

from tests.pipeline.samples import NOON
from threadline.errors import (
    BotFailed,
    BotRefused,
    Misconfigured,
    OptedOut,
    Refused,
    SendFailed,
    Throttled,
    Uncertain,
    Unreachable,
)
from threadline.model.clock import SECOND
from threadline.pipeline.retry import Waits, after_send, turn_again_at

WAITS = Waits(
    turn=(2 * SECOND, 5 * SECOND),
    send=(1 * SECOND, 10 * SECOND),
    spread=0.5,
    paused=300 * SECOND,
    unknown=60 * SECOND,
)
SLOWLY = Throttled("Slowly.", retry_after=30)
SOON = Throttled("Soon.", retry_after=0.2)


@pytest.mark.parametrize(
    ("why", "attempts", "chance", "kind", "after"),
    [
        (Throttled("Later."), 1, 0, "waiting", 1),
        (Throttled("Later."), 1, 1, "waiting", 1.5),
        (Throttled("Later."), 2, 0, "waiting", 10),
        (Throttled("Later."), 3, 0, "failed", None),
        (Unreachable("Nobody there."), 2, 0.5, "waiting", 12.5),
        (Unreachable("Nobody there."), 3, 0, "failed", None),
        (SLOWLY, 1, 0, "waiting", 30),
        (SLOWLY, 3, 0, "failed", None),
        (SOON, 1, 0, "waiting", 1),
        (Refused("Never."), 1, 0, "failed", None),
        (OptedOut("They said stop."), 1, 0, "suppressed", None),
        (Misconfigured("Wrong token."), 1, 0, "paused", 300),
        (Misconfigured("Wrong token."), 9, 0, "paused", 300),
        (Uncertain("Cut off."), 1, 0, "unknown", 60),
        (Uncertain("Cut off."), 9, 0, "unknown", 60),
    ],
)
def test_what_becomes_of_a_text_that_was_not_sent(
    why: SendFailed, attempts: int, chance: float, kind: str, after: float | None
):
    became, due_at = after_send(why, attempts, NOON, WAITS, chance)

    assert kind == became
    assert (0 if after is None else NOON + round(after * SECOND)) == due_at


@pytest.mark.parametrize(
    ("why", "attempts", "chance", "after"),
    [
        (BotFailed("500"), 1, 0, 2),
        (BotFailed("500"), 1, 1, 3),
        (BotFailed("500"), 2, 0, 5),
        (BotFailed("500"), 3, 0, None),
        (BotRefused("404"), 1, 0, None),
    ],
)
def test_when_a_bot_is_asked_again(
    why: BotFailed, attempts: int, chance: float, after: float | None
):
    again_at = turn_again_at(why, attempts, NOON, WAITS, chance)

    assert (None if after is None else NOON + round(after * SECOND)) == again_at


def test_without_waits_nothing_is_tried_again():
    waits = Waits(turn=(), send=())

    assert turn_again_at(BotFailed("500"), 1, NOON, waits, 0) is None
    assert ("failed", 0) == after_send(Throttled("Later."), 1, NOON, waits, 0)
