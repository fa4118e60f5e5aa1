"""All that is declared, at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from threadline.client.sync.connection import Noun
from threadline.model.resources.configuration import Applied, Exported


class Configuration(Noun):
    def apply(
        self, documents: Sequence[Any], *, dry_run: bool = False, once: str | None = None
    ) -> Applied:
        """
        Make them true, or none if anything is wrong. The form of one is that of
        `threadline.model.resources.configuration.Document`. Raises `Invalid`.
        """
        body = {"documents": [*documents], "dry_run": dry_run}
        found: Applied = self._post("apply", body=body, once=once)
        return found

    def export(self) -> Exported:
        """What is true, without the values of secrets."""
        found: Exported = self._get("export")
        return found
