"""The phones of the simulated people: what each has sent and received, and its ticks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from threadline.model.clock import iso

HANDSETS_KEPT = 200_000
TEXTS_KEPT = 500


@dataclass(frozen=True, slots=True)
class Text:
    """
    One text as its handset shows it. `n` is its place in the handset and never changes;
    `changed` is drawn from the same counter whenever its status changes, so that "what is
    new after 7" finds new texts and new ticks alike.

    Status of a text that was sent: `sent` (the carrier has it), `delivered` (the webhook took
    it), `failed`. Of one that came in: `received`. `automatic` texts come from the carrier.
    """

    n: int
    changed: int
    direction: Literal["sent", "received"]
    sender: str
    recipient: str
    body: str
    status: str
    at: int
    sid: str | None = None
    media: tuple[str, ...] = ()
    automatic: bool = False
    error: tuple[int, str] | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "n": self.n,
            "changed": self.changed,
            "sid": self.sid,
            "direction": self.direction,
            "from": self.sender,
            "to": self.recipient,
            "body": self.body,
            "media": list(self.media),
            "status": self.status,
            "at": iso(self.at),
            "automatic": self.automatic,
            "error": self.error and {"code": self.error[0], "message": self.error[1]},
        }


class Handset:
    """One phone. The oldest texts are forgotten."""

    def __init__(self, number: str) -> None:
        self.number = number
        self.last = 0
        self.closed = False
        self._texts: dict[int, Text] = {}
        self._bell = asyncio.Event()

    def add(self, text: Text) -> Text:
        """Keeps it under the next `n`."""
        self.last += 1
        kept = replace(text, n=self.last, changed=self.last)
        self._texts[kept.n] = kept
        if len(self._texts) > TEXTS_KEPT:
            del self._texts[next(iter(self._texts))]
        self._ring()
        return kept

    def change(self, n: int, status: str, error: tuple[int, str] | None = None) -> None:
        if n in self._texts:
            self.last += 1
            text = self._texts[n]
            self._texts[n] = replace(text, changed=self.last, status=status, error=error)
            self._ring()

    def text(self, n: int) -> Text | None:
        return self._texts.get(n)

    def texts(self, after: int = 0, other: str = "") -> list[Text]:
        """What is new since `after`, in order of `n`; only with `other`, if one is given."""
        return [
            text
            for text in self._texts.values()
            if text.changed > after and other in ("", text.sender, text.recipient)
        ]

    async def wait(self, after: int, seconds: float) -> None:
        """Returns once something is newer than `after`, when the time is up, and at the end."""
        try:
            async with asyncio.timeout(seconds):
                while self.last <= after and not self.closed:
                    await self._bell.wait()
        except TimeoutError:
            return

    def close(self) -> None:
        """Nothing more will come: whoever waits for it goes home."""
        self.closed = True
        self._ring()

    def _ring(self) -> None:
        rung, self._bell = self._bell, asyncio.Event()
        rung.set()


class Handsets:
    """All phones. One springs into being when it is first used; the idlest are forgotten."""

    def __init__(self) -> None:
        self._all: dict[str, Handset] = {}

    def __getitem__(self, number: str) -> Handset:
        handset = self._all.pop(number, None) or Handset(number)
        self._all[number] = handset
        if len(self._all) > HANDSETS_KEPT:
            del self._all[next(iter(self._all))]
        return handset

    def close(self) -> None:
        """The carrier stops."""
        for handset in self:
            handset.close()

    def __iter__(self) -> Iterator[Handset]:
        return iter(list(self._all.values()))
