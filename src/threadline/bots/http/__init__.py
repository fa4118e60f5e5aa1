"""
A bot behind a URL: one signed POST a turn. docs/howto/http-bot.md tells it to bot authors.

    wire       what is asked, how it is signed, what may be answered
    document   what a bot's document has to say

This module is the socket; the rest is pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from threadline.bots.http import document as documents
from threadline.bots.http import wire
from threadline.egress import Answer, Client
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
from threadline.model.clock import SECOND
from threadline.model.elsewhere import TIMEOUT_SECONDS, fits_header, is_srn
from threadline.model.turn import Reply, Turn
from threadline.ports import Clock, Vault

__all__ = ["HttpBot", "HttpBots"]


@dataclass(frozen=True, slots=True)
class HttpBot:
    """Its `secret` and `headers` may name secrets, which are revealed for each call."""

    name: str
    where: str
    url: str = field(repr=False)
    secret: str | None
    timeout: float
    headers: Mapping[str, str] = field(repr=False)
    vault: Vault = field(repr=False)
    client: Client = field(repr=False)
    clock: Clock = field(repr=False)

    async def reply(self, turn: Turn) -> Reply:
        """
        Raises `BotFailed` when another try may help, else `BotRefused`; and what the vault
        raises when it cannot give a secret, for then somebody has to mend that first.
        """
        if turn.answer is not None:
            return self._read(Answer(200, wire.JSON, turn.answer.encode()), turn)
        try:
            body = wire.ask(turn)
        except ValueError as why:
            raise BotRefused(f"The bot at {self.where} was not asked: {why}") from None
        headers = await self._headers(turn, body)
        try:
            answer = await self.client.request(
                "POST",
                self.url,
                data=body,
                content_type="application/json",
                headers=headers,
                timeout=self.timeout,
                limit=wire.MAX_ANSWER,
            )
        except (AnswerTooLarge, Forbidden) as why:
            raise BotRefused(f"The bot at {why}") from why
        except RequestFailed as why:
            raise BotFailed(f"The bot at {why}") from why
        if answer.status == 429 or answer.status >= 500:
            raise BotFailed(f"The bot at {self.where} answered {answer.status}.")
        return self._read(answer, turn)

    def _read(self, answer: Answer, turn: Turn) -> Reply:
        try:
            return wire.read(answer, turn)
        except ValueError as why:
            raise BotRefused(f"The bot at {self.where} {why}") from None

    async def _headers(self, turn: Turn, body: bytes) -> dict[str, str]:
        headers = {"Accept": "application/json, text/plain"}
        for name, value in self.headers.items():
            headers[name] = value
            if is_srn(value):
                headers[name] = await self._reveal(value)
                if not fits_header(headers[name]):
                    raise BotRefused(
                        f"{value} has a line break or the like, so it cannot be the header "
                        f"{name}. Replace it with `threadline secret replace`."
                    )
        stamp = str(self.clock() // SECOND)
        headers |= {"Threadline-Turn": turn.id, "Threadline-Timestamp": stamp}
        if self.secret:
            key = await self._reveal(self.secret)
            headers["Threadline-Signature"] = wire.sign(key, stamp, body)
        return headers

    async def _reveal(self, srn: str) -> str:
        value = await self.vault.reveal(srn)
        if isinstance(value, str):
            return value
        raise BotRefused(f"The bot {self.name} needs a text, but {srn} is a document.")


@dataclass(frozen=True, slots=True)
class HttpBots:
    """How a bot of type "http" is checked and opened."""

    client: Client
    clock: Clock

    def check(self, document: Mapping[str, Any], at: str) -> list[Problem]:
        """`at` is the path of the bot, such as `bots[0].` (empty for the document)."""
        return documents.check(document, at.removesuffix("."), self.client)

    async def open(self, record: BotRecord, vault: Vault) -> HttpBot:
        """Raises `Invalid`, also for a secret of another organization."""
        document = {**record.document, "Organization": record.organization}
        problems = self.check(document, "")
        if problems:
            raise Invalid(problems)
        return HttpBot(
            name=record.name,
            where=place(self.client.check(document["Url"])),
            url=document["Url"],
            secret=document.get("Secret"),
            timeout=document.get("TimeoutSeconds", TIMEOUT_SECONDS),
            headers=document.get("Headers") or {},
            vault=vault,
            client=self.client,
            clock=self.clock,
        )
