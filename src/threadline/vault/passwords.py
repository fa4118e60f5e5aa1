"""Passwords: kept as argon2id hashes, and checked away from the loop, few at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from threadline.errors import Limited

T = TypeVar("T")

AT_ONCE = 2
"""Checks under way: each takes 64 MiB and a tenth of a second."""
WAITING = 100
"""Those that wait, at most; who comes later is told so at once."""


class Passwords:
    """`argon2-cffi` with its defaults, those of RFC 9106."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._free = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._nobodys = ""

    async def hash(self, chosen: str) -> str:
        """Raises `Limited`."""
        return await self._in_turn(self._hasher.hash, chosen)

    async def fits(self, kept: str, presented: str) -> bool:
        """
        Takes as long where there is none, so that nobody learns who has an account. Raises
        `Limited`.
        """
        if not kept:
            self._nobodys = self._nobodys or await self.hash("of nobody")
        fits = await self._in_turn(self._verify, kept or self._nobodys, presented)
        return fits and bool(kept)

    def is_old(self, kept: str) -> bool:
        """Whether it was made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(kept)

    async def _in_turn(self, work: Callable[..., T], *values: str) -> T:
        if self._waiting >= WAITING:
            raise Limited("Very many sign in at this moment. Try again in some seconds.", 5)
        self._waiting += 1
        try:
            async with self._free:
                return await asyncio.to_thread(work, *values)
        finally:
            self._waiting -= 1

    def _verify(self, kept: str, presented: str) -> bool:
        try:
            return self._hasher.verify(kept, presented)
        except (VerificationError, InvalidHashError):
            return False
