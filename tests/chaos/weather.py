"""What the carrier does wrong: a set of faults that keeps changing."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from random import Random

from threadline.carrier.faults import (
    About,
    AcceptAndRefuse,
    Delay,
    Drop,
    Duplicate,
    Fault,
    Lost,
    Refuse,
    Reorder,
    ResetAfter,
    ResetBefore,
    Rule,
    SlowAfter,
    SlowBefore,
    Unconfirmed,
    Where,
)

Make = Callable[[Random], Fault]

SHORT = 0.2
"""Seconds: shorter than the server waits before it looks for a text in the carrier's list."""

FAULTS: Mapping[str, tuple[Where, Make]] = {
    "429": ("create", lambda _: Refuse(429)),
    "429 with Retry-After": ("create", lambda _: Refuse(429, retry_after=1)),
    "500": ("create", lambda _: Refuse(500)),
    "502": ("create", lambda _: Refuse(502, html=True)),
    "503": ("create", lambda _: Refuse(503)),
    "reset before accepting": ("create", lambda _: ResetBefore()),
    "500 after accepting": ("create", lambda _: AcceptAndRefuse(500)),
    "503 after accepting": ("create", lambda _: AcceptAndRefuse(503)),
    "reset after accepting": ("create", lambda _: ResetAfter()),
    "answer lost": ("create", lambda _: Lost()),
    "slow": ("create", lambda chance: SlowBefore(chance.uniform(0, SHORT))),
    "slow answer": ("create", lambda chance: SlowAfter(chance.uniform(0.1, 4))),
    "list 429": ("list", lambda _: Refuse(429)),
    "list 500": ("list", lambda _: Refuse(500)),
    "list reset": ("list", lambda _: ResetBefore()),
    "list slow": ("list", lambda chance: SlowBefore(chance.uniform(0, SHORT))),
    "callback dropped": ("callback", lambda _: Drop()),
    "callback late": ("callback", lambda chance: Delay(chance.uniform(0.1, 3))),
    "callback duplicated": ("callback", lambda _: Duplicate()),
    "callback reordered": ("callback", lambda _: Reorder()),
    "unconfirmed": ("delivery", lambda _: Unconfirmed()),
}
DOUBTFUL = {"500", "502", "503", "reset before accepting"}
"""The text was not taken, and nobody but the carrier can know that."""


class Weather(Rule):
    """
    A rule of the carrier's that draws its fault anew for each request; `texted` are how many
    texts each handset has posted, `strength` the least and the most
    that faults are likely.

    A text that is lost without a trace is sent once more, and put aside if that is lost as
    well: Threadline promises no third time. So a text that is on its last chance, which is
    after two looks at the list, is not struck by a fault that makes it doubtful, and
    `last_chance` tells those who kill that they have to wait for a moment. They set `lull`
    meanwhile, so that it comes.
    """

    def __init__(
        self,
        chance: Random,
        texted: Counter[str],
        names: Sequence[str],
        strength: tuple[float, float],
    ) -> None:
        super().__init__(id=0, where="create", fault=Drop(), about=About(), times=None)
        self.met: Counter[str] = Counter()
        self.requests = 0
        self.lull = False
        self._chance = chance
        self._texted = texted
        self._names = sorted(names)
        self._front: list[str] = []
        self._bounds = strength
        self._strength = 0.0
        self._looks: Counter[str] = Counter()
        self._taken: Counter[str] = Counter()

    async def change(self) -> None:
        """Without end: other faults every second or so."""
        while True:
            how_many = min(len(self._names), self._chance.randint(4, 8))
            self._front = self._chance.sample(self._names, how_many)
            self._strength = self._chance.uniform(*self._bounds)
            await asyncio.sleep(self._chance.uniform(0.5, 1.5))

    def clear(self) -> None:
        """From now on everything goes well."""
        self._front = []

    def last_chance(self) -> bool:
        """Whether a text may be about to be sent once more that was given up for lost."""
        return any(
            looks >= 2 and self._texted[handset] > self._taken[handset]
            for handset, looks in self._looks.items()
        )

    def fits(self, where: Where, about: About) -> bool:
        """Notes what the carrier is asked for, and chooses what becomes of it."""
        handset = about.recipient
        if handset in self._texted:
            self._note(where, handset)
        able = [
            name
            for name in self._front
            if FAULTS[name][0] == where and not (name in DOUBTFUL and self._looks[handset] >= 2)
        ]
        if self.lull or not able or self._chance.random() > self._strength:
            return False
        name = self._chance.choice(able)
        self.met[name] += 1
        self.fault = FAULTS[name][1](self._chance)
        return True

    def _note(self, where: Where, handset: str) -> None:
        match where:
            case "create":
                self.requests += 1
            case "list":
                self.requests += 1
                self._looks[handset] += 1
            case "delivery":
                self._taken[handset] += 1
                self._looks[handset] = 0
