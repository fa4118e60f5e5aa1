"""Examples of conversations and of what is done there; `examples` has everything else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ENDPOINT = "myorganization-twiliosms"
CONTACT = "+15550100001"
AT = "2030-01-02T12:30:00.000Z"
CONVERSATION = {
    "endpoint": ENDPOINT,
    "address": "+15550109999",
    "contact": CONTACT,
    "waiting": 0,
    "session": 3,
    "session_open": True,
    "flagged": "",
    "taken_by": "",
    "created_at": AT,
    "updated_at": AT,
}
FOUND = {
    **CONVERSATION,
    "bot": "MySmsBot",
    "opted_out": False,
    "failed": False,
    "last_author": "bot",
    "last_at": AT,
    "last_text": "Tea or coffee?",
    "matched": "Coffee, please.",
}
SAID = {
    "message": "12-7",
    "seq": 7,
    "at": AT,
    "author": "bot",
    "element": {"type": "message", "message": "Tea or coffee?"},
    "discarded": "",
    "session": 3,
}
PROVIDER_ID = "SM00000000000000000000000000000001"
ENTRY = {**SAID, "status": "delivered", "why": "", "provider_id": PROVIDER_ID}
ATTEMPT = {
    "id": 8,
    "message": "12-7",
    "n": 1,
    "text": "Tea or coffee?",
    "status": "accepted",
    "draft_status": "sent",
    "started_at": AT,
    "ended_at": AT,
    "provider_id": PROVIDER_ID,
    "provider_status": "delivered",
    "provider_code": None,
    "note": "",
}
STANDS = {
    **CONVERSATION,
    "id": 12,
    "bot": "MySmsBot",
    "session_began_at": AT,
    "last_text_at": AT,
    "state": {"at": "ask"},
    "context": {"name": "Ann"},
    "asked": False,
    "asked_again_at": None,
    "opted_out_since": None,
    "consents": [],
}
SPOKEN = {
    **ENTRY,
    "state": "delivered",
    "segments": 1,
    "may": ["redact"],
    "attempts": [ATTEMPT],
}

SHAPES: Mapping[str, Any] = {
    "Attempt": ATTEMPT,
    "Conversation": CONVERSATION,
    "ConversationFound": FOUND,
    "ConversationShown": {
        "endpoint": ENDPOINT,
        "contact": CONTACT,
        "conversations": [CONVERSATION],
        "timeline": {"data": [ENTRY], "next": None},
        "attempts": {"data": [ATTEMPT], "next": None},
    },
    "ConversationExported": {
        "endpoint": ENDPOINT,
        "contact": CONTACT,
        "exported_at": AT,
        "conversations": [STANDS],
        "timeline": [SPOKEN],
    },
    "ConversationStates": {"data": [STANDS]},
    "SpokenEntry": SPOKEN,
    "TakenOver": {"endpoint": ENDPOINT, "contact": CONTACT, "taken_by": "crm", "before": ""},
    "HandedBack": {"endpoint": ENDPOINT, "contact": CONTACT, "before": "crm"},
    "ReplyCreate": {"text": "We are open from 9 to 5.", "take_over": True},
    "Replied": {
        "endpoint": ENDPOINT,
        "contact": CONTACT,
        "messages": ["12-8"],
        "segments": 1,
        "status": "waiting",
        "taken_by": "crm",
        "warnings": [],
    },
    "Redaction": {"messages": ["12-7"]},
    "ConversationRedacted": {"endpoint": ENDPOINT, "contact": CONTACT, "conversations": 1},
    "SessionsEnded": {"endpoint": ENDPOINT, "contact": CONTACT, "sessions": ["12-3"]},
    "TimelineEntry": ENTRY,
    "Unflagged": {
        "endpoint": ENDPOINT,
        "contact": CONTACT,
        "flags": ["It came to another number."],
    },
}
"""By shape."""
