"""Bots: what answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from threadline.client.aio.connection import AsyncNoun
from threadline.model.paging import Page
from threadline.model.resources.bot_versions import (
    BotDraft,
    BotTried,
    BotVersion,
    BotVersionsCompared,
    BotVersionShown,
)
from threadline.model.resources.bots import BotDocument, BotListed, BotShown


class AsyncBots(AsyncNoun):
    async def list(self, *, limit: int = 100, after: str | None = None) -> Page[BotListed]:
        """By name, without what they say."""
        found: Page[BotListed] = await self._get("bots", limit=limit, after=after)
        return found

    async def describe(self, name: str) -> BotShown:
        """As it was given, with State and Version. Raises `NotFound`."""
        found: BotShown = await self._get("bots", name)
        return found

    async def tagged(self, name: str) -> tuple[BotShown, str]:
        """The same, and the ETag to give to `replace`, `change` and `delete`."""
        found: tuple[BotShown, str] = await self._tagged("bots", name)
        return found

    async def create(self, document: BotDocument, *, once: str | None = None) -> BotShown:
        """A new one. `once` is an Idempotency-Key. Raises `Invalid`."""
        found: BotShown = await self._post("bots", body=document, once=once)
        return found

    async def replace(
        self, name: str, document: BotDocument, *, etag: str | None = None
    ) -> BotShown:
        """
        Another document. Raises `Outdated` if the bot is not what has this `etag` any more.
        """
        found: BotShown = await self._put("bots", name, body=document, etag=etag)
        return found

    async def change(
        self, name: str, fields: Mapping[str, Any], *, etag: str | None = None
    ) -> BotShown:
        """Other values for some fields; None takes one away. Raises as `replace` does."""
        found: BotShown = await self._patch("bots", name, body=fields, etag=etag)
        return found

    async def delete(self, name: str, *, etag: str | None = None) -> BotShown:
        """What it was. Raises `Invalid` while an endpoint names it, `Outdated`."""
        found: BotShown = await self._delete("bots", name, etag=etag)
        return found

    async def try_(
        self, name: str, text: str, *, source: str | None = None, state: Any = None
    ) -> BotTried:
        """
        What it says to a text; `source` is what it is to be, `state` what the turn before told.
        Nothing is kept. Raises `Invalid` by line.
        """
        wanted = {"text": text, "source": source, "state": state}
        body = {part: value for part, value in wanted.items() if value is not None}
        found: BotTried = await self._post("bots", name, "try", body=body)
        return found

    async def versions(
        self, name: str, *, limit: int = 100, after: str | None = None
    ) -> Page[BotVersion]:
        """The latest first."""
        found: Page[BotVersion] = await self._get(
            "bots", name, "versions", limit=limit, after=after
        )
        return found

    async def version(self, name: str, version: int) -> BotVersionShown:
        """What it was then. Raises `NotFound`."""
        found: BotVersionShown = await self._get("bots", name, "versions", str(version))
        return found

    async def compare(
        self, name: str, version: int, *, old: int | None = None
    ) -> BotVersionsCompared:
        """What a version changed of an `old` one, of that before. Raises `NotFound`."""
        found: BotVersionsCompared = await self._get(
            "bots", name, "versions", str(version), "difference", old=old
        )
        return found

    async def roll_back(
        self, name: str, version: int, *, note: str = "", once: str | None = None
    ) -> BotShown:
        """What it was, as a new version. Raises `NotFound`, `Invalid`."""
        body = {"version": version, "note": note}
        found: BotShown = await self._post("bots", name, "rollback", body=body, once=once)
        return found

    async def draft(self, name: str) -> tuple[BotDraft, str]:
        """What it is to be, and the ETag to give to what changes that."""
        found: tuple[BotDraft, str] = await self._tagged("bots", name, "draft")
        return found

    async def save_draft(
        self,
        name: str,
        source: str,
        *,
        base_version: int | None = None,
        etag: str | None = None,
    ) -> BotDraft:
        """Keep a text, whatever is wrong in it. Raises `Outdated`."""
        wanted = {"source": source, "base_version": base_version}
        body = {part: value for part, value in wanted.items() if value is not None}
        found: BotDraft = await self._put("bots", name, "draft", body=body, etag=etag)
        return found

    async def publish_draft(
        self, name: str, *, note: str = "", once: str | None = None
    ) -> BotShown:
        """Make it the bot. Raises `Invalid` by line, `Outdated` if somebody was faster."""
        found: BotShown = await self._post(
            "bots", name, "draft", "publish", body={"note": note}, once=once
        )
        return found

    async def discard_draft(self, name: str, *, etag: str | None = None) -> BotDraft:
        """Throw it away; what it was."""
        found: BotDraft = await self._delete("bots", name, "draft", etag=etag)
        return found
