"""Messages: single texts that went no further."""

from __future__ import annotations

from threadline.client.sync.connection import Noun
from threadline.model.paging import Page
from threadline.model.resources.desk import Redaction
from threadline.model.resources.messages import Message, MessageDecided


class Messages(Noun):
    def list(
        self, *, state: str = "parked", limit: int = 100, after: str | None = None
    ) -> Page[Message]:
        """The latest first: parked, failed, unknown or waiting."""
        found: Page[Message] = self._get("messages", state=state, limit=limit, after=after)
        return found

    def retry(self, id: str, *, once: str | None = None) -> MessageDecided:
        """Try it again, now. `once` is an Idempotency-Key."""
        found: MessageDecided = self._post("messages", id, "retry", once=once)
        return found

    def discard(self, id: str, *, once: str | None = None) -> MessageDecided:
        """Give it up, so that what follows can go on. `once` is an Idempotency-Key."""
        found: MessageDecided = self._post("messages", id, "discard", once=once)
        return found

    def redact(self, id: str, *, once: str | None = None) -> Redaction:
        """
        Take its words away for good. Raises `Invalid` while it may still be sent or asked
        about. `once` is an Idempotency-Key.
        """
        found: Redaction = self._post("messages", id, "redact", once=once)
        return found
