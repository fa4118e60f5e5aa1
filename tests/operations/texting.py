"""An endpoint in use: people text it, its bot answers, and the answers come to what they do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.operations.test_apply import SAMPLE, flowit
from tests.store.samples import ANN, OURS, answer
from tests.world import ADDRESS
from threadline.app import App
from threadline.model.endpoint import Endpoint
from threadline.model.messages import Inbound
from threadline.model.rows import Claimed, Outcome, Said, Sending, Settled
from threadline.model.timeline import Note
from threadline.operations import messages
from threadline.operations.apply import apply

ORG = "flowit"
LATER = 2**60


@dataclass
class Texting:
    """The pipeline of one endpoint, moved by hand."""

    app: App
    endpoint: Endpoint
    texts: int = 0

    async def text(self, says: str, contact: str = ANN, **more: Any) -> None:
        """A contact texts."""
        self.texts += 1
        inbound = Inbound(
            provider_id=f"SM{self.texts}",
            contact=contact,
            ours=OURS,
            text=says,
            sender=str(self.endpoint.route),
            **more,
        )
        await self.app.store.keep(self.endpoint, [inbound])

    async def claim(self) -> Claimed:
        """The next text that the bot is to be asked about."""
        [claimed] = await self.app.store.claim_turns(1)
        return claimed

    async def answered(
        self, *texts: str, contact: str = ANN, expires_at: int = LATER, says: str = "hi"
    ) -> None:
        """A contact texts, and the bot has answered so."""
        await self.text(says, contact)
        finished = answer(await self.claim(), *texts, expires_at=expires_at)
        await self.app.store.finish_turns([finished])

    async def parks(self, says: str, why: str = "The bot was silent.") -> None:
        """A contact texts, and the bot does not answer."""
        await self.text(says)
        await self.park(await self.claim(), why)

    async def park(self, claimed: Claimed, why: str) -> None:
        finished = answer(claimed, parked=True)
        finished.said = [Said(Note(why, "parked"), author="system")]
        await self.app.store.finish_turns([finished])

    async def sending(self) -> list[Sending]:
        """What a worker would send now."""
        return (await self.app.store.claim_drafts(9)).sendings

    async def goes(self) -> list[str]:
        return [one.text for one in await self.sending()]

    async def sends(self, kind: str, **more: Any) -> Sending:
        """The next one is sent, with this outcome."""
        [sending] = await self.sending()
        outcome = Outcome(sending, kind, **more)  # type: ignore[arg-type]
        await self.app.store.record_outcomes([outcome])
        return sending

    async def loses_sight(self) -> Sending:
        """The next one may have been sent, or not."""
        return await self.sends("unknown", note="No answer came.", due_at=self.app.clock())

    async def gives_up(self) -> None:
        """The one that is looked up is found nowhere, and put aside."""
        [unknown] = await self.app.store.claim_unknown(9)
        settled = Settled(unknown, "parked", 2, note="It is not there.", code="not_found")
        await self.app.store.record_settled([settled])

    async def listed(self, state: str = "parked") -> list[dict[str, Any]]:
        page = await messages.list_(self.app, organization=ORG, state=state, limit=1000)
        return [dict(one) for one in page["data"]]

    async def id_of(self, text: str, state: str = "parked") -> str:
        return next(str(one["id"]) for one in await self.listed(state) if one["text"] == text)

    async def said(self, contact: str = ANN) -> list[tuple[str, str]]:
        """Everything that was to be sent, and what became of it."""
        entries = await self.app.store.timeline(ADDRESS, contact)
        return [(e["element"]["message"], e["status"]) for e in entries if e["author"] == "bot"]

    async def notes(self, contact: str = ANN) -> list[str]:
        """What the operator reads."""
        entries = await self.app.store.timeline(ADDRESS, contact)
        return [e["element"]["text"] for e in entries if e["element"]["type"] == "note"]


async def texting(app: App, pace: float = 100_000) -> Texting:
    """An endpoint that sends so many segments a second."""
    config = {**SAMPLE["EngagementConfig"], "MessagesPerSecond": pace}  # type: ignore[dict-item]
    await apply(app, documents=[flowit(None, {**SAMPLE, "EngagementConfig": config})])
    [endpoint] = [one for one in await app.store.endpoints() if one.address == ADDRESS]
    return Texting(app, endpoint)
