"""People who text 1, 2, 3 …, and a provider that posts again what was not acknowledged."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from tests.web.nodes import Node
from tests.web.provider import Provider, new_sid, sign
from threadline.carrier import Carrier
from threadline.carrier.state import Message
from threadline.errors import RequestFailed

EACH = 25
"""Twilio stops a number that texts another more than 30 times in a row; so does Threadline."""
REPEATED = 0.1
"""How many of the texts are told once more than they have to be."""


@dataclass(frozen=True, slots=True)
class Door:
    """
    The way to one of our numbers. Webhooks go to any of the nodes, signed for the one address
    that the provider knows. `texted` counts the texts of each handset.
    """

    carrier: Carrier
    provider: Provider
    nodes: Sequence[Node]
    chance: Random
    texted: Counter[str]

    def take(self, body: str, handset: str) -> str:
        """From now on the carrier has the text, and lists it. Its SID."""
        account, now, sid = self.provider.account, time.time_ns() // 1000, new_sid()
        self.texted[handset] += 1
        self.carrier.state.add_message(
            Message(
                sid=sid,
                account=account.sid,
                direction="inbound",
                sender=handset,
                recipient=account.number,
                body=body,
                segments=1,
                status="received",
                created=now,
                updated=now,
                sent=now,
            )
        )
        return sid

    async def post(self, body: str, handset: str, sid: str) -> bool:
        """Whether it was acknowledged. A server that is away, or says 503, did not."""
        fields = self.provider.fields(body, handset, sid)
        public = self.provider.target()
        signed = sign(self.provider.account.token, public, fields)
        url = public.replace(self.provider.url, self.chance.choice(self.nodes).url)
        try:
            answer = await self.provider.egress.provider.request(
                "POST", url, form=fields, headers=signed
            )
        except RequestFailed:
            return False
        assert answer.status in (200, 503), answer
        return answer.status == 200


@dataclass(slots=True)
class Person:
    """
    Texts the next number only once the one before was acknowledged: an order is promised for
    nothing else. `pace` is the seconds between two texts, more or less.
    """

    handset: str
    door: Door
    chance: Random
    pace: float
    sids: list[str] = field(default_factory=list)
    redelivered: int = 0
    repeated: int = 0

    @property
    def said(self) -> list[str]:
        """Every text that was posted; the last one may not be acknowledged yet."""
        return [str(n) for n in range(1, len(self.sids) + 1)]

    async def text(self, enough: asyncio.Event) -> None:
        """All that this person has to say, or until it is enough and the last one is taken."""
        while len(self.sids) < EACH:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.chance.uniform(0, 2 * self.pace)):
                    await enough.wait()
            if enough.is_set():
                return
            self.sids.append(self.door.take(str(len(self.sids) + 1), self.handset))
            await self._deliver(len(self.sids))

    async def _deliver(self, n: int) -> None:
        """As Twilio would; now and then it tells of a text once too often."""
        tries = [self._post(n)]
        if self.chance.random() < REPEATED:
            self.repeated += 1
            tries.append(self._post(self.chance.randint(max(1, n - 3), n)))
        kept, *_others = await asyncio.gather(*tries)
        while not kept:
            self.redelivered += 1
            await asyncio.sleep(self.chance.uniform(0.2, 0.6))
            kept = await self._post(n)

    async def _post(self, n: int) -> bool:
        return await self.door.post(str(n), self.handset, self.sids[n - 1])
