"""What the tables of the pipeline's pure functions are made of."""

from __future__ import annotations

from typing import Any

from threadline.model.clock import MINUTE
from threadline.model.endpoint import Endpoint
from threadline.model.messages import Found, Status
from threadline.model.rows import Claimed, Sending, Session, Unknown

NOON = 1_893_585_600_000_000
ANN, OURS = "+15550100001", "+15550109999"


def endpoint(status: str = "online", **config: Any) -> Endpoint:
    document = {
        "Address": "flowit-sms",
        "Name": "MySms",
        "Status": status,
        "EngagementType": "TwilioSms",
        "TargetBotReference": "MySmsBot",
        "EngagementConfig": config,
    }
    return Endpoint(1, "flowit", document)


def claimed(
    session: Session | None = None, *, after: float = 0, attempts: int = 1, **more: Any
) -> Claimed:
    """A text that came so many minutes after noon."""
    usual: dict[str, Any] = {
        "conversation": 7,
        "endpoint_id": 1,
        "contact": ANN,
        "ours": OURS,
        "service": "",
        "seq": 3,
        "text": "hi",
        "media": (),
        "flag": "",
        "received_at": NOON + round(after * MINUTE),
        "state": {"at": "ask"},
        "context": {"name": "Ann"},
        "session": session or Session(),
        "token": 1,
        "attempts": attempts,
    }
    return Claimed(**usual | more)


def unknown(passes: int = 0, lost: int = 0, text: str = "hi") -> Unknown:
    sending = Sending(
        draft_id=1,
        attempt=5,
        attempts=1,
        endpoint_id=1,
        conversation=7,
        sender_id=1,
        contact=ANN,
        ours=OURS,
        service="",
        text=text,
        expires_at=NOON + 15 * MINUTE,
    )
    return Unknown(sending, NOON, passes, lost)


def found(sid: str, text: str = "hi", status: Status = Status.SENT) -> Found:
    return Found(sid, status, text, NOON)
