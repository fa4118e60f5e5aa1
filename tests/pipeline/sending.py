"""An outbox without a worker, moved by hand; what it sends goes to a provider that is told."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from tests.channels.provider import Says, provider
from tests.conftest import Calendar
from tests.store.samples import ANN, DOCUMENT, OURS, answer, text
from threadline.channels import twilio
from threadline.channels.twilio import account, hooks
from threadline.egress import Client
from threadline.model.catalog import SaveEndpoint, SaveOrganization
from threadline.model.endpoint import Endpoint
from threadline.model.rows import Done, Outcome, Sending
from threadline.pipeline import outbox, receipts
from threadline.pipeline.pacing import Accounts
from threadline.pipeline.retry import Waits
from threadline.ports import Channel
from threadline.store import SqlStore

SID = f"AC{'0' * 31}1"
LATER = 2**60


@dataclass
class Plugged:
    """The one endpoint, and the channel that it has."""

    only: Endpoint
    through: Channel

    async def endpoint(self, id: int) -> Endpoint:
        return self.only

    async def channel(self, endpoint: Endpoint) -> Channel:
        return self.through


@dataclass
class Desk:
    """One endpoint's outbox. The waits are those that operators get, without chance."""

    store: SqlStore
    clock: Calendar
    endpoint: Endpoint
    ours: str
    waits: Waits = field(default_factory=lambda: Waits(spread=0))
    texts: int = 0

    @property
    def secret(self) -> dict[str, Any]:
        return {"accountSid": SID, "authToken": "any text", "phoneNumber": self.ours}

    async def answers(
        self, *texts: str, contact: str = ANN, expires_at: int = LATER, sends: bool = False
    ) -> Done:
        """A contact texts, and the bot has just answered so."""
        self.texts += 1
        asked = text(self.texts, contact, sender=str(self.endpoint.route))
        await self.store.keep(self.endpoint, [replace(asked, ours=self.ours)])
        [claimed] = await self.store.claim_turns(1)
        finished = answer(claimed, *texts, expires_at=expires_at, sends=sends)
        [done] = await self.store.finish_turns([finished])
        return done

    async def due(self) -> list[Sending]:
        """What a worker would send now."""
        return (await self.store.claim_drafts(99)).sendings

    async def goes(self) -> list[str]:
        return [one.text for one in await self.due()]

    async def post(self, client: Client, sending: Sending, said: Says) -> Outcome:
        """Send it to a provider that says this."""
        async with provider(said) as there:
            channel = twilio.open(
                self.endpoint,
                self.secret,
                client=client,
                base_url=there.url,
                public_url="https://sms.example.com",
                clock=self.clock,
            )
            plugs = Plugged(self.endpoint, channel)
            return await outbox.send(
                self.store, plugs, Accounts(9), self.clock, self.waits, sending
            )

    async def accept(self, *sendings: Sending) -> None:
        """The provider takes them."""
        for one in sendings:
            sent = Outcome(one, "sent", f"SM{one.attempt}", hooks.Status.QUEUED)
            await self.store.record_outcomes([sent])

    async def report(self, sending: Sending, status: str, code: int | None = None) -> bool:
        """The provider calls back."""
        form = {
            "AccountSid": SID,
            "From": self.ours,
            "To": sending.contact,
            "MessageSid": f"SM{sending.attempt}",
            "MessageStatus": status,
        }
        said = tuple((form if code is None else form | {"ErrorCode": str(code)}).items())
        us = account.read(self.secret)
        receipt = hooks.read(said, "/status", f"m={sending.attempt}", us)
        return await receipts.apply(self.store, self.endpoint, receipt, self.waits)

    async def statuses(self, contact: str = ANN) -> list[str]:
        entries = await self.store.timeline(self.endpoint.address, contact)
        return [one["status"] for one in entries if one["author"] == "bot"]

    async def notes(self, contact: str = ANN) -> list[str]:
        entries = await self.store.timeline(self.endpoint.address, contact)
        return [e["element"]["text"] for e in entries if e["element"]["type"] == "note"]

    async def sender(self) -> Any:
        [found] = await self.store.senders("flowit")
        return found


async def desk(
    store: SqlStore, clock: Calendar, ours: str = OURS, pace: int = 0, **config: Any
) -> Desk:
    document = DOCUMENT | {"EngagementConfig": config}
    saved = SaveEndpoint("flowit", document, f"{SID}/{ours}", pace)
    await store.change([SaveOrganization("flowit"), saved])
    [endpoint] = await store.endpoints()
    return Desk(store, clock, endpoint, ours)


def refusal(status: int, code: int, **headers: str) -> Says:
    """As Twilio writes it."""
    body = {"code": code, "message": "No.", "status": status}
    return Says(status, body, {"Content-Type": "application/json", **headers})
