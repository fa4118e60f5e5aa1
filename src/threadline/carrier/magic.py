"""Numbers that misbehave: Twilio's own for tests, and handsets for every branch by hand."""

from __future__ import annotations

from threadline.carrier.faults import (
    AcceptAndRefuse,
    Drop,
    Duplicate,
    Failed,
    Fault,
    Lost,
    Refuse,
    Reorder,
    ResetAfter,
    ResetBefore,
    SlowAfter,
    Unconfirmed,
    Undelivered,
    Where,
)

VALID_FROM = "+15005550006"
REFUSED_FROM = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
REFUSED_TO = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}

HANDSETS = "+1555555"
ALWAYS = 1_000_000
NEVER_LEFT = frozenset({30001, 30002, 30036})

# last four digits -> where, what, how many times before one goes well
SCRIPTS: dict[str, tuple[Where, Fault, int]] = {
    "0104": ("create", ResetBefore(), 1),
    "0105": ("create", ResetAfter(), ALWAYS),
    "0408": ("create", Lost(), ALWAYS),
    "0409": ("create", SlowAfter(5.0), ALWAYS),
    "0429": ("create", Refuse(429, 20429), 2),
    "0430": ("create", Refuse(429, 20429, retry_after=2.0), 1),
    "0500": ("create", Refuse(500, 20500), 1),
    "0501": ("create", AcceptAndRefuse(500), ALWAYS),
    "0502": ("create", Refuse(502, html=True), 1),
    "0503": ("create", Refuse(503, 20503), ALWAYS),
    "0701": ("callback", Drop(), ALWAYS),
    "0702": ("callback", Duplicate(2), ALWAYS),
    "0703": ("callback", Reorder(), ALWAYS),
    "0704": ("delivery", Unconfirmed(), ALWAYS),
}


def script(handset: str) -> tuple[Where, Fault, int] | None:
    """
    How a text to this handset misbehaves; None for ordinary people. Pure.

    `00NN` is not delivered, with error 300NN; `02NN` and `06NN` are refused with 212NN and
    216NN; the others stand in `SCRIPTS`.
    """
    last = handset.removeprefix(HANDSETS)
    if last == handset or len(last) != 4:
        return None
    code = int(last[2:])
    match last[:2]:
        case "00" if code:
            lost: Fault = Undelivered(30000 + code)
            if 30000 + code in NEVER_LEFT:
                lost = Failed(30000 + code)
            return "delivery", lost, ALWAYS
        case "02" | "06":
            refused = 21000 + int(last[1]) * 100 + code
            return "create", Refuse(429 if refused == 21611 else 400, refused), ALWAYS
        case _:
            return SCRIPTS.get(last)


class Magic:
    """Remembers how often each magic handset has misbehaved since it last went well."""

    def __init__(self) -> None:
        self._struck: dict[str, int] = {}

    def strike(self, where: Where, handset: str) -> Fault | None:
        found = script(handset)
        if found is None or found[0] != where:
            return None
        _, fault, times = found
        struck = self._struck.get(handset, 0)
        self._struck[handset] = 0 if struck >= times else struck + 1
        return None if struck >= times else fault
