"""
A conversation that was had, as one to test its bot with. Pure.

What the bot was not asked is left out: texts to operators, and those that nobody answered.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from threadline.model import dialogue
from threadline.model.clock import MINUTE, SECOND
from threadline.model.dialogue import Exchange
from threadline.model.timeline import Note, Text, from_json
from threadline.model.wording import told

ALONE = 60 * SECOND
"""A bot that speaks again so long after its answer has not been texted: it was woken."""


@dataclass(slots=True)
class _Heard:
    """One exchange, when it was over, and who else spoke in it."""

    exchange: Exchange
    session: int
    at: int
    aside: bool = False


def recorded(
    entries: Iterable[Mapping[str, Any]], idle_minutes: float, ended: bool
) -> list[Exchange]:
    """
    `entries` are those of a timeline, with `at` in microseconds, `author`, `element` as JSON
    and `session`, in their order. `ended` says that the last session is over.
    """
    heard: list[_Heard] = []
    for one in entries:
        if one["author"] == "contact":
            element = from_json(one["element"])
            said = element.text if isinstance(element, Text) else told(one["element"])
            exchange = Exchange(said.strip())
            heard.append(_Heard(exchange, one["session"], one["at"]))
        elif heard and one["author"] == "bot":
            _answer(heard, one)
        elif heard:
            heard[-1].aside = True
    kept = [one for one in heard if one.exchange.waits or _tells(one)]
    return list(_apart(kept, idle_minutes, ended))


def _answer(heard: list[_Heard], one: Mapping[str, Any]) -> None:
    element, last = from_json(one["element"]), heard[-1]
    if isinstance(element, Note):
        return
    if last.exchange.expected and one["at"] - last.at > ALONE:
        span = f"{math.ceil((one['at'] - last.at) / SECOND)} seconds"
        heard.append(_Heard(Exchange(span, waits=True), last.session, one["at"]))
    heard[-1].exchange.expected += dialogue.lines([element])
    heard[-1].at, heard[-1].session = one["at"], one["session"]


def _tells(one: _Heard) -> bool:
    """Whether the text is still there, and the bot was asked about it."""
    return bool(one.exchange.said) and bool(one.exchange.expected or not one.aside)


def _apart(heard: list[_Heard], idle_minutes: float, ended: bool) -> Iterable[Exchange]:
    """With what ended each session: the bot, or the time."""
    for one, after in zip(heard, [*heard[1:], None], strict=True):
        yield one.exchange
        if after is None:
            if ended:
                one.exchange.expected.append("[end]")
        elif after.session != one.session and not after.exchange.waits:
            if after.at - one.at > idle_minutes * MINUTE:
                yield Exchange(f"{math.ceil((after.at - one.at) / MINUTE)} minutes", waits=True)
            else:
                one.exchange.expected.append("[end]")
