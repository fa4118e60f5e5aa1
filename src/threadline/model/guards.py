"""Against loops and costs: who texts too much, and who says the same again and again. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

from threadline.model.clock import MINUTE
from threadline.model.engagement import Engagement

STRETCH = 10 * MINUTE

BUSY = (
    "More than {most} texts came from this contact within ten minutes, which may be a loop, "
    "so the bot was not asked. (MaxTurnsPerTenMinutes)"
)
SAME = (
    "The contact sent the same text more than {most} times within ten minutes, which may be "
    "a loop, so the bot was not asked. (MaxIdenticalTexts)"
)


@dataclass(slots=True)
class Recent:
    """
    What came from a contact in the last ten minutes, counted from the first of them: `count`
    texts since `since`, of which the last `same` were the one with the hash `mark`.
    """

    since: int = 0
    count: int = 0
    same: int = 0
    mark: int = 0

    def add(self, text: str, now: int, limits: Engagement) -> str:
        """Count one more. Why no bot is to be asked; "" to ask."""
        if now - self.since >= STRETCH:
            self.since, self.count, self.same = now, 0, 0
        mark = crc32(text.encode("utf-8", "replace"))
        self.same = self.same + 1 if mark == self.mark else 1
        self.mark = mark
        self.count += 1
        if self.count > limits.max_turns:
            return BUSY.format(most=limits.max_turns)
        if self.same > limits.max_identical:
            return SAME.format(most=limits.max_identical)
        return ""
