"""How long sessions last: as an endpoint's `Policy` says, or as a bot has said in one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any

from threadline.model.clock import MINUTE
from threadline.model.engagement_fields import MAX_MINUTES, POLICY

BESIDE = "threadline.policy"
"""Where a session's own is kept in the state of a conversation; the bot never sees it."""


@dataclass(frozen=True, slots=True)
class Policy:
    """
    For how many minutes a session waits for the contact, and how many it lasts at most. None
    is whatever else is said about it, or no limit.
    """

    session_minutes: float | None = None
    max_minutes: float | None = None

    def over(self, first: Policy, since: int, seen: int, now: int) -> bool:
        """
        Whether a session has ended that began at `since` and in which the contact was last
        seen at `seen`. What `first` says goes before this. Pure.
        """
        idle = first.session_minutes or self.session_minutes
        most = first.max_minutes or self.max_minutes
        return (idle is not None and now - seen > idle * MINUTE) or (
            most is not None and now - since > most * MINUTE
        )


def read(value: Mapping[str, Any]) -> Policy:
    """Of a value that `check` finds nothing wrong with. Pure."""
    idle, most = ((value.get(part) or {}).get(name) for part, name in POLICY.items())
    return Policy(*(None if one is None else float(one) for one in (idle, most)))


def check(value: Any, path: str, wrong: Any) -> None:
    """Tells `wrong` (code, field, message, mend) of everything that cannot be. Pure."""
    if not isinstance(value, Mapping | None):
        mend = 'Write it as in {"userSession": {"expireOnInactivityInMinutes": 10}}.'
        wrong("config_invalid", path, "It has to be an object.", mend)
        return
    for part, name in POLICY.items():
        section, inside = (value or {}).get(part), f"{path}.{part}"
        if not isinstance(section, Mapping | None):
            mend = f"Write it as in {{{name}: 10}}."
            wrong("config_invalid", inside, "It has to be an object.", mend)
        elif section and not _is_minutes(section.get(name)):
            mend = f"Write a number above 0, {MAX_MINUTES} (a year) at most."
            message = f"{section[name]!r} is no number of minutes."
            wrong("config_invalid", f"{inside}.{name}", message, mend)


def _is_minutes(found: Any) -> bool:
    number = isinstance(found, int | float) and not isinstance(found, bool)
    return found is None or (number and 0 < found <= MAX_MINUTES)


def beside(state: Mapping[str, Any], policy: Policy) -> Mapping[str, Any]:
    """The state as it is kept. Pure."""
    return {**state, BESIDE: astuple(policy)} if policy != Policy() else state


def apart(state: Mapping[str, Any]) -> tuple[Mapping[str, Any], Policy]:
    """The state as the bot knows it, and what it has said. Pure."""
    if BESIDE not in state:
        return state, Policy()
    own = {name: value for name, value in state.items() if name != BESIDE}
    return own, Policy(*state[BESIDE])
