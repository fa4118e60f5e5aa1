"""
Parts of a page that stay true: sent again over SSE when they have changed.

Whenever something was committed, here or on another node, the part is rendered for this
visitor anew, at most so often, and goes out if it is another one.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import suppress

from threadline.errors import Limited, StoreDown, ThreadlineError, Unauthenticated
from threadline.ports.store import Doorbell

GATHER = 0.03
"""Seconds in which changes gather."""
SHARE = 10
"""A part that took long to render rests for so many times as long."""
SHORTEST_REST = 0.2
LONGEST_REST = 5.0
HEARTBEAT = 15.0
"""Seconds after which a browser hears something, and the session is looked at again."""
MOST = 500
"""Open at the same time on this node; each browser has one a page."""

Render = Callable[[], Awaitable[Mapping[str, str]]]
"""Parts by name. Raises `Unauthenticated` when the visitor may no longer see them."""


class Live:
    """Everybody on this node who watches a page."""

    def __init__(self, doorbell: Doorbell) -> None:
        self._count = 0
        self._news = asyncio.Event()
        self.stopped = False
        for topic in ("timeline", "catalog"):
            doorbell.listen(topic, self._rung)

    def _rung(self) -> None:
        told, self._news = self._news, asyncio.Event()
        told.set()

    def stop(self) -> None:
        """The server ends: browsers come again by themselves."""
        self.stopped = True
        self._rung()

    def check(self) -> None:
        """Raises `Limited` if there is no room for another one."""
        if self._count >= MOST:
            raise Limited(f"{MOST} pages are open on this node already.", 60)

    async def watch(self, render: Render) -> AsyncGenerator[bytes]:
        """Events for one browser."""
        self._count += 1
        try:
            async for event in self._watch(render):
                yield event
        finally:
            self._count -= 1

    async def _watch(self, render: Render) -> AsyncGenerator[bytes]:
        loop = asyncio.get_running_loop()
        sent: dict[str, bytes] = {}
        yield b"retry: 1000\n\n"
        while not self.stopped:
            news, began = self._news, loop.time()
            try:
                parts = await render()
            except Unauthenticated:
                yield b"event: over\ndata: over\n\n"
                return
            except StoreDown:
                parts = {}
            except ThreadlineError:
                yield b"event: gone\ndata: gone\n\n"
                return
            for name, text in parts.items():
                mark = hashlib.blake2b(text.encode(), digest_size=16).digest()
                if sent.get(name) != mark:
                    sent[name] = mark
                    yield event(name, text)
            rest = min(max((loop.time() - began) * SHARE, SHORTEST_REST), LONGEST_REST)
            rested = began + rest
            with suppress(TimeoutError):
                async with asyncio.timeout(HEARTBEAT):
                    await news.wait()
            if not news.is_set():
                yield b": \n\n"
            wait = max(rested - loop.time(), GATHER if news.is_set() else 0)
            if not self.stopped and wait > 0:
                await asyncio.sleep(wait)


def event(name: str, text: str) -> bytes:
    """
    A message (HTML standard, 9.2.6) that htmx puts into the place of this name, where only
    what is different changes. Pure.
    """
    part = f'<hx-partial hx-target="[data-live=\'{name}\']" hx-swap="innerMorph">{text}'
    lines = "\n".join(f"data: {line}" for line in f"{part}</hx-partial>".splitlines())
    return f"{lines}\n\n".encode()
