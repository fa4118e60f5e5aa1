"""Bots: what answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from threadline.client.sync.connection import Noun
from threadline.model.paging import Page
from threadline.model.resources.bots import BotDocument, BotListed, BotShown


class Bots(Noun):
    def list(self, *, limit: int = 100, after: str | None = None) -> Page[BotListed]:
        """By name, without what they say."""
        found: Page[BotListed] = self._get("bots", limit=limit, after=after)
        return found

    def describe(self, name: str) -> BotShown:
        """As it was given, with State and Version. Raises `NotFound`."""
        found: BotShown = self._get("bots", name)
        return found

    def tagged(self, name: str) -> tuple[BotShown, str]:
        """The same, and the ETag to give to `replace`, `change` and `delete`."""
        found: tuple[BotShown, str] = self._tagged("bots", name)
        return found

    def create(self, document: BotDocument, *, once: str | None = None) -> BotShown:
        """A new one. `once` is an Idempotency-Key. Raises `Invalid`."""
        found: BotShown = self._post("bots", body=document, once=once)
        return found

    def replace(self, name: str, document: BotDocument, *, etag: str | None = None) -> BotShown:
        """
        Another document. Raises `Outdated` if the bot is not what has this `etag` any more.
        """
        found: BotShown = self._put("bots", name, body=document, etag=etag)
        return found

    def change(
        self, name: str, fields: Mapping[str, Any], *, etag: str | None = None
    ) -> BotShown:
        """Other values for some fields; None takes one away. Raises as `replace` does."""
        found: BotShown = self._patch("bots", name, body=fields, etag=etag)
        return found

    def delete(self, name: str, *, etag: str | None = None) -> BotShown:
        """What it was. Raises `Invalid` while an endpoint names it, `Outdated`."""
        found: BotShown = self._delete("bots", name, etag=etag)
        return found
