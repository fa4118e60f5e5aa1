"""Host Notification: a word to the web page that hosts a messenger, unseen by the contact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import Node, Then
from threadline.bots.flow.talk import Talk
from threadline.model import timeline
from threadline.model.templates import Template


@dataclass(frozen=True, slots=True)
class HostNotification(Node):
    text: Template
    next: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(text=fields.text("text"), next=fields.wire("next"))

    @property
    def summary(self) -> str:
        return self.text.source

    @property
    def wires(self) -> Mapping[str, str]:
        return {"next": self.next}

    def enter(self, talk: Talk) -> Then:
        talk.add(timeline.HostNotification(talk.render(self.text)))
        return self.next
