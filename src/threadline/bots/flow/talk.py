"""One turn while it runs: what was heard, what is said, what is remembered."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from threadline.bots.flow import templates
from threadline.bots.flow.answers import Heard
from threadline.bots.flow.templates import Template
from threadline.errors import BotRefused
from threadline.model.plain import clean
from threadline.model.timeline import Element, Text
from threadline.model.turn import Turn

MAX_CONTEXT = 10_240
MAX_SAID = 50

_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Talk:
    """
    `node` is where the flow stands; errors name it. `refused` tells how many answers it did
    not take since the flow came there. Everything raises `BotRefused`.
    """

    def __init__(self, turn: Turn) -> None:
        self.node = ""
        self.refused = 0
        self.heard = clean(turn.text)
        self.media = [clean(media.url) for media in turn.media]
        self.said: list[Element] = []
        self.context: dict[str, Any] = dict(turn.context)
        self._turn = turn
        self._scope: dict[str, Any] | None = None

    def come_to(self, node: str) -> None:
        self.node, self.refused = node, 0
        if self._turn.passed is not None:
            self._turn.passed.append(node)

    @property
    def answer(self) -> Heard:
        """What was heard, to be read as a number or the like."""
        return Heard(self.heard, self._turn.at, self._turn.contact)

    def say(self, text: Template) -> None:
        """A text that comes out empty is not said."""
        if said := self.render(text).strip():
            self.add(Text(said))

    def add(self, element: Element) -> None:
        if len(self.said) >= MAX_SAID:
            self.refuse(f"A turn may say at most {MAX_SAID} things.")
        self.said.append(element)

    def render(self, text: Template) -> str:
        if text.compiled is None:
            return text.source
        try:
            return text.render(self.scope)
        except ValueError as why:
            self.refuse(str(why))

    def fill(self, value: Any) -> Any:
        """A value with its holes filled."""
        try:
            return templates.fill(value, self.scope)
        except ValueError as why:
            self.refuse(str(why))

    def remember(self, name: str, value: Any) -> None:
        """Set a context variable."""
        self.context[name] = value
        size = len(_compact(self.context).encode())
        if size > MAX_CONTEXT:
            message = f"With `{name}` the context has {size} bytes; {MAX_CONTEXT} are allowed."
            self.refuse(message)
        if self._scope is not None:
            self._scope[name] = self._scope["context"][name] = value

    def refuse(self, why: str) -> NoReturn:
        raise BotRefused(f"Node `{self.node}`: {why}")

    @property
    def scope(self) -> dict[str, Any]:
        """What a template can name."""
        if self._scope is None:
            self._scope = self._make_scope()
        return self._scope

    def _make_scope(self) -> dict[str, Any]:
        turn = self._turn
        endpoint = dict(turn.endpoint.document)
        context = {**self.context, "endpointData": endpoint}
        system = {
            "conversationId": str(turn.conversation),
            "organization": turn.endpoint.organization,
            "sessionId": turn.session,
            "bot": turn.bot,
            "identity": turn.contact,
        }
        user = {"message": self.heard, "media": self.media}
        payload = {"user": user, "context": context, "system": system}
        if turn.event is not None:
            chosen = {"id": turn.event.id, "title": turn.event.title}
            done = {"result": chosen, "source": turn.event.source, "data": turn.event.data}
            payload["markupInteraction"] = done
        message = {"timestamp": turn.at // 1000, "payload": payload}
        return {**context, "context": context, "msg": message}
