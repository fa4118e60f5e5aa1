"""
How fast a sender goes and when it rests: arithmetic over its row. Pure.

A sender has `pace` microseconds for each segment. `next_at` is when it will have taken all
that it was given: nothing more is given to it before that, less `BURST`. So in any stretch of
time it sends what the stretch allows and at most one burst more, whoever asks and whatever
was restarted, because the row is all there is. (The generic cell rate algorithm.)
"""

from __future__ import annotations

from dataclasses import dataclass

from threadline.model.clock import MINUTE, SECOND

BURST = SECOND // 10
"""What is due within so long may go together, so that fast senders are not woken for each."""

PATIENCE = 5
"""Failures in a row after which a sender rests, and then tries with one text at a time."""
LONGEST_REST = MINUTE
PROBE = 30 * SECOND
"""How long the others wait for what comes of the one text that tries."""

REPLIES = 30
REPLY_GAP = 30 * SECOND
"""
Twilio fails what follows 30 texts between two numbers each less than 30 seconds apart:
https://www.twilio.com/docs/api/errors/14107
"""


@dataclass(slots=True)
class Sender:
    """What a sender's row says of its pace and of its troubles."""

    id: int
    pace: int
    next_at: int
    paused_until: int
    trouble: int

    @property
    def free_at(self) -> int:
        """When it may be given something."""
        return max(self.paused_until, self.next_at - BURST)

    @property
    def tries(self) -> bool:
        """It has failed so often that one text at a time has to do."""
        return self.trouble >= PATIENCE

    def give(self, segments: int, now: int) -> bool:
        """Give it so many segments. False if it is not free: then nothing is given."""
        if self.free_at > now:
            return False
        self.next_at = max(self.next_at, now) + self.pace * segments
        if self.tries:
            self.paused_until = now + PROBE
        return True


def worse(trouble: int, failures: int, *, probed: bool) -> int:
    """
    The failures in a row after some more. Once a sender rests only the texts that tried count:
    the others were under way before.
    """
    if probed:
        return trouble + 1
    return max(trouble, min(trouble + failures, PATIENCE))


def rest(trouble: int) -> int:
    """How long a sender rests after so many failures in a row, in microseconds."""
    if trouble < PATIENCE:
        return 0
    return min(SECOND << min(trouble - PATIENCE, 10), LONGEST_REST)


def gaps(burst: int, count: int) -> list[int]:
    """
    How long each of `count` texts stays behind the one before it, when with them `burst`
    texts have followed each other closely.
    """
    first = burst - count + 1
    return [
        REPLY_GAP if n > 1 and (n - 1) % REPLIES == 0 else 0 for n in range(first, burst + 1)
    ]
