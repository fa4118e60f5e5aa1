"""A conversation with a bot while it is tried: no server, no database, nobody is texted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from threadline.model import choices, spans
from threadline.model import policy as policies
from threadline.model.clock import SECOND
from threadline.model.endpoint import Endpoint
from threadline.model.timeline import Note, to_json
from threadline.model.turn import Line, Reply, Turn
from threadline.model.wording import in_words, told

ORGANIZATION = "test"
CONTACT = "+15550100001"


class Talk:
    """
    `state` and `context` are what the bot finds next time, `open` whether its session goes on,
    `wake_at` when it wants to be asked without a text, and `said` what was said so far.
    """

    def __init__(
        self,
        bot: str,
        contact: str = CONTACT,
        at: int = 0,
        context: Mapping[str, Any] | None = None,
        config: Mapping[str, Any] | None = None,
        name: str = "test",
    ) -> None:
        """`at` is when it begins, in microseconds; `config` the endpoint's EngagementConfig."""
        self._name, self._contact, self._now = name, contact, at
        self._first = self._bot = bot
        self.state: Mapping[str, Any] = {}
        self.context = context or {}
        self.wake_at: int | None = None
        self.said: list[Line] = []
        self._session = self._number = self._seen = self._since = 0
        self.open = False
        self._endpoint = Endpoint(
            1,
            ORGANIZATION,
            {
                "Address": "test",
                "Name": "Test",
                "Status": "online",
                "EngagementType": "Test",
                "TargetBotReference": bot,
                "EngagementConfig": dict(config or {}),
            },
        )

    def turn(self, said: str, waits: bool = False) -> Turn | None:
        """
        Of a text, or of a time in words such as "2 hours" in which nobody texts (`waits`).
        None: time passes, and the bot had not waited for it. Raises `ValueError`.
        """
        if waits:
            self._now += int(spans.seconds(said) * SECOND)
            if self.wake_at is None or self._now < self.wake_at:
                return None
            self._now = max(self._now, self.wake_at)
        else:
            self._now += SECOND
        kept, own = policies.apart(self.state)
        policy = self._endpoint.engagement.policy
        if self.open and not waits and policy.over(own, self._since, self._seen, self._now):
            self.open = False
        first = not self.open
        if first:
            self._session += 1
            self._since, self._bot = self._now, self._first
            self.state = kept = {}
        self.open, self._number, self._seen = True, self._number + 1, self._now
        state, offered = choices.apart(kept)
        chosen = None if waits else choices.understood(said, offered)
        text = "" if waits else chosen.title if chosen else said
        before = tuple(self.said)
        if text:
            self.said.append(Line("contact", text))
        return Turn(
            id=f"{self._name}-{self._number}",
            endpoint=self._endpoint,
            bot=self._bot,
            conversation=1,
            session=f"1-{self._session}",
            contact=self._contact,
            text=text,
            first=first,
            at=self._now,
            state=state,
            context=self.context,
            utterance_first=self._endpoint.engagement.first_is_utterance,
            woken=waits,
            past=partial(_last, before),
        )

    def heard(self, reply: Reply, bot: str) -> None:
        """What the turn brought, from the bot that goes on."""
        self._bot, self.context = bot, reply.context
        offered: list[choices.Choice] = []
        for element in reply.elements if self._endpoint.engagement.in_text else ():
            words = in_words(element, len(offered) + 1)
            offered += words.choices if words else ()
        policy = reply.policy or policies.apart(self.state)[1]
        self.state = policies.beside(choices.beside(reply.state, offered), policy)
        self.open, self.wake_at = not reply.ended, reply.wake_at
        self._seen = max(self._now, reply.wake_at or 0)
        lines = (
            told(to_json(element))
            for element in reply.elements
            if not isinstance(element, Note)
        )
        self.said += [Line("bot", line) for line in lines if line]


async def _last(lines: Sequence[Line], most: int) -> Sequence[Line]:
    return lines[-most:] if most > 0 else ()
