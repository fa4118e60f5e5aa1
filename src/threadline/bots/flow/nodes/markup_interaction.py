"""Markup Interaction: shows buttons, a list or the like, and waits for a choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import Stop, Then, WaitingNode
from threadline.bots.flow.nodes.markup import shown
from threadline.bots.flow.talk import Talk
from threadline.bots.flow.told import short
from threadline.model import markup
from threadline.model.choices import Choice, plain, understood
from threadline.model.templates import Template
from threadline.model.timeline import Element
from threadline.model.wording import in_words


@dataclass(frozen=True, slots=True)
class MarkupInteraction(WaitingNode):
    """
    `options` has a port for each choice, by its id or title in plain; without any, `next` is
    the port of all of them. What is typed and no choice leads to `other`.
    """

    xml: Template
    options: Mapping[str, str]
    next: str
    other: str
    store: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        xml = fields.markup("xml")
        simple = fields.get("simple") is True
        node = cls(
            xml=xml,
            options={} if simple else _options(fields),
            next=fields.wire("next", default=None if simple else ""),
            other=fields.wire("other"),
            store=fields.variable("store", default=""),
        )
        if not simple and xml.source and xml.compiled is None:
            _compare(fields, node.options, _choices(markup.read(xml.source)))
        return node

    @property
    def summary(self) -> str:
        return shown(self.xml)

    @property
    def labels(self) -> Mapping[str, str]:
        return {"other": "typed"} | ({} if self.options else {"next": "chosen"})

    @property
    def wires(self) -> Mapping[str, str]:
        chosen = {"next": self.next} if self.next else {}
        return {**self.options, **chosen, "other": self.other}

    def enter(self, talk: Talk) -> Then:
        elements = markup.read(talk.render(self.xml))
        for element in elements:
            talk.add(element)
        offered = [[one.id, one.title, one.source] for one in _choices(elements)]
        talk.held = {"offered": offered} if offered else {}
        return Stop.WAIT

    def answer(self, talk: Talk) -> Then:
        event, choices = talk.turn.event, _offered(talk.held.get("offered"))
        if event is not None:
            return self._go(talk, event.id, event.title, event.source)
        choice = understood(talk.heard, choices)
        if choice is None:
            return self.other
        return self._go(talk, choice.id, choice.title, choice.source)

    def _go(self, talk: Talk, id: str, title: str, source: str) -> Then:
        talk.choose(id, title, source)
        if self.store:
            talk.remember(self.store, title or id)
            talk.choose(id, title, source)
        ports = {plain(name): to for name, to in self.options.items()}
        return ports.get(plain(id)) or ports.get(plain(title)) or self.next or self.other


def _choices(elements: Iterable[Element]) -> list[Choice]:
    """All that can be chosen, numbered through."""
    found: list[Choice] = []
    for element in elements:
        words = in_words(element, len(found) + 1)
        found += words.choices if words else ()
    return found


def _offered(held: Any) -> list[Choice]:
    parts = held if isinstance(held, list) else []
    return [
        Choice(number, *map(str, one))
        for number, one in enumerate(parts, 1)
        if isinstance(one, list) and len(one) == 3
    ]


def _options(fields: Fields) -> Mapping[str, str]:
    inside = fields.inside("options", {})
    return {name: inside.as_wire(to, name) for name, to in fields.mapping("options").items()}


def _compare(fields: Fields, ports: Mapping[str, str], offered: Iterable[Choice]) -> None:
    """Every port is a choice, and every choice has a port."""
    named = {plain(name) for name in ports}
    choices = list(offered)
    known = {plain(one.id) for one in choices} | {plain(one.title) for one in choices}
    for name in ports:
        if plain(name) not in known:
            message = f"The markup offers no {short(name)}."
            mend = fields.near(name, [one.id for one in choices])
            fields.wrong("option_unknown", "options", message, mend)
    for one in choices:
        if not fields.document.get("next") and not {plain(one.id), plain(one.title)} & named:
            message = f"No port is for {short(one.title or one.id)}."
            mend = "Give it one in `options`, or write `next` for all others."
            fields.wrong("option_unwired", "options", message, mend)
