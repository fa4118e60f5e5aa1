"""
How many requests an account at the provider gets at the same time from this process.

What a sender may send in a second is in its row and holds over all nodes (`model.pacing`).
This is about the provider's API, which refuses what is too much at once.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from threadline.errors import Crowded

LEAST = 1.0


@dataclass(slots=True)
class Gate:
    """
    At most `most` at once; half as many after each refusal, and one more for each round of
    requests that went well.
    """

    most: int
    limit: float = 0
    inside: int = 0
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        self.limit = float(self.most)

    def refused(self) -> None:
        self.limit = max(LEAST, self.limit / 2)

    def went_well(self) -> None:
        self.limit = min(float(self.most), self.limit + 1 / self.limit)
        self._let_in()

    @asynccontextmanager
    async def enter(self, patience: float) -> AsyncIterator[bool]:
        """
        Says whether one had to wait. Who came first goes first. Raises `Crowded` after so
        many seconds.
        """
        waited = bool(self.waiting) or self.inside >= int(self.limit)
        if waited:
            turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self.waiting.append(turn)
            try:
                async with asyncio.timeout(patience):
                    await turn
            except (asyncio.CancelledError, TimeoutError) as why:
                if turn.done() and not turn.cancelled():  # let in and gone at the same time
                    self._leave()
                if isinstance(why, TimeoutError):
                    raise Crowded("No request was free for this text in time.") from None
                raise
        else:
            self.inside += 1
        try:
            yield waited
        finally:
            self._leave()

    def _leave(self) -> None:
        self.inside -= 1
        self._let_in()

    def _let_in(self) -> None:
        while self.waiting and self.inside < int(self.limit):
            turn = self.waiting.popleft()
            if not turn.done():
                self.inside += 1
                turn.set_result(None)


class Accounts:
    """A gate for each account, by its name."""

    def __init__(self, most: int) -> None:
        self._gates: dict[str, Gate] = defaultdict(lambda: Gate(most))

    def gate(self, account: str) -> Gate:
        return self._gates[account]
