"""One turn while it runs: what was heard, what is said, what is remembered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from threadline.bots.flow import message, templates
from threadline.bots.flow.answers import Heard
from threadline.bots.flow.templates import Template
from threadline.errors import BotRefused
from threadline.model.plain import clean
from threadline.model.timeline import Element, Note, Text
from threadline.model.turn import Then, Turn

MAX_CONTEXT = 10_240
MAX_SAID = 50

_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Talk:
    """
    `node` is where the flow stands; errors name it. `held` is what a node that waits wants to
    find when it is answered. `kept` is what the flow has put into `msg` itself, until the
    session ends. `then` and `wake_at` are those of the `Reply`. Everything raises
    `BotRefused`.
    """

    def __init__(self, turn: Turn) -> None:
        self.node = ""
        self.held: dict[str, Any] = {}
        self.then: Then | None = None
        self.wake_at: int | None = None
        self.heard = clean(turn.text)
        self.media = [clean(media.url) for media in turn.media]
        self.said: list[Element] = []
        self.context: dict[str, Any] = dict(turn.context)
        kept = turn.state.get("msg")
        self.kept: Mapping[str, Any] = kept if isinstance(kept, Mapping) else {}
        self.turn = turn
        self._scope: dict[str, Any] | None = None

    def come_to(self, node: str) -> None:
        self.node, self.held = node, {}
        if self.turn.passed is not None:
            self.turn.passed.append(node)

    @property
    def answer(self) -> Heard:
        """What was heard, to be read as a number or the like."""
        return Heard(self.heard, self.turn.at, self.turn.contact)

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
        self.remember_all({**self.context, name: value}, f"With `{name}` the context")

    def remember_all(self, context: Mapping[str, Any], what: str = "The context") -> None:
        """Set all that is remembered about the contact."""
        size = len(_compact(context).encode())
        if size > MAX_CONTEXT:
            self.refuse(f"{what} has {size} bytes; {MAX_CONTEXT} are allowed.")
        self.context = dict(context)
        self._scope = None

    def put(self, changed: Mapping[str, Any]) -> None:
        """
        Set `msg`. What is Threadline's own in it stays as it is; the context in it is
        remembered, and the rest is kept until the session ends.
        """
        kept = message.own(changed)
        size = len(_compact(kept).encode())
        if size > MAX_CONTEXT:
            self.refuse(f"`msg` has {size} bytes of its own; {MAX_CONTEXT} are allowed.")
        self.kept = kept
        context = message.context(changed)
        if context is not None and context != self.context:
            self.remember_all(context)
        self._scope = None

    def caught(self, why: str) -> None:
        """Something went wrong here; the flow can name it as `msg.error`."""
        self.add(Note(why, "caught"))
        self.put({**self.scope["msg"], "error": {"message": why, "source": {"id": self.node}}})

    def refuse(self, why: str) -> NoReturn:
        raise BotRefused(f"Node `{self.node}`: {why}")

    @property
    def scope(self) -> dict[str, Any]:
        """What a template can name."""
        if self._scope is None:
            self._scope = self._make_scope()
        return self._scope

    def _make_scope(self) -> dict[str, Any]:
        endpoint = dict(self.turn.endpoint.document)
        context = {**self.context, "endpointData": endpoint}
        whole = message.built(self.turn, self.heard, self.media, context)
        return {**context, "context": context, "msg": message.merged(whole, self.kept)}
