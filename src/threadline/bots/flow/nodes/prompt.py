"""Prompt: asks a question and waits for one of its options, or for anything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from threadline.bots.flow import languages
from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import Stop, Then, WaitingNode
from threadline.bots.flow.patience import Patience
from threadline.bots.flow.talk import Talk
from threadline.bots.flow.told import short
from threadline.model.choices import Choice, plain, understood
from threadline.model.templates import Template
from threadline.model.timeline import Option as Shown
from threadline.model.timeline import SuggestionPrompt

OTHERS = {"other": "anything else", "silent": "no answer"}


@dataclass(frozen=True, slots=True)
class Option:
    """`titles` are in the languages that it has, "" = in all of them; `title` is the first."""

    id: str
    titles: Mapping[str, str]
    next: str

    @property
    def title(self) -> str:
        return next(iter(self.titles.values()))


@dataclass(frozen=True, slots=True)
class Prompt(WaitingNode):
    """
    `answers` is what the options are called, plain; `choices` are the options, numbered in
    their order. `other` may be empty.
    """

    text: Template
    options: tuple[Option, ...]
    answers: Mapping[str, Option]
    choices: tuple[Choice, ...]
    other: str
    store: str
    patience: Patience

    @classmethod
    def read(cls, fields: Fields) -> Self:
        text, options = fields.text("text"), _options(fields)
        return cls(
            text=text,
            options=options,
            answers=_answers(options, fields),
            choices=tuple(
                Choice(number, one.id, title)
                for number, one in enumerate(options, 1)
                for title in one.titles.values()
            ),
            other=fields.wire("other", default=""),
            store=fields.variable("store", default=""),
            patience=Patience.read(fields),
        )

    @property
    def summary(self) -> str:
        return self.text.source

    @property
    def labels(self) -> Mapping[str, str]:
        return {option.id: option.title for option in self.options} | OTHERS

    @property
    def wires(self) -> Mapping[str, str]:
        ports = {option.id: option.next for option in self.options}
        return {**ports, **({"other": self.other} if self.other else {}), **self.patience.wires}

    def enter(self, talk: Talk) -> Then:
        talk.say(self.text)
        lang = talk.context.get("lang")
        options = (Shown(one.id, languages.chosen(lang, one.titles)) for one in self.options)
        talk.add(SuggestionPrompt(tuple(options)))
        self.patience.begin(talk)
        return Stop.WAIT

    def woken(self, talk: Talk) -> Then:
        return self.patience.silent

    def answer(self, talk: Talk) -> Then:
        chosen = self.answers.get(plain(talk.heard)) or self._meant(talk.heard)
        if chosen is None:
            return self.other or self.enter(talk)
        if self.store:
            talk.remember(self.store, chosen.title)
        return chosen.next

    def _meant(self, heard: str) -> Option | None:
        """By its number, or mistyped."""
        choice = understood(heard, self.choices)
        return self.options[choice.number - 1] if choice else None


def _options(fields: Fields) -> tuple[Option, ...]:
    """`{title: node}`, or a list of `{id, title, next}`."""
    if isinstance(fields.get("options"), list):
        return tuple(_option(part) for part in fields.parts("options"))
    inside = fields.inside("options", {})
    found = fields.mapping("options")
    return tuple(
        Option(title, {"": title}, inside.as_wire(to, title)) for title, to in found.items()
    )


def _option(fields: Fields) -> Option:
    titles = fields.titles("title")
    first = next(iter(titles.values()))
    option = Option(fields.plain("id", default=first), titles, fields.wire("next"))
    fields.finish()
    return option


def _answers(options: tuple[Option, ...], fields: Fields) -> dict[str, Option]:
    answers: dict[str, Option] = {}
    for option in options:
        for word in dict.fromkeys(map(plain, (*option.titles.values(), option.id))):
            if word in answers:
                message = f"Two options answer to {short(word)}."
                fields.wrong("option_twice", "options", message, "Give each its own title.")
            answers[word] = option
    return answers
