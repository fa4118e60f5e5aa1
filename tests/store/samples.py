"""What store tests are made of: an endpoint, texts for it, and a bot's words."""

from __future__ import annotations

from threadline.model.catalog import SaveEndpoint, SaveOrganization
from threadline.model.endpoint import Endpoint
from threadline.model.messages import Draft, Inbound
from threadline.model.rows import Claimed, Finished, Said, Session
from threadline.model.timeline import Text
from threadline.store import SqlStore

ANN, BOB = "+15550100001", "+15550100002"
OURS = "+15550109999"
DOCUMENT = {
    "Address": "flowit-sms",
    "Name": "MySms",
    "Status": "online",
    "EngagementType": "TwilioSms",
    "TargetBotReference": "MySmsBot",
}


async def endpoint(
    store: SqlStore, address: str = "flowit-sms", org: str = "flowit"
) -> Endpoint:
    document = DOCUMENT | {"Address": address}
    saved = SaveEndpoint(org, document, f"AC1/{address}")
    await store.change([SaveOrganization(org), saved])
    return next(one for one in await store.endpoints() if one.address == address)


def text(n: int | str, contact: str = ANN, says: str | None = None, **more: object) -> Inbound:
    return Inbound(
        provider_id=f"SM{n}",
        contact=contact,
        ours=OURS,
        text=f"text {n}" if says is None else says,
        **{"sender": f"AC1/{OURS}", **more},  # type: ignore[arg-type]
    )


def answer(claimed: Claimed, *texts: str, expires_at: int = 2**60, **more: object) -> Finished:
    said = [Said(Text(one), draft=Draft(one)) for one in texts]
    session = Session(1, True, "MySmsBot", claimed.received_at, claimed.received_at)
    return Finished(claimed, said, {"at": "x"}, {}, session, expires_at, **more)  # type: ignore[arg-type]
