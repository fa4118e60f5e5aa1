"""Blueprints: bots to begin with."""

from __future__ import annotations

from collections.abc import Mapping

from threadline.client.sync.connection import Noun
from threadline.model.paging import Page
from threadline.model.resources.blueprints import Blueprint
from threadline.model.resources.bots import BotShown


class Blueprints(Noun):
    def list(self) -> Page[Blueprint]:
        """Every one, with an example dialogue."""
        found: Page[Blueprint] = self._get("blueprints")
        return found

    def describe(self, name: str) -> Blueprint:
        """Raises `NotFound`."""
        found: Blueprint = self._get("blueprints", name)
        return found

    def create_bot(
        self,
        blueprint: str,
        name: str,
        values: Mapping[str, str] | None = None,
        *,
        once: str | None = None,
    ) -> BotShown:
        """A new bot; `values` are what is filled in. Raises `NotFound`, `Invalid`."""
        body = {"name": name, "values": dict(values or {})}
        found: BotShown = self._post("blueprints", blueprint, "bots", body=body, once=once)
        return found
