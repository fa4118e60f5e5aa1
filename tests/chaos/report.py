"""What the handsets got, held against what they texted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many answers never came, came again, came after a later one, or were never due."""

    lost: int = 0
    twice: int = 0
    out_of_order: int = 0
    unasked: int = 0

    def __str__(self) -> str:
        return f"{self.lost} lost, {self.twice} twice, {self.out_of_order} out of order"

    def __add__(self, other: Verdict) -> Verdict:
        return Verdict(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


def judge(said: Sequence[str], got: Sequence[str]) -> Verdict:
    """One handset's texts, which are all different, and the answers that it got. Pure."""
    places = {text: n for n, text in enumerate(said)}
    counts = Counter(got)
    late, furthest = 0, -1
    for text in dict.fromkeys(got):
        place = places.get(text, furthest)
        late += place < furthest
        furthest = max(furthest, place)
    return Verdict(
        lost=sum(text not in counts for text in said),
        twice=sum(counts[text] - 1 for text in counts),
        out_of_order=late,
        unasked=sum(text not in places for text in counts),
    )


@dataclass(frozen=True, slots=True)
class Report:
    """
    One storm: what was done to the product, and what came of it. `differing` are the answers
    of the handsets that got anything else than what they texted.
    """

    engine: str
    seed: int
    disasters: Mapping[str, int]
    faults: Mapping[str, int]
    messages: int
    redelivered: int
    repeated: int
    verdict: Verdict
    differing: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __str__(self) -> str:
        done = ", ".join(f"{count} {what}" for what, count in self.disasters.items())
        kinds = ", ".join(f"{kind}: {count}" for kind, count in sorted(self.faults.items()))
        return (
            f"chaos {self.engine} seed={self.seed}: {done}, "
            f"{sum(self.faults.values())} faults met ({kinds}), {self.messages} messages, "
            f"{self.redelivered} webhooks redelivered, {self.repeated} repeated, "
            f"{self.verdict}"
        )
