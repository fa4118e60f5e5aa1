"""Prompt: asks a question and waits for one of its options, or for anything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from threadline.bots.flow.fields import Fields, short
from threadline.bots.flow.node import Stop, Then, WaitingNode
from threadline.bots.flow.talk import Talk
from threadline.bots.flow.templates import Template
from threadline.model.timeline import Suggestions

PUNCTUATION = " .,;:!?…()[]\"'#*"


@dataclass(frozen=True, slots=True)
class Option:
    id: str
    title: str
    next: str


@dataclass(frozen=True, slots=True)
class Prompt(WaitingNode):
    """`answers` is what a contact may write for each option; `other` may be empty."""

    text: Template
    options: tuple[Option, ...]
    answers: Mapping[str, Option]
    other: str
    store: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        text, options = fields.text("text"), _options(fields)
        return cls(
            text=text,
            options=options,
            answers=_answers(options, fields),
            other=fields.wire("other", default=""),
            store=fields.variable("store", default=""),
        )

    @property
    def wires(self) -> Mapping[str, str]:
        ports = {option.id: option.next for option in self.options}
        return ports | ({"other": self.other} if self.other else {})

    def enter(self, talk: Talk) -> Then:
        talk.say(self.text)
        talk.add(Suggestions(tuple((option.id, option.title) for option in self.options)))
        return Stop.WAIT

    def answer(self, talk: Talk) -> Then:
        chosen = self.answers.get(_normal(talk.heard))
        if chosen is None:
            return self.other or self.enter(talk)
        if self.store:
            talk.remember(self.store, chosen.title)
        return chosen.next


def _options(fields: Fields) -> tuple[Option, ...]:
    """`{title: node}`, or a list of `{id, title, next}`."""
    if isinstance(fields.get("options"), list):
        return tuple(_option(part) for part in fields.parts("options"))
    inside = fields.inside("options", {})
    found = fields.mapping("options")
    return tuple(Option(title, title, inside.as_wire(to, title)) for title, to in found.items())


def _option(fields: Fields) -> Option:
    title = fields.plain("title")
    option = Option(fields.plain("id", default=title), title, fields.wire("next"))
    fields.finish()
    return option


def _answers(options: tuple[Option, ...], fields: Fields) -> dict[str, Option]:
    answers: dict[str, Option] = {}
    for option in options:
        for word in dict.fromkeys((_normal(option.title), _normal(option.id))):
            if word in answers:
                message = f"Two options answer to {short(word)}."
                fields.wrong("option_twice", "options", message, "Give each its own title.")
            answers[word] = option
    numbers = {str(number): option for number, option in enumerate(options, start=1)}
    return numbers | answers


def _normal(text: str) -> str:
    """What somebody who types on a phone means the same by: ` TEA! ` is `tea`."""
    plain = " ".join(text.split()).casefold()
    return plain.strip(PUNCTUATION) or plain
