"""
A bot that speaks the activity protocol: made with the Microsoft 365 Agents SDK or the Bot
Framework, and asked at its own address. docs/howto/microsoft-bot.md tells more.

    wire       the activities that it gets, and its answers
    tokens     the token that it wants to see
    document   what a bot's document has to say

This module is the socket; the rest is pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from threadline.bots.agents import document as documents
from threadline.bots.agents import tokens, wire
from threadline.bots.agents.tokens import Login, Token
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
from threadline.model import activities
from threadline.model.activities import Activity
from threadline.model.bot import BotRecord
from threadline.model.elsewhere import TIMEOUT_SECONDS
from threadline.model.turn import Reply, Turn
from threadline.ports import Clock, Vault

__all__ = ["AgentBot", "AgentBots"]

KEPT = 1000
REFUSED = (
    "The bot at {where} answered {status}. Are `Secret` and `Scope` those that it wants to see?"
)


@dataclass(frozen=True, slots=True)
class AgentBot:
    """Its `secret` is the name of one, which is revealed when a token is needed."""

    where: str
    url: str = field(repr=False)
    secret: str | None
    scope: str | None
    token_url: str | None
    timeout: float
    greet: bool
    tokens: dict[Login, Token] = field(repr=False)
    vault: Vault = field(repr=False)
    client: Client = field(repr=False)
    clock: Clock = field(repr=False)

    async def reply(self, turn: Turn) -> Reply:
        """
        Raises `BotFailed` when another try may help, else `BotRefused`; and what the vault
        raises when it cannot give the secret.
        """
        try:
            message = wire.message(turn)
            joined = wire.joined(turn)
        except ValueError as why:
            raise BotRefused(f"The bot at {self.where} was not asked: {why}") from None
        heard: list[Activity] = []
        state = {"conversation": wire.conversation(turn)}
        if self.greet and "conversation" not in turn.state:
            heard += await self._post(joined, silent=True)
        if message is not None:
            heard += await self._post(message)
        try:
            said = activities.said(heard)
        except ValueError as why:
            raise BotRefused(f"The bot at {self.where} {why}") from None
        return Reply(said.elements, {} if said.ended else state, turn.context, said.ended)

    async def _post(self, activity: bytes, silent: bool = False) -> list[Activity]:
        """`silent`: that the bot may have nothing to say, and not even an empty list."""
        login = await self._login()
        answer = await self._ask(activity, login)
        if answer.status == 401 and login and self.tokens.pop(login, None):
            answer = await self._ask(activity, login)  # the token may have been called back
        match answer.status:
            case 200 | 201 | 202 | 204:
                pass
            case 401 | 403 as status:
                raise BotRefused(REFUSED.format(where=self.where, status=status))
            case status if status == 429 or status >= 500:
                raise BotFailed(f"The bot at {self.where} answered {status}.")
            case status:
                raise BotRefused(f"The bot at {self.where} answered {status}.")
        if silent and not answer.body.strip():
            return []
        try:
            return wire.answers(answer.body)
        except ValueError as why:
            raise BotRefused(f"The bot at {self.where} {why}") from None

    async def _ask(self, activity: bytes, login: Login | None) -> Answer:
        headers = {"Accept": "application/json"}
        if login:
            headers["Authorization"] = f"Bearer {(await self._token(login)).value}"
        try:
            return await self.client.request(
                "POST",
                self.url,
                data=activity,
                content_type="application/json",
                headers=headers,
                timeout=self.timeout,
                limit=wire.MAX_ANSWER,
            )
        except (AnswerTooLarge, Forbidden) as why:
            raise BotRefused(f"The bot at {why}") from why
        except RequestFailed as why:
            raise BotFailed(f"The bot at {why}") from why

    async def _login(self) -> Login | None:
        if self.secret is None:
            return None
        value = await self.vault.reveal(self.secret)
        try:
            return tokens.login(value, self.token_url, self.scope)
        except ValueError as why:
            mend = "Replace it with `threadline secret replace`."
            raise BotRefused(f"{self.secret} {why} {mend}") from None

    async def _token(self, login: Login) -> Token:
        kept = self.tokens.get(login)
        if kept and kept.until > self.clock():
            return kept
        where = place(self.client.check(login.url))
        try:
            answer = await self.client.request(
                "POST", login.url, form=tokens.form(login), timeout=self.timeout
            )
        except (AnswerTooLarge, Forbidden) as why:
            raise BotRefused(f"The bot was not asked, for want of a token: {why}") from why
        except RequestFailed as why:
            raise BotFailed(f"The bot was not asked, for want of a token: {why}") from why
        if answer.status == 429 or answer.status >= 500:
            raise BotFailed(f"No token for the bot: {where} answered {answer.status}.")
        if answer.status != 200:
            why_not = tokens.refusal(answer)
            raise BotRefused(f"No token for the bot: {where} answered {why_not}.")
        try:
            token = tokens.read(answer.body, self.clock())
        except ValueError as why:
            raise BotRefused(f"No token for the bot: {where} {why}") from None
        while len(self.tokens) >= KEPT:
            self.tokens.pop(next(iter(self.tokens)))
        self.tokens[login] = token
        return token


@dataclass(frozen=True, slots=True)
class AgentBots:
    """
    How a bot of type "agents" is checked and opened. `tokens` are kept in memory, for whoever
    has the credentials that they were given for.
    """

    client: Client
    clock: Clock
    tokens: dict[Login, Token] = field(default_factory=dict, repr=False)

    def check(self, document: Mapping[str, Any], at: str) -> list[Problem]:
        """`at` is the path of the bot, such as `bots[0].` (empty for the document)."""
        return documents.check(document, at.removesuffix("."), self.client)

    async def open(self, record: BotRecord, vault: Vault) -> AgentBot:
        """Raises `Invalid`, also for a secret of another organization."""
        document = {**record.document, "Organization": record.organization}
        problems = self.check(document, "")
        if problems:
            raise Invalid(problems)
        return AgentBot(
            where=place(self.client.check(document["Url"])),
            url=document["Url"],
            secret=document.get("Secret"),
            scope=document.get("Scope"),
            token_url=document.get("TokenUrl"),
            timeout=document.get("TimeoutSeconds", TIMEOUT_SECONDS),
            greet=document.get("Greet", True),
            tokens=self.tokens,
            vault=vault,
            client=self.client,
            clock=self.clock,
        )
