"""Change: sets, changes, moves and deletes what is known, by rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from threadline.bots.flow import patterns
from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import Node, Then
from threadline.bots.flow.talk import Talk
from threadline.bots.flow.ways import Way

VERBS = ("set", "change", "move", "delete")


@dataclass(frozen=True, slots=True)
class Rule:
    """
    One thing that is done to what is at `way`. `value` is what it is set to, what the parts
    that fit are replaced with, or the way that it moves to.
    """

    verb: str
    way: Way
    value: Any = None
    fits: Any = None


@dataclass(frozen=True, slots=True)
class Change(Node):
    rules: tuple[Rule, ...]
    next: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        rules = tuple(_rule(part) for part in fields.parts("rules"))
        return cls(rules, fields.wire("next"))

    @property
    def summary(self) -> str:
        return ", ".join(
            f"{one.verb} {'.'.join(map(str, one.way.names))}" for one in self.rules
        )

    @property
    def wires(self) -> Mapping[str, str]:
        return {"next": self.next}

    def enter(self, talk: Talk) -> Then:
        for rule in self.rules:
            _apply(rule, talk)
        return self.next


def _apply(rule: Rule, talk: Talk) -> None:
    match rule.verb:
        case "set":
            talk.place(rule.way, talk.fill(rule.value))
        case "delete":
            talk.place(rule.way, None, gone=True)
        case "move":
            found = talk.find(rule.way)
            talk.place(rule.way, None, gone=True)
            if found is not None:
                talk.place(rule.value, found)
        case "change":
            found, by = talk.find(rule.way), talk.words(rule.value)
            if isinstance(found, str):
                fits = rule.fits
                if not isinstance(fits, re.Pattern):
                    fits = re.compile(re.escape(talk.words(fits)))
                short = found[: patterns.LENGTH] if fits is rule.fits else found
                changed = fits.sub(lambda _: by, short) if fits.pattern else short
                talk.place(rule.way, changed + found[len(short) :])


def _rule(fields: Fields) -> Rule:
    given = [verb for verb in VERBS if fields.get(verb) is not None]
    if len(given) != 1:
        message = f"A rule does one thing, and here are {len(given)}."
        mend = "Use `set`, `change`, `move` or `delete`."
        fields.wrong("rule_invalid", given[1] if given else "set", message, mend)
        fields.known += ["to", "from", "matches"]
        fields.finish()
        return Rule("delete", Way(()))
    (verb,) = given
    way, value, fits = fields.way(verb), None, None
    if verb == "move":
        value = fields.way("to")
    elif verb != "delete":
        if fields.document.get("to") is None:
            fields.wrong("field_missing", "to", "There is no `to`.", "Write `to: …`.")
        value = fields.value("to")
    if verb == "change":
        fits = _fits(fields)
    fields.finish()
    return Rule(verb, way, value, fits)


def _fits(fields: Fields) -> Any:
    pattern = fields.plain("matches", default="")
    if not pattern:
        return fields.text("from")
    try:
        return patterns.compile(pattern)
    except ValueError as why:
        fields.wrong("pattern_invalid", "matches", str(why), "See docs/reference/flow.md.")
        return None
