"""
A Rasa server, asked over its REST channel: one POST a turn. docs/howto/rasa-bot.md tells more.

    wire       what the server is told, and its messages as elements
    document   what a bot's document has to say

This module is the socket; the rest is pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from threadline.bots.rasa import document as documents
from threadline.bots.rasa import wire
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
from threadline.model.elsewhere import TIMEOUT_SECONDS, fits_header
from threadline.model.turn import Reply, Turn
from threadline.ports import Vault

__all__ = ["RasaBot", "RasaBots"]

LOCKED = "Is `Secret` what it wants to see as `Authorization: Bearer`?"
NOWHERE = "Is `Url` that of the Rasa server, and has its `credentials.yml` a line `rest:`?"


@dataclass(frozen=True, slots=True)
class RasaBot:
    """Its `secret` is the name of one, which is revealed for each turn."""

    where: str
    url: str = field(repr=False)
    secret: str | None
    metadata: bool
    timeout: float
    vault: Vault = field(repr=False)
    client: Client = field(repr=False)

    async def reply(self, turn: Turn) -> Reply:
        """
        Raises `BotFailed` when another try may help, else `BotRefused`; and what the vault
        raises when it cannot give the secret.
        """
        try:
            message = wire.message(turn, self.metadata)
        except ValueError as why:
            raise BotRefused(f"The bot at {self.where} was not asked: {why}") from None
        if message is None:
            return Reply(state=turn.state, context=turn.context)
        answer = await self._ask(message)
        told = f"The bot at {self.where} answered {answer.status}."
        match answer.status:
            case 200:
                pass
            case 401 | 403:
                raise BotRefused(f"{told} {LOCKED}")
            case 404 | 405:
                raise BotRefused(f"{told} {NOWHERE}")
            case status if status == 429 or status >= 500:
                raise BotFailed(told)
            case _:
                raise BotRefused(told)
        try:
            return wire.read(answer.body, turn)
        except ValueError as why:
            raise BotRefused(f"The bot at {self.where} {why}") from None

    async def _ask(self, message: bytes) -> Answer:
        headers = {"Accept": "application/json"}
        if self.secret:
            headers["Authorization"] = f"Bearer {await self._reveal(self.secret)}"
        try:
            return await self.client.request(
                "POST",
                self.url,
                data=message,
                content_type="application/json",
                headers=headers,
                timeout=self.timeout,
                limit=wire.MAX_ANSWER,
            )
        except (AnswerTooLarge, Forbidden) as why:
            raise BotRefused(f"The bot at {why}") from why
        except RequestFailed as why:
            raise BotFailed(f"The bot at {why}") from why

    async def _reveal(self, srn: str) -> str:
        value = await self.vault.reveal(srn)
        if isinstance(value, str) and value and fits_header(value):
            return value
        raise BotRefused(
            f"{srn} is no token, which is one line of text. Replace it with "
            "`threadline secret replace`."
        )


@dataclass(frozen=True, slots=True)
class RasaBots:
    """How a bot of type "rasa" is checked and opened."""

    client: Client

    def check(self, document: Mapping[str, Any], at: str) -> list[Problem]:
        """`at` is the path of the bot, such as `bots[0].` (empty for the document)."""
        return documents.check(document, at.removesuffix("."), self.client)

    async def open(self, record: BotRecord, vault: Vault) -> RasaBot:
        """Raises `Invalid`, also for a secret of another organization."""
        document = {**record.document, "Organization": record.organization}
        problems = self.check(document, "")
        if problems:
            raise Invalid(problems)
        url = wire.webhook(document["Url"])
        return RasaBot(
            where=place(self.client.check(url)),
            url=url,
            secret=document.get("Secret"),
            metadata=document.get("Metadata", True),
            timeout=document.get("TimeoutSeconds", TIMEOUT_SECONDS),
            vault=vault,
            client=self.client,
        )
