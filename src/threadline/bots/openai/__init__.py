"""
A bot that is a language model behind any OpenAI-compatible chat endpoint.
docs/howto/openai-bot.md tells more.

    document   what its document has to say      wire   what is sent, and what comes back
    tools      requests that the model may make

This module asks: the model, then the tools that it wants, then the model again. The rest is
pure.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from threadline.bots.openai import document as documents
from threadline.bots.openai import tools, wire
from threadline.bots.openai.document import Settings
from threadline.bots.openai.wire import Answer
from threadline.egress import Client
from threadline.egress.gates import place
from threadline.errors import (
    AnswerTooLarge,
    BotFailed,
    BotRefused,
    Forbidden,
    Invalid,
    Problem,
    RequestFailed,
)
from threadline.model.bot import BotRecord
from threadline.model.elsewhere import fits_header, is_srn
from threadline.model.timeline import Element, Note, Text
from threadline.model.turn import Reply, Turn
from threadline.ports import Vault

__all__ = ["OpenAIBot", "OpenAIBots"]

ROUNDS = 5
"""So often the model may ask for tools in one turn."""
SHORT = "The answer was cut off at `MaxTokens`."


@dataclass(frozen=True, slots=True)
class OpenAIBot:
    """Its secrets are names, revealed for each call."""

    where: str
    settings: Settings
    vault: Vault = field(repr=False)
    client: Client = field(repr=False)

    async def reply(self, turn: Turn) -> Reply:
        """
        Raises `BotFailed` when another try may help, else `BotRefused`; and what the vault
        raises when it cannot give a secret.
        """
        settings = self.settings
        used = wire.used(turn.state)
        if used.too_much(settings):
            return Reply(_said(settings.limit_message), {}, turn.context, ended=True)
        try:
            async with asyncio.timeout(settings.seconds):
                return await self._converse(turn, used)
        except TimeoutError:
            late = f"The model at {self.where} did not answer in {settings.seconds:g} s."
            if not settings.timeout_message:
                raise BotFailed(late) from None
            note = Note(late, "model_slow")
            return Reply((note, Text(settings.timeout_message)), turn.state, turn.context)

    async def _converse(self, turn: Turn, used: wire.Used) -> Reply:
        settings = self.settings
        past = await turn.past(settings.history) if settings.history else ()
        try:
            messages = wire.messages(settings, turn, past)
        except ValueError as why:
            raise BotRefused(f"`SystemPrompt` could not be filled. {why}") from None
        for _ in range(ROUNDS):
            answer = await self._ask(messages)
            used = used.more(settings, answer.read, answer.written)
            if not answer.calls:
                return Reply(_elements(settings, answer), wire.kept(used), turn.context)
            if used.too_much(settings):
                return Reply(_said(settings.limit_message), {}, turn.context, ended=True)
            messages.append(wire.wanted(answer))
            asked = [self._call(turn, call) for call in answer.calls[: tools.MAX_TOOLS]]
            messages += await asyncio.gather(*asked)
        raise BotRefused(f"The model wanted tools {ROUNDS} times in one turn.")

    async def _ask(self, messages: list[Any]) -> Answer:
        settings = self.settings
        headers = {"Accept": "application/json, text/event-stream"}
        if settings.secret:
            headers["Authorization"] = f"Bearer {await self._reveal(settings.secret)}"
        try:
            body = wire.request(settings, messages)
        except ValueError:
            why_not = "what it should get cannot be written as JSON."
            raise BotRefused(f"The model at {self.where} was not asked: {why_not}") from None
        try:
            found = await self.client.request(
                "POST",
                settings.url,
                data=body,
                content_type="application/json",
                headers=headers,
                timeout=settings.seconds,
                limit=wire.MAX_ANSWER,
            )
            return wire.read(found.status, found.body)
        except (AnswerTooLarge, Forbidden) as why:
            raise BotRefused(f"The model at {why}") from why
        except RequestFailed as why:
            raise BotFailed(f"The model at {why}") from why
        except wire.Broken as why:
            raise BotFailed(f"The model at {self.where} {why}") from None
        except ValueError as why:
            raise BotRefused(f"The model at {self.where} {why}") from None

    async def _call(self, turn: Turn, call: wire.Call) -> dict[str, Any]:
        """What the tool answered, as the model gets it. A failure is told to it as such."""
        tool = next((one for one in self.settings.tools if one.name == call.name), None)
        if tool is None:
            return wire.told(call, f"There is no tool {call.name}.")
        try:
            wanted = tools.request(tool, turn, call.arguments)
        except ValueError as why:
            return wire.told(call, str(why))
        own = {name: await self._header(value) for name, value in tool.headers.items()}
        try:
            answer = await self.client.request(
                tool.method,
                wanted.url,
                data=wanted.body,
                content_type="application/json" if wanted.body else None,
                headers={**wanted.headers, **own},
                timeout=tool.seconds,
                limit=tools.MAX_ANSWER,
            )
        except RequestFailed as why:
            return wire.told(call, f"The request failed: {why}")
        text = answer.body.decode(errors="replace")[: tools.MOST]
        return wire.told(call, text if answer.status < 300 else f"{answer.status}: {text}")

    async def _header(self, value: str) -> str:
        return await self._reveal(value) if is_srn(value) else value

    async def _reveal(self, srn: str) -> str:
        value = await self.vault.reveal(srn)
        if isinstance(value, str) and fits_header(value):
            return value
        raise BotRefused(f"{srn} is not a text in one line, as a header has to be.")


def _elements(settings: Settings, answer: Answer) -> tuple[Element, ...]:
    if answer.refused:
        why = Note(f"The model refused: {answer.refused}", "model_refused")
        return (why, *_said(settings.refusal_message))
    said = tuple(Text(text) for text in wire.texts(answer.text, settings.paragraphs))
    if not said:
        return (Note("The model said nothing.", "model_silent"),)
    return (*said, Note(SHORT, "model_cut_off")) if answer.cut else said


def _said(message: str) -> tuple[Text, ...]:
    return (Text(message),) if message else ()


@dataclass(frozen=True, slots=True)
class OpenAIBots:
    """How a bot of type "openai" is checked and opened."""

    client: Client

    def check(self, document: Mapping[str, Any], at: str) -> list[Problem]:
        """`at` is the path of the bot, such as `bots[0].` (empty for the document)."""
        return documents.check(document, at.removesuffix("."), self.client)

    async def open(self, record: BotRecord, vault: Vault) -> OpenAIBot:
        """Raises `Invalid`, also for a secret of another organization."""
        document = {**record.document, "Organization": record.organization}
        if problems := self.check(document, ""):
            raise Invalid(problems)
        settings = documents.read(document)
        where = place(self.client.check(settings.url))
        return OpenAIBot(where, settings, vault, self.client)
