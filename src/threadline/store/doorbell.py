"""Tells those who wait that there may be work, sooner than their next look would."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable


class Doorbell:
    """
    Topics are "turns", "waits", "outbox", "unknown", "catalog", "keys", "redacted" and
    "timeline". A ring is a hint.
    """

    def __init__(self) -> None:
        self._events: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._listeners: dict[str, list[Callable[[], None]]] = defaultdict(list)

    def ring(self, topics: Iterable[str]) -> None:
        """Wake who waits for one of the topics, and call who listens."""
        for topic in topics:
            self._events[topic].set()
            for listener in self._listeners[topic]:
                listener()

    def ring_all(self) -> None:
        """When rings may have been missed, such as after a lost connection."""
        self.ring({*self._events, *self._listeners})

    def listen(self, topic: str, listener: Callable[[], None]) -> None:
        """Call this at each ring."""
        self._listeners[topic].append(listener)

    async def wait(self, topic: str, timeout: float) -> None:
        """Until the next ring, or a ring since the last wait, or so many seconds."""
        event = self._events[topic]
        try:
            async with asyncio.timeout(timeout):
                await event.wait()
        except TimeoutError:
            return
        finally:
            event.clear()
