"""Which intent a text has: said exactly so, in a pattern, or nearly so. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rapidfuzz import fuzz

from threadline.bots.flow.patterns import LENGTH
from threadline.model.choices import plain

THRESHOLD = 0.75
"""How sure it has to be of what was said nearly so, from 0 to 1."""
PART = 0.9
"""What a text that has all words of an utterance, and others, is worth against a whole one."""


@dataclass(frozen=True, slots=True)
class Intent:
    """`utterances` are plain. Named groups of a pattern are the slots."""

    name: str
    utterances: tuple[str, ...] = ()
    patterns: tuple[re.Pattern[str], ...] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    """`confidence` is from 0 to 1."""

    intent: str
    confidence: float
    slots: Mapping[str, str] = field(default_factory=dict)


def understand(text: str, intents: Iterable[Intent], threshold: float) -> Understood | None:
    """The best of them; of two that are as good, the first. None: none is good enough."""
    said = plain(text[:LENGTH])
    if not said:
        return None
    best: Understood | None = None
    for intent in intents:
        if said in intent.utterances:
            return Understood(intent.name, 1.0)
        for pattern in intent.patterns:
            if found := pattern.search(text[:LENGTH].strip()):
                slots = {name: one for name, one in found.groupdict().items() if one}
                best = _better(best, Understood(intent.name, 0.99, slots))
        for utterance in intent.utterances:
            best = _better(best, Understood(intent.name, _alike(said, utterance)))
    return best if best is not None and best.confidence >= threshold else None


def _better(one: Understood | None, other: Understood) -> Understood:
    return other if one is None or other.confidence > one.confidence else one


def _alike(said: str, utterance: str) -> float:
    """By their words in any order; slips count little, other words count more."""
    whole = fuzz.token_sort_ratio(said, utterance)
    part = fuzz.token_set_ratio(said, utterance) * PART if " " in utterance else 0
    return round(max(whole, part) / 100, 4)
