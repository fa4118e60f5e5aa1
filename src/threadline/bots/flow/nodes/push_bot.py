"""Push Bot To Stack: another bot goes on until it has done its part, then this flow does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import Stop, Then, WaitingNode
from threadline.bots.flow.talk import Talk
from threadline.model.turn import ToBot


@dataclass(frozen=True, slots=True)
class PushBotToStack(WaitingNode):
    bot: str
    next: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(bot=fields.plain("bot"), next=fields.wire("next"))

    @property
    def summary(self) -> str:
        return self.bot

    @property
    def wires(self) -> Mapping[str, str]:
        return {"next": self.next}

    def enter(self, talk: Talk) -> Then:
        talk.then = ToBot(self.bot, returns=True)
        return Stop.HAND

    def answer(self, talk: Talk) -> Then:
        return self.next
