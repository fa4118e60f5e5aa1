"""Transfer: another bot goes on, for good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import Node, Stop, Then
from threadline.bots.flow.talk import Talk
from threadline.model.turn import ToBot


@dataclass(frozen=True, slots=True)
class Transfer(Node):
    bot: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(bot=fields.plain("bot"))

    @property
    def summary(self) -> str:
        return self.bot

    @property
    def wires(self) -> Mapping[str, str]:
        return {}

    def enter(self, talk: Talk) -> Then:
        talk.then = ToBot(self.bot)
        return Stop.HAND
