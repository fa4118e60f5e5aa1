"""One turn while it runs: what was heard, what is said, what is remembered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, NoReturn

from threadline.bots.flow import languages, message, ways
from threadline.bots.flow.answers import Heard
from threadline.bots.flow.errands import Failed, Outcome, Script
from threadline.errors import BotFailed, BotRefused
from threadline.model import spans, templates
from threadline.model.clock import SECOND
from threadline.model.plain import clean
from threadline.model.policy import Policy
from threadline.model.templates import Template
from threadline.model.timeline import Element, Note, Text
from threadline.model.turn import MAX_CONTEXT, Then, Turn

MAX_MESSAGE = 262_144
"""Bytes that a flow may put into `msg` while a turn runs."""
MAX_SAID = 50

_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Talk:
    """
    `node` is where the flow stands; errors name it. `held` is what a node that waits wants to
    find when it is answered. `kept` is what the flow has put into `msg` itself, until the
    session ends. `then` and `policy` are those of the `Reply`. Everything raises `BotRefused`.
    """

    def __init__(self, turn: Turn) -> None:
        self.node = ""
        self.held: dict[str, Any] = {}
        self.then: Then | None = None
        self.policy: Policy | None = None
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

    def say(self, text: Template, pause: float = 0) -> None:
        """A text that comes out empty is not said. `pause` is in seconds."""
        if said := self.render(text).strip():
            self.add(Text(said, minimum_display_time=pause))

    def add(self, element: Element) -> None:
        if len(self.said) >= MAX_SAID:
            self.refuse(f"A turn may say at most {MAX_SAID} things.")
        self.said.append(element)

    def render(self, text: Template) -> str:
        if text.languages:
            text = languages.chosen(self.context.get("lang"), text.languages)
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
        scope = self._scope
        self.remember_all({**self.context, name: value}, f"With `{name}` the context")
        if scope is not None:  # as good as made anew, which costs more
            scope[name] = scope["context"][name] = value
            self._scope = scope

    def remember_all(self, context: Mapping[str, Any], what: str = "The context") -> None:
        """Set all that is remembered about the contact."""
        self._measure(context, MAX_CONTEXT, what)
        self.context = dict(context)
        self._scope = None

    def find(self, way: ways.Way) -> Any:
        """What is there; None if nothing is."""
        return ways.find(self.scope["msg"] if way.in_message else self.scope, way.names)

    def place(self, way: ways.Way, value: Any, gone: bool = False) -> None:
        """Put the value there, or take away what is there."""
        whole = self.scope["msg"] if way.in_message else self.context
        try:
            changed = (
                ways.without(whole, way.names) if gone else ways.put(whole, way.names, value)
            )
        except ValueError as why:
            self.refuse(str(why))
        if way.in_message:
            self.put(changed)
        else:
            self.remember_all(changed)

    def choose(self, id: str, title: str, source: str = "") -> None:
        """What the contact chose is `msg.payload.markupInteraction`, in this turn."""
        found = self.scope["msg"]
        done = {"result": {"id": id, "title": title}, "source": source, "data": {}}
        payload = {**found["payload"], "markupInteraction": done}
        self._scope = {**self.scope, "msg": {**found, "payload": payload}}

    def put(self, changed: Mapping[str, Any]) -> None:
        """
        Set `msg`. What is Threadline's own in it stays as it is; the context in it is
        remembered, and the rest is kept until the session ends.
        """
        kept = message.own(changed)
        self._measure(kept, MAX_MESSAGE, "What the flow put into `msg`")
        self.kept = kept
        context = message.context(changed)
        if context is not None and context != self.context:
            self.remember_all(context)
        self._scope = None

    def lasting(self) -> dict[str, Any]:
        """What the next turn finds of what the flow put into `msg`."""
        kept = message.lasting(self.kept) if self.kept else {}
        if kept:
            self._measure(kept, MAX_CONTEXT, "What is kept of `msg`")
        return kept

    def _measure(self, value: Mapping[str, Any], most: int, what: str) -> None:
        size = len(_compact(value).encode())
        if size > most:
            self.refuse(f"{what} has {size} bytes; {most} are allowed.")

    def context_is(self, context: Mapping[str, Any], before: Mapping[str, Any]) -> None:
        """Remember it, unless it is still as it was before."""
        found = {name: one for name, one in context.items() if name != "endpointData"}
        if found != before:
            self.remember_all(found)

    def words(self, value: Any) -> str:
        """A value with its holes filled, as a text says it."""
        found = self.fill(value)
        if isinstance(found, str):
            return found
        return "" if found is None else _compact(found)

    @property
    def key(self) -> str:
        """Of what this node wants done in this turn."""
        return f"{self.turn.id}-{self.node}".encode("ascii", "replace").decode()

    @property
    def chance(self) -> int:
        """Up to four thousand million, the same whenever this turn comes to this node."""
        return int.from_bytes(blake2b(self.key.encode(), digest_size=4).digest())

    def script(self, code: str, expression: bool = False) -> Script:
        """What a script can name, as it is now."""
        names = {
            "msg": self.scope["msg"],
            "context": {"state": {"history": []}, **self.scope["context"]}
            if expression
            else self.scope["context"],
            "now": self.turn.at // 1000,
            "seed": self.chance,
            "node": self.node,
        }
        return Script(code, names, expression)

    def wait_for(self, span: Template) -> None:
        """The node wants to be woken then, if nobody has answered it before."""
        try:
            seconds = spans.seconds(self.render(span))
        except ValueError as why:
            self.refuse(str(why))
        self.held["until"] = self.turn.at + int(seconds * SECOND)

    @property
    def wait_is_over(self) -> bool:
        return self.wakes_at is None or self.turn.at >= self.wakes_at

    @property
    def wakes_at(self) -> int | None:
        """When the node wants to be woken."""
        found = self.held.get("until")
        return found if isinstance(found, int) else None

    def fail(self, outcome: Outcome) -> NoReturn:
        """What the node wanted done could not be done."""
        why = outcome.why if isinstance(outcome, Failed) else "It has failed."
        if isinstance(outcome, Failed) and outcome.again:
            raise BotFailed(f"Node `{self.node}`: {why}")
        self.refuse(why)

    def tell(self, outcome: Outcome) -> None:
        """The same, where the flow goes on by itself: it can name it as `msg.error`."""
        self.caught(outcome.why if isinstance(outcome, Failed) else "It has failed.")

    def caught(self, why: str) -> None:
        """Something went wrong here; the flow can name it as `msg.error`."""
        self.add(Note(why, "caught"))
        plain = why.removeprefix(f"Node `{self.node}`: ")
        error = {"message": plain, "source": {"id": self.node}}
        self.put({**self.scope["msg"], "error": error, "errorMessage": plain})

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
