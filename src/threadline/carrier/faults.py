"""Misbehaviour on request: what can go wrong, where, for whom and how many times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

Where = Literal["create", "list", "delivery", "callback", "webhook"]


@dataclass(frozen=True, slots=True)
class Refuse:
    """Answers with an error and does nothing. `html` instead of Twilio's JSON."""

    status: int = 500
    code: int | None = None
    message: str = ""
    retry_after: float | None = None
    html: bool = False


@dataclass(frozen=True, slots=True)
class AcceptAndRefuse:
    """Does what was asked, and answers with an error all the same."""

    status: int = 500


@dataclass(frozen=True, slots=True)
class ResetBefore:
    """Resets the connection; nothing was done."""


@dataclass(frozen=True, slots=True)
class ResetAfter:
    """Does what was asked, then resets the connection instead of answering."""


@dataclass(frozen=True, slots=True)
class SlowBefore:
    """Takes its time, then does what was asked."""

    seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class SlowAfter:
    """Does what was asked at once, and takes its time to say so."""

    seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class Lost:
    """Does what was asked, and never answers."""


@dataclass(frozen=True, slots=True)
class Undelivered:
    """The network takes the text and does not bring it to the handset."""

    code: int = 30003


@dataclass(frozen=True, slots=True)
class Failed:
    """The text never leaves the carrier."""

    code: int = 30008


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """The text arrives, but its status stays `sent`: some networks give no receipts."""


@dataclass(frozen=True, slots=True)
class Drop:
    """The request is never made."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The request is made once more for each of `copies`."""

    copies: int = 1


@dataclass(frozen=True, slots=True)
class Reorder:
    """This callback is posted after the one that should follow it."""


@dataclass(frozen=True, slots=True)
class Delay:
    """The request is made later. Texts that come after it overtake it."""

    seconds: float = 1.0


Creating = Refuse | AcceptAndRefuse | ResetBefore | ResetAfter | SlowBefore | SlowAfter | Lost
Listing = Refuse | ResetBefore | SlowBefore | Lost
Delivering = Undelivered | Failed | Unconfirmed
Calling = Drop | Duplicate | Reorder | Delay
Hooking = Drop | Duplicate | Delay
Fault = Creating | Delivering | Calling

WHERE: dict[Where, Any] = {
    "create": Creating,
    "list": Listing,
    "delivery": Delivering,
    "callback": Calling,
    "webhook": Hooking,
}
NAMES: dict[str, type[Fault]] = {
    "refuse": Refuse,
    "accept_and_refuse": AcceptAndRefuse,
    "reset_before": ResetBefore,
    "reset_after": ResetAfter,
    "slow_before": SlowBefore,
    "slow_after": SlowAfter,
    "lost": Lost,
    "undelivered": Undelivered,
    "failed": Failed,
    "unconfirmed": Unconfirmed,
    "drop": Drop,
    "duplicate": Duplicate,
    "reorder": Reorder,
    "delay": Delay,
}


@dataclass(frozen=True, slots=True)
class About:
    """What a fault could strike. `on` is the status that a callback tells of."""

    account: str = ""
    sender: str = ""
    recipient: str = ""
    on: str = ""


@dataclass(slots=True)
class Rule:
    """A fault that waits. Empty fields of `about` fit everything; no `times` means for ever."""

    id: int
    where: Where
    fault: Fault
    about: About
    times: int | None = 1
    struck: int = 0

    def fits(self, where: Where, about: About) -> bool:
        wanted = asdict(self.about)
        found = asdict(about)
        return self.where == where and all(
            value in ("", found[name]) for name, value in wanted.items()
        )

    def to_json(self) -> dict[str, Any]:
        what = next(name for name, kind in NAMES.items() if type(self.fault) is kind)
        named = {"sender": "from", "recipient": "to"}
        about = {named.get(k, k): v for k, v in asdict(self.about).items() if v}
        return {
            "id": self.id,
            "where": self.where,
            "what": what,
            "times": self.times,
            "struck": self.struck,
            **about,
            **asdict(self.fault),
        }


class Faults:
    """The rules that wait, oldest first."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self._made = 0

    def add(self, wish: Mapping[str, Any]) -> Rule:
        """Raises `ValueError` with a sentence."""
        rest = dict(wish)
        where, what, times = (
            rest.pop("where", None),
            rest.pop("what", None),
            rest.pop("times", 1),
        )
        if where not in WHERE:
            raise ValueError(f"`where` is one of {', '.join(WHERE)}.")
        able = [name for name, kind in NAMES.items() if kind in get_args(WHERE[where])]
        if what not in able:
            raise ValueError(f"`what` is one of {', '.join(able)} for {where!r}.")
        if not (times is None or (isinstance(times, int) and times > 0)):
            raise ValueError("`times` is a whole number from 1, or null: until deleted.")
        about = About(
            account=str(rest.pop("account", "")),
            sender=str(rest.pop("from", "")),
            recipient=str(rest.pop("to", "")),
            on=str(rest.pop("on", "")),
        )
        self._made += 1
        self.rules.append(Rule(self._made, where, _fault(what, rest), about, times))
        return self.rules[-1]

    def remove(self, id: int | None = None) -> None:
        """One rule, or all of them."""
        self.rules = [] if id is None else [one for one in self.rules if one.id != id]

    def strike(self, where: Where, about: About) -> Fault | None:
        """The oldest rule that fits, used up by one."""
        for rule in self.rules:
            if rule.fits(where, about):
                rule.struck += 1
                if rule.struck == rule.times:
                    self.rules.remove(rule)
                return rule.fault
        return None


def _fault(what: str, details: Mapping[str, Any]) -> Fault:
    known = NAMES[what].__dataclass_fields__
    if details.keys() - known:
        takes = ", ".join(known) or "nothing"
        raise ValueError(f"Beside the filters, {what!r} takes {takes}.")
    for name, value in details.items():
        kind = {"html": bool, "message": str}.get(name, (int, float))
        if not isinstance(value, kind):
            raise ValueError(f"`{name}` is {_KINDS.get(name, 'a number')}.")
    return NAMES[what](**details)


_KINDS = {"html": "true or false", "message": "a text"}
