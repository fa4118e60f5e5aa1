"""What an operator does in a conversation, as it is handed to the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from threadline.model.messages import Draft

OPERATOR = "operator"
"""Who does something by hand and gave no name: also the author of replies."""
WANTED = "handover"
"""Who has a conversation that a bot handed over, until somebody takes it."""


@dataclass(frozen=True, slots=True)
class OperatorReply:
    """
    What an operator says, as the channel says it: in one conversation, from our number there.
    With `take_over` the bot is not asked from then on. `most` is how many segments the
    endpoint may send in a day (None: as many as it likes).
    """

    conversation: int
    drafts: Sequence[Draft]
    ours: str
    service: str
    by: str
    take_over: bool
    expires_at: int
    most: int | None = None
