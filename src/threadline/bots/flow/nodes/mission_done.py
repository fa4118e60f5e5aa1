"""Bot Mission Done: the bot that called this one goes on, or else the session ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import Node, Stop, Then
from threadline.bots.flow.talk import Talk
from threadline.model.turn import MissionDone


@dataclass(frozen=True, slots=True)
class BotMissionDone(Node):
    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls()

    @property
    def summary(self) -> str:
        return ""

    @property
    def wires(self) -> Mapping[str, str]:
        return {}

    def enter(self, talk: Talk) -> Then:
        talk.then = MissionDone()
        return Stop.HAND
