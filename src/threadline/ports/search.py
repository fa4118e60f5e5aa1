"""The sockets of those who look for what was said, and who prepare it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from threadline.model.digest import Digest, Reading
from threadline.model.feed import Place, Portion, Which
from threadline.model.wanted import Wanted


class Words(Protocol):
    """What is derived of the feed, by one reader at a time: see `store.words`."""

    async def feed(self, which: Which, after: Place, limit: int | None = None) -> Portion: ...
    async def reading(self) -> Reading: ...
    async def digest(self, one: Digest) -> bool:
        """False: the feed was read on meanwhile, or some of it forgotten. Read it again."""
        ...

    async def forget_words(self, conversation: int, seq: int | None = None) -> None: ...
    async def tallies(self, organization: str, since: int) -> list[Mapping[str, Any]]: ...


class Overviews(Protocol):
    """See `store.overview`."""

    async def failures(self, organization: str, since: int) -> list[Mapping[str, Any]]: ...
    async def standing(self, organization: str) -> Mapping[str, int]: ...
    async def queues(self, organization: str) -> list[Mapping[str, Any]]: ...


class Search(Protocol):
    """See `store.search`."""

    async def find_conversations(
        self, organization: str, wanted: Wanted, limit: int, after: Place | None = None
    ) -> list[Mapping[str, Any]]: ...
    async def search_choices(self, organization: str) -> Mapping[str, list[str]]: ...
