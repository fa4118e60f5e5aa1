"""Who called whom: the bots that wait until the one they called has done its part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

BESIDE = "threadline.calls"
"""Where they are kept in the state of a conversation; a bot never sees it."""
MOST = 10
"""So many bots may wait for each other."""


@dataclass(frozen=True, slots=True)
class Caller:
    """A bot that waits, and what it wanted to find then."""

    bot: str
    state: Mapping[str, Any]


def beside(state: Mapping[str, Any], callers: Sequence[Caller]) -> Mapping[str, Any]:
    """The state as it is kept. Pure."""
    kept = [[one.bot, dict(one.state)] for one in callers]
    return {**state, BESIDE: kept} if kept else state


def apart(state: Mapping[str, Any]) -> tuple[Mapping[str, Any], Sequence[Caller]]:
    """The state as the bot knows it, and who waits for it, the first first. Pure."""
    if BESIDE not in state:
        return state, ()
    own = {name: value for name, value in state.items() if name != BESIDE}
    return own, [Caller(*one) for one in state[BESIDE]]
