"""What a function of somebody's own may give for an answer, and what comes of it. Pure."""

from __future__ import annotations

from collections.abc import AsyncIterable, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from threadline.model.clock import SECOND
from threadline.model.timeline import KINDS, Element, Text, from_json, to_json
from threadline.model.turn import (
    MAX_CONTEXT,
    MAX_WAKE,
    MissionDone,
    Reply,
    Then,
    ToBot,
    ToPerson,
    Turn,
)

MAX_SAID = 100
ELEMENTS = tuple(KINDS.values())


@dataclass(frozen=True, slots=True)
class Remember:
    """
    What the function wants to find next time. `state` takes the place of `turn.state` and is
    there until the session ends; `context` is merged into what is known about the contact,
    where None takes a name away. Both have to be JSON.
    """

    state: Mapping[str, Any] | None = None
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class End:
    """The session is over: the next text begins another."""


@dataclass(frozen=True, slots=True)
class Wake:
    """The function is asked again after so many seconds, with `turn.woken`, if nobody texts."""

    seconds: float


Saying = str | Element | Mapping[str, Any] | Remember | End | Wake | Then
"""A text, an element, one as JSON, or what is done beside what is said."""
Answer = Saying | Iterable[Saying] | None
Function = Callable[[Turn], Answer | Awaitable[Answer] | AsyncIterable[Saying]]
"""What a bot of type "python" is: a function or generator, asynchronous or not."""


def listed(answer: Answer) -> list[Saying]:
    """Raises `ValueError` with the end of a sentence that begins with the function."""
    match answer:
        case None:
            return []
        case list() | tuple():
            return list(answer)
    return [answer]  # type: ignore[list-item]  # whatever it is, `reply` tells


def reply(turn: Turn, said: Iterable[Saying]) -> Reply:
    """Raises `ValueError` with the end of a sentence that begins with the function."""
    found = Reply(state=turn.state, context=turn.context)
    elements: list[Element] = []
    for one in said:
        match one:
            case Remember():
                _remember(found, one)
            case End():
                found.ended = True
            case Wake(seconds):
                found.wake_at = turn.at + _wait(seconds)
            case ToBot() | MissionDone() | ToPerson():
                if found.then is not None:
                    raise ValueError("handed the conversation over twice.")
                found.then = one
            case _:
                elements.append(_element(one))
    if len(elements) > MAX_SAID:
        raise ValueError(f"said more than {MAX_SAID} things at once.")
    if found.then is not None and found.ended:
        raise ValueError("ended the session and handed it over, of which only one can be done.")
    found.elements = tuple(elements)
    return found


def _element(said: Any) -> Element:
    try:
        match said:
            case str():
                return from_json(to_json(Text(said)))
            case Mapping():
                return from_json(dict(said))
            case _ if isinstance(said, ELEMENTS):
                return from_json(to_json(said))
    except (ValueError, TypeError, AttributeError) as why:
        raise ValueError(f"said an element that is wrong: {why}.") from None
    raise ValueError(f"answered with {type(said).__name__}, which cannot be said.")


def _remember(found: Reply, one: Remember) -> None:
    if one.state is not None:
        found.state = _plain(one.state, "state")
    if one.context:
        merged = {**found.context, **_plain(one.context, "context")}
        found.context = {name: value for name, value in merged.items() if value is not None}
        if len(orjson.dumps(found.context)) > MAX_CONTEXT:
            raise ValueError(f"left more than {MAX_CONTEXT // 1024} kB in the context.")


def _plain(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    """As the store gives it back."""
    try:
        plain = orjson.loads(orjson.dumps(value))
    except orjson.JSONEncodeError:
        plain = None
    if not isinstance(plain, dict):
        raise ValueError(f"wants to remember a `{name}` that is no JSON object.")
    return plain


def _wait(seconds: Any) -> int:
    number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not number or not 0 < seconds <= MAX_WAKE:
        raise ValueError("wants to be woken at no time within 30 days.")
    return int(seconds * SECOND)
