"""Senders: the numbers and messaging services that texts go out from."""

from __future__ import annotations

from threadline.client.sync.connection import Noun
from threadline.model.paging import Page
from threadline.model.resources.senders import Sender, SenderResumed


class Senders(Noun):
    def list(self, *, limit: int = 100, after: str | None = None) -> Page[Sender]:
        """Which there are, what they are paused for, and what waits; by number."""
        found: Page[Sender] = self._get("senders", limit=limit, after=after)
        return found

    def pause(self, endpoint: str, *, reason: str, once: str | None = None) -> Sender:
        """Send nothing from the endpoint's number. `once` is an Idempotency-Key."""
        body = {"reason": reason}
        found: Sender = self._post("senders", endpoint, "pause", body=body, once=once)
        return found

    def resume(self, endpoint: str, *, once: str | None = None) -> SenderResumed:
        """Send again from the endpoint's number. `once` is an Idempotency-Key."""
        found: SenderResumed = self._post("senders", endpoint, "resume", once=once)
        return found
