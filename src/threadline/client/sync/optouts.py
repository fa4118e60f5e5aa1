"""Opt-outs: who does not want to be texted."""

from __future__ import annotations

from threadline.client.sync.connection import Noun
from threadline.model.paging import Page
from threadline.model.resources.optouts import (
    ConsentHistory,
    OptOut,
    OptOutAdded,
    OptOutRemoved,
)


class OptOuts(Noun):
    def list(
        self, *, endpoint: str | None = None, limit: int = 100, after: str | None = None
    ) -> Page[OptOut]:
        """Who opted out, the latest first; of one endpoint's sender, or of all."""
        found: Page[OptOut] = self._get("optouts", endpoint=endpoint, limit=limit, after=after)
        return found

    def add(
        self, endpoint: str, contact: str, *, reason: str, once: str | None = None
    ) -> OptOutAdded:
        """Text the contact no more. `once` is an Idempotency-Key."""
        body = {"endpoint": endpoint, "contact": contact, "reason": reason}
        found: OptOutAdded = self._post("optouts", body=body, once=once)
        return found

    def remove(self, endpoint: str, contact: str, *, reason: str) -> OptOutRemoved:
        """Let the contact be texted again. Raises `NotFound` if they had not opted out."""
        found: OptOutRemoved = self._delete("optouts", endpoint, contact, reason=reason)
        return found

    def history(self, endpoint: str, contact: str) -> ConsentHistory:
        """When the contact opted out and in again, and how."""
        found: ConsentHistory = self._get("optouts", endpoint, contact)
        return found
