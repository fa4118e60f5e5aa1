"""The requests of one turn to Direct Line."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

from threadline.bots.directline import wire
from threadline.bots.directline.wire import Line
from threadline.egress import Client
from threadline.errors import AnswerTooLarge, BotFailed, BotRefused, Forbidden, RequestFailed
from threadline.model.activities import Activity
from threadline.model.turn import Turn

PAUSE = 0.2
LONGEST_PAUSE = 1.0
"""Between two looks for an answer: often at first, then once a second."""


class Gone(BotRefused):
    """The service does not know the conversation, or not any more."""


@dataclass(slots=True)
class Talk:
    """All requests together end at `deadline`, but each has a second at least."""

    turn: Turn
    where: str
    url: str = field(repr=False)
    secret: str = field(repr=False)
    deadline: float
    client: Client = field(repr=False)

    async def begin(self) -> Line:
        body = await self._ask("POST", wire.CONVERSATIONS, wire.opening(self.turn))
        with understanding(self.where):
            return wire.opened(body)

    async def say(self, line: Line, message: bytes) -> None:
        await self._ask("POST", line.path, message, slow=True)

    async def read(self, line: Line) -> tuple[list[Activity], Line]:
        body = await self._ask("GET", line.unread)
        with understanding(self.where):
            return wire.heard(body, line)

    async def listen(self, line: Line, heard: list[Activity], settle: float) -> Line:
        """
        Add what is said to `heard`, until the bot has answered and was silent for so long, or
        the time is up.
        """
        pause, since = PAUSE, monotonic()
        while True:
            more, line = await self.read(line)
            heard += more
            now = monotonic()
            if wire.answers(more, self.turn):
                pause, since = PAUSE, now
            left = self.deadline - now
            if wire.is_answered(heard, self.turn):
                left = min(left, since + settle - now)
            if left <= 0 or wire.is_over(heard, self.turn):
                return line
            await asyncio.sleep(min(pause, left))
            pause = min(pause * 1.5, LONGEST_PAUSE)

    async def _ask(
        self, method: str, path: str, data: bytes | None = None, slow: bool = False
    ) -> bytes:
        """`slow`: the bot may be, and answer all the same."""
        try:
            answer = await self.client.request(
                method,
                self.url + path,
                data=data,
                content_type="application/json" if data else None,
                headers={"Authorization": f"Bearer {self.secret}"},
                timeout=max(self.deadline - monotonic(), 1),
                limit=wire.MAX_ANSWER,
            )
        except (AnswerTooLarge, Forbidden) as why:
            raise BotRefused(f"The bot at {why}") from why
        except RequestFailed as why:
            raise BotFailed(f"The bot at {why}") from why
        told = f"The bot at {self.where} answered {answer.status}"
        match answer.status:
            case 200 | 201 | 202 | 204:
                return answer.body
            case 504 if slow:
                return b""
            case status if status == 429 or status >= 500:
                raise BotFailed(f"{told}.")
            case status if status in wire.GONE and path != wire.CONVERSATIONS:
                raise Gone(f"{told}: it does not know the conversation.")
            case 401 | 403:
                raise BotRefused(f"{told}. Is `Secret` one of its Direct Line channel?")
        raise BotRefused(f"{told}.")


@contextmanager
def understanding(where: str) -> Iterator[None]:
    """What cannot be read would be the same again."""
    try:
        yield
    except ValueError as why:
        raise BotRefused(f"The bot at {where} {why}") from None
