"""Input: waits for any text, or for one that is a number, a date or what else it accepts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from threadline.bots.flow import patterns
from threadline.bots.flow.answers import ACCEPTS, Between, Fits, OneOf, Read
from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import Stop, Then, WaitingNode
from threadline.bots.flow.patience import Patience
from threadline.bots.flow.talk import Talk
from threadline.bots.flow.told import short
from threadline.model.choices import MOST, Choice
from threadline.model.templates import Template

MAX_RETRIES = 20


@dataclass(frozen=True, slots=True)
class Input(WaitingNode):
    """
    `accepts` tells what an answer means; without it every text is one. `retry` is said to an
    answer that is none, the first to the first of them and so on; then the text again. After
    `retries` of them the flow goes to `invalid`, which may be empty.
    """

    text: Template
    accepts: Read | None
    retry: tuple[Template, ...]
    retries: int
    store: str
    next: str
    invalid: str
    patience: Patience

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(
            text=fields.text("text", default=""),
            accepts=_accepts(fields),
            retry=fields.texts("retry", default=""),
            retries=fields.whole("retries", MAX_RETRIES, default=0),
            store=fields.variable("store", default=""),
            next=fields.wire("next"),
            invalid=_invalid(fields),
            patience=Patience.read(fields),
        )

    @property
    def summary(self) -> str:
        return self.text.source or (f"→ {self.store}" if self.store else "")

    @property
    def labels(self) -> Mapping[str, str]:
        return {"invalid": "not understood", "silent": "no answer"}

    @property
    def wires(self) -> Mapping[str, str]:
        invalid = {"invalid": self.invalid} if self.invalid else {}
        return {"next": self.next, **invalid, **self.patience.wires}

    def enter(self, talk: Talk) -> Then:
        talk.say(self.text)
        self.patience.begin(talk)
        return Stop.WAIT

    def woken(self, talk: Talk) -> Then:
        return self.patience.silent

    def answer(self, talk: Talk) -> Then:
        answer: Any = talk.heard.strip() or talk.media
        if not answer:
            return self.enter(talk)
        if self.accepts is not None:
            answer = self.accepts(talk.answer)
        if answer is None:
            return self._again(talk)
        if self.store:
            talk.remember(self.store, answer)
        return self.next

    def _again(self, talk: Talk) -> Then:
        found = talk.held.get("refused")
        refused = found if isinstance(found, int) else 0
        if self.invalid and refused >= self.retries:
            return self.invalid
        told = self.retry[min(refused, len(self.retry) - 1)]
        talk.say(told if told.source else self.text)
        talk.held = {"refused": refused + 1}
        self.patience.begin(talk)
        return Stop.WAIT


def _accepts(fields: Fields) -> Read | None:
    """By name, by a pattern or by choices; None = every text is an answer."""
    given = [name for name in ("accept", "pattern", "choices") if fields.get(name) is not None]
    if len(given) > 1:
        mend = "Keep one of them: `accept`, `pattern` or `choices`."
        fields.wrong("accept_invalid", given[1], f"There is `{given[0]}` already.", mend)
    name = fields.plain("accept", default="")
    least, most = fields.number("min"), fields.number("max")
    if name and name not in ACCEPTS:
        message = f"An Input cannot accept {short(name)}."
        fields.wrong("accept_invalid", "accept", message, fields.near(name, ACCEPTS))
    if (least, most) != (None, None) and name != "number":
        key = "max" if least is None else "min"
        mend = "Write `accept: number` beside it, or remove it."
        fields.wrong("accept_invalid", key, "Only a number has bounds.", mend)
    if least is not None and most is not None and least > most:
        message = "No number is this and below, and above that."
        fields.wrong("accept_invalid", "max", message, "Write a `max` above `min`.")
    if name == "number":
        return Between(least, most)
    return ACCEPTS.get(name) or _pattern(fields) or _choices(fields)


def _pattern(fields: Fields) -> Read | None:
    source = fields.plain("pattern", default="")
    try:
        return Fits(patterns.compile(source)) if source else None
    except ValueError as why:
        mend = "docs/reference/flow.md tells what a pattern may have."
        fields.wrong("pattern_invalid", "pattern", str(why), mend)
        return None


def _choices(fields: Fields) -> Read | None:
    titles = fields.plains("choices")
    if len(titles) > MOST:
        message = f"There are {len(titles)} choices; {MOST} are allowed."
        fields.wrong("field_invalid", "choices", message, "Ask in two steps.")
    choices = (Choice(number, title, title) for number, title in enumerate(titles, 1))
    return OneOf(tuple(choices)) if titles else None


def _invalid(fields: Fields) -> str:
    to = fields.wire("invalid", default="")
    if fields.get("retries") is not None and not to:
        mend = "Write `invalid: …` with the node that is next then."
        message = "After so many retries the flow goes nowhere."
        fields.wrong("wire_missing", "retries", message, mend)
    anything = all(fields.get(name) is None for name in ("accept", "pattern", "choices"))
    for name in ("retry", "retries", "invalid"):
        if anything and fields.get(name) is not None:
            mend = "Write what it accepts: `accept`, `pattern` or `choices`."
            fields.wrong("accept_missing", name, "This Input takes every text.", mend)
            break
    return to
