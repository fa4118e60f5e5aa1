"""For the tests of those who write bots in Python."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from threadline.bots.python import Function, said
from threadline.model import dialogue
from threadline.model.timeline import Element, Text
from threadline.model.turn import Line, Reply, Then
from threadline.operations.talk import CONTACT, Talk

BOT = "bot"


class TestConversation:
    """
    A conversation between a contact and a function that is a bot, without a server.

        conversation = TestConversation(answer)
        assert ["Tea or coffee?"] == conversation.say("hi")

    What the function raises comes out of `say`, and an answer that is none as `BotRefused`.
    """

    __test__ = False  # or pytest would take it for a test

    def __init__(
        self,
        bot: Function,
        *,
        contact: str = CONTACT,
        context: Mapping[str, Any] | None = None,
    ) -> None:
        """`contact` is who texts, and `context` what is known about them before."""
        self._bot = bot
        self._talk = Talk(BOT, contact, context=context)
        self._reply = Reply()

    def say(self, text: str) -> list[str]:
        """
        The texts that the bot answers with, and in brackets what else it does, such as `[end]`.
        Runs in a thread with an event loop of its own; `async_say` runs in the caller's.
        """
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, self.async_say(text)).result()

    async def async_say(self, text: str) -> list[str]:
        return await self._turn(text)

    def wait(self, span: str) -> list[str]:
        """Nobody texts for a time such as "20 minutes"; what the bot says then."""
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, self.async_wait(span)).result()

    async def async_wait(self, span: str) -> list[str]:
        return await self._turn(span, waits=True)

    async def _turn(self, text: str, waits: bool = False) -> list[str]:
        turn = self._talk.turn(text, waits)
        if turn is None:
            return []
        self._reply = await said(self._bot, turn)
        self._talk.heard(self._reply, BOT)
        lines = [line for one in self._reply.elements for line in _lines(one)]
        return [*lines, "[end]"] if self._reply.ended else lines

    @property
    def elements(self) -> Sequence[Element]:
        """What was said last, as elements."""
        return self._reply.elements

    @property
    def then(self) -> Then | None:
        """To whom the conversation was handed over last."""
        return self._reply.then

    @property
    def state(self) -> Mapping[str, Any]:
        return self._talk.state

    @property
    def context(self) -> Mapping[str, Any]:
        return self._talk.context

    @property
    def open(self) -> bool:
        """Whether the session goes on."""
        return self._talk.open

    @property
    def past(self) -> Sequence[Line]:
        """All that was said."""
        return self._talk.said


def _lines(element: Element) -> Sequence[str]:
    """A text in one piece, and what else was said as written conversations have it."""
    return [element.text] if isinstance(element, Text) else dialogue.lines([element])
