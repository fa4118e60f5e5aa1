"""The part of the store that takes texts to bots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from threadline.model.rows import Claimed, Done, Finished, Postponed
from threadline.model.turn import Line


class Turns(Protocol):
    async def claim_turns(self, limit: int) -> list[Claimed]: ...
    async def next_turns(self, limit: int, patience: float) -> list[Claimed]:
        """As soon as there are some. Nothing, after so many seconds or when one should look."""
        ...

    async def said_before(self, conversation: int, seq: int, most: int) -> Sequence[Line]: ...
    async def renew_turns(self, claimed: Sequence[Claimed]) -> list[bool]: ...
    async def finish_turns(self, finished: Sequence[Finished]) -> list[Done]: ...
    async def postpone_turns(self, postponed: Sequence[Postponed]) -> list[bool]: ...
    async def wake(self, limit: int) -> int | None:
        """
        Conversations whose bot wanted to be asked by now get a turn without a text. When the
        next is due; None: nobody waits.
        """
