"""Intents: waits for a text and goes on by what the contact wants with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from threadline.bots.flow import patterns
from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import Stop, Then, WaitingNode
from threadline.bots.flow.patience import Patience
from threadline.bots.flow.talk import Talk
from threadline.bots.flow.told import short
from threadline.bots.flow.understanding import THRESHOLD, Intent, Understood, understand
from threadline.model.choices import plain

HISTORY = 50
"""Intents that are remembered, as `state.history`."""


@dataclass(frozen=True, slots=True)
class Intents(WaitingNode):
    """`ways` has the node for each intent; what is none of them leads to `fallback`."""

    intents: tuple[Intent, ...]
    ways: Mapping[str, str]
    threshold: float
    fallback: str
    patience: Patience

    @classmethod
    def read(cls, fields: Fields) -> Self:
        parts = fields.parts("intents")
        ways: dict[str, str] = {}
        intents = tuple(_intent(part, ways) for part in parts)
        return cls(
            intents=intents,
            ways=ways,
            threshold=_threshold(fields),
            fallback=fields.wire("fallback"),
            patience=Patience.read(fields),
        )

    @property
    def summary(self) -> str:
        return ", ".join(self.ways)

    @property
    def labels(self) -> Mapping[str, str]:
        return {"fallback": "not understood", "silent": "no answer"}

    @property
    def wires(self) -> Mapping[str, str]:
        return {**self.ways, "fallback": self.fallback, **self.patience.wires}

    def enter(self, talk: Talk) -> Then:
        self.patience.begin(talk)
        return Stop.WAIT

    def woken(self, talk: Talk) -> Then:
        return self.patience.silent

    def answer(self, talk: Talk) -> Then:
        found = understand(talk.heard, self.intents, self.threshold)
        found = found or Understood("fallback", 0.0)
        message = talk.scope["msg"]
        result = {
            "intent": found.intent,
            "intentDetectionConfidence": found.confidence,
            "slots": dict(found.slots),
        }
        state = {"input": {"utteranceText": talk.heard}}
        talk.put(
            {**message, "payload": {**message["payload"], "result": result, "state": state}}
        )
        known = talk.context.get("state")
        before = known.get("history") if isinstance(known, Mapping) else None
        history = [*(before if isinstance(before, list) else []), found.intent][-HISTORY:]
        inner = known if isinstance(known, Mapping) else {}
        talk.remember("state", {**inner, "history": history})
        return self.ways.get(found.intent, self.fallback)


def intent(fields: Fields) -> Intent:
    """Its name, and how it is said."""
    name = fields.plain("name")
    if name and not name.replace("_", "a").isalnum():
        mend = "Use letters, digits and underscores."
        fields.wrong("name_invalid", "name", f"{short(name)} names no intent.", mend)
    found = []
    for index, source in enumerate(fields.plains("patterns")):
        try:
            found.append(patterns.compile(source))
        except ValueError as why:
            inside = fields.inside("patterns", {})
            inside.wrong("pattern_invalid", index, str(why), "See docs/reference/flow.md.")
    return Intent(name, tuple(map(plain, fields.plains("utterances"))), tuple(found))


def _intent(fields: Fields, ways: dict[str, str]) -> Intent:
    read = intent(fields)
    if read.name in ways:
        message = f"There is an intent {short(read.name)} already."
        fields.wrong("intent_twice", "name", message, "Give each its own name.")
    if not read.utterances and not read.patterns:
        message = f"Nothing says how {short(read.name)} is said."
        fields.wrong("field_missing", "utterances", message, "Write a list of texts.")
    ways[read.name] = fields.wire("next")
    fields.finish()
    return read


def _threshold(fields: Fields) -> float:
    found = fields.number("threshold")
    if found is not None and not 0 <= found <= 1:
        fields.wrong(
            "field_invalid", "threshold", "It is from 0 to 1.", "Write for instance 0.8."
        )
    return THRESHOLD if found is None else found
