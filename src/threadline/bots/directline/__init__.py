"""
A bot of the Bot Framework behind Direct Line 3.0. docs/howto/microsoft-bot.md tells more.

    talk       the requests of one turn
    wire       what is said over Direct Line, and what of it is an answer
    document   what a bot's document has to say

The service tells what a bot said only to those who ask, so a turn asks until the bot has
answered and was silent for a while.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from threadline.bots.directline import document as documents
from threadline.bots.directline import wire
from threadline.bots.directline.talk import Gone, Talk, understanding
from threadline.bots.directline.wire import Line
from threadline.egress import Client
from threadline.egress.gates import place
from threadline.errors import BotFailed, BotRefused, Invalid, Problem
from threadline.model import activities
from threadline.model.activities import Activity
from threadline.model.bot import BotRecord
from threadline.model.elsewhere import TIMEOUT_SECONDS, fits_header
from threadline.model.timeline import Note
from threadline.model.turn import Reply, Turn
from threadline.ports import Vault

__all__ = ["DirectLineBot", "DirectLineBots"]

GREETING_SECONDS = 3
"""How long a greeting is waited for when nobody has said anything."""
KEPT = 1000
LATE = "The bot did not answer within {s:g} s. What it says later comes with its next answer."

Begun = dict[tuple[str, str, int, str], str]
"""The conversations that turns of this process began, by organization, bot, version, turn."""


@dataclass(frozen=True, slots=True)
class DirectLineBot:
    """Its `secret` is the name of one, which is revealed for each turn."""

    key: tuple[str, str, int]
    where: str
    url: str = field(repr=False)
    secret: str
    timeout: float
    settle: float
    begun: Begun = field(repr=False)
    vault: Vault = field(repr=False)
    client: Client = field(repr=False)

    async def reply(self, turn: Turn) -> Reply:
        """
        Raises `BotFailed` when another try may help, else `BotRefused`; and what the vault
        raises when it cannot give the secret.
        """
        try:
            message = wire.message(turn)
        except ValueError as why:
            raise BotRefused(f"The bot at {self.where} was not asked: {why}") from None
        secret, deadline = await self._reveal(), monotonic() + self.timeout
        talk = Talk(turn, self.where, self.url, secret, deadline, self.client)
        if line := wire.kept(turn.state) or self._begun(turn):
            try:
                heard, line = await talk.read(line)
                return await self._answer(talk, line, heard, message)
            except Gone:
                pass  # the service forgets conversations that were silent for long
        line = await talk.begin()
        self._remember(turn, line)
        if message is None:
            talk.deadline = min(talk.deadline, monotonic() + GREETING_SECONDS)
            heard = []
            line = await talk.listen(line, heard, self.settle)
            return self._reply(turn, line, heard)
        return await self._answer(talk, line, [], message)

    async def _answer(
        self, talk: Talk, line: Line, heard: list[Activity], message: bytes | None
    ) -> Reply:
        """`heard` is what the bot said too late for the turn before, or to this one already."""
        if message is None:
            return self._reply(talk.turn, line, heard)
        repeated = wire.is_asked(heard, talk.turn)
        if not repeated:
            await talk.say(line, message)
        line = await talk.listen(line, heard, self.settle)
        reply = self._reply(talk.turn, line, heard)
        if wire.is_answered(heard, talk.turn):
            return reply
        if repeated:
            raise BotFailed(f"The bot at {self.where} has got this text and does not answer.")
        reply.elements += (Note(LATE.format(s=self.timeout), "unanswered"),)
        return reply

    def _reply(self, turn: Turn, line: Line, heard: list[Activity]) -> Reply:
        with understanding(self.where):
            said = activities.said(wire.answers(heard, turn))
        ended = wire.is_over(heard, turn)
        state = {} if ended else wire.state(line)
        return Reply(said.elements, state, turn.context, ended=ended)

    def _begun(self, turn: Turn) -> Line | None:
        found = self.begun.get((*self.key, turn.id))
        return Line(found) if found else None

    def _remember(self, turn: Turn, line: Line) -> None:
        """Until the store has the state, for when the turn comes again."""
        while len(self.begun) >= KEPT:
            self.begun.pop(next(iter(self.begun)))
        self.begun[(*self.key, turn.id)] = line.id

    async def _reveal(self) -> str:
        value = await self.vault.reveal(self.secret)
        if isinstance(value, str) and value and fits_header(value):
            return value
        raise BotRefused(
            f"{self.secret} is no secret of Direct Line, which is one line of text. Replace it "
            "with `threadline secret replace`."
        )


@dataclass(frozen=True, slots=True)
class DirectLineBots:
    """How a bot of type "directline" is checked and opened."""

    client: Client
    begun: Begun = field(default_factory=dict, repr=False)

    def check(self, document: Mapping[str, Any], at: str) -> list[Problem]:
        """`at` is the path of the bot, such as `bots[0].` (empty for the document)."""
        return documents.check(document, at.removesuffix("."), self.client)

    async def open(self, record: BotRecord, vault: Vault) -> DirectLineBot:
        """Raises `Invalid`, also for a secret of another organization."""
        document = {**record.document, "Organization": record.organization}
        problems = self.check(document, "")
        if problems:
            raise Invalid(problems)
        url = document.get("Url", documents.URL).rstrip("/")
        return DirectLineBot(
            key=(record.organization, record.name, record.version),
            where=place(self.client.check(url)).rstrip("/"),
            url=url,
            secret=document["Secret"],
            timeout=document.get("TimeoutSeconds", TIMEOUT_SECONDS),
            settle=document.get("SettleSeconds", documents.SETTLE_SECONDS),
            begun=self.begun,
            vault=vault,
            client=self.client,
        )
