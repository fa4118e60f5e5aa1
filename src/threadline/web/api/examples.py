"""
An example for everything that the API takes and gives, by the name of its shape.

They are about one organization, so that what stands in one fits the others; a test holds each
against its schema. A page is made of the example of what is on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ENDPOINT = "myorganization-twiliosms"
CONTACT = "+15550100001"
AT = "2030-01-02T12:30:00.000Z"

URLS = {
    "urls": {
        "": f"https://sms.example.com/v1/engage/{ENDPOINT}#rc=4&rp=ct,rt,5xx&ct=2000&rt=3500"
    },
    "fallbacks": {"": f"https://sms.example.com/v1/engage/{ENDPOINT}/fallback"},
}
BOT_DOCUMENT = {
    "Name": "MySmsBot",
    "Type": "flow",
    "Flow": {
        "nodes": {
            "start": {"type": "Start", "next": "hello"},
            "hello": {"type": "Dialogue", "text": "Hello!", "next": "end"},
            "end": {"type": "End"},
        }
    },
}
ENDPOINT_DOCUMENT = {
    "Address": ENDPOINT,
    "Name": "MySms",
    "Status": "online",
    "EngagementType": "TwilioSms",
    "EngagementConfig": {"Secret": f"srn:vault::flowit:secretdoc:{ENDPOINT}-keys"},
    "TargetBotReference": "MySmsBot",
}
DOCUMENT = {
    "Organization": "flowit",
    "Title": "Flow IT",
    "Bots": [BOT_DOCUMENT],
    "Endpoints": [ENDPOINT_DOCUMENT],
}
FLOWIT = {"name": "flowit", "title": "Flow IT"}
API_KEY = {
    "id": "key_0123456789abcdef",
    "organization": "flowit",
    "name": "crm",
    "scopes": ["read", "send"],
    "state": "active",
    "created_at": AT,
    "expires_at": None,
    "used_at": None,
}
LIFTED = {"contact": CONTACT, "since": AT, "source": "operator", "said": "asked by phone"}
CONVERSATION = {
    "endpoint": ENDPOINT,
    "address": "+15550109999",
    "contact": CONTACT,
    "waiting": 0,
    "session": 3,
    "session_open": True,
    "flagged": "",
    "created_at": AT,
    "updated_at": AT,
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

SECRET = {
    "Alias": "twiliokeys",
    "Srn": "srn:vault::flowit:secretdoc:twiliokeys",
    "Type": "secretdoc",
    "Created": 1893587400000,
    "Version": 1,
}
VALUE = {
    "accountSid": "AC00000000000000000000000000000001",
    "authToken": "0123456789abcdef0123456789abcdef",
    "phoneNumber": "+15550109999",
}
SENDER = {
    "sender": "+15550109999",
    "endpoints": [ENDPOINT],
    "state": "paused by hand",
    "until": None,
    "why": "the bot says nonsense",
    "segments_per_second": 3.0,
    "waiting": 1,
    "oldest": AT,
}
MESSAGE = {
    "id": "12-7",
    "endpoint": ENDPOINT,
    "contact": CONTACT,
    "text": "Tea or coffee?",
}

SHAPES: Mapping[str, Any] = {
    "DatabaseCheck": {
        "engine": "sqlite",
        "step": 6,
        "newest": 6,
        "findings": [
            {
                "code": "key_missing",
                "path": "srn:vault::flowit:secretdoc:twiliokeys",
                "message": "The key k01234567 that it is sealed with is not here.",
                "mend": "Put the key back, or store the secret anew: "
                "`threadline secret replace`.",
            }
        ],
    },
    "Message": {
        **MESSAGE,
        "author": "bot",
        "at": AT,
        "status": "parked: not known whether it was sent",
        "why": "It is not there.",
    },
    "MessageDecided": {
        **MESSAGE,
        "status": "waiting",
        "warnings": [
            "Nobody knows whether it was sent before, so it may arrive twice.",
        ],
    },
    "Secret": SECRET,
    "SecretCreate": {"Alias": "twiliokeys", "Type": "secretdoc", "Value": VALUE},
    "SecretReplace": {"Value": VALUE},
    "Sender": SENDER,
    "SenderPause": {"reason": "the bot says nonsense"},
    "SenderResumed": {**SENDER, "state": "sending", "was_paused": True},
    "VaultRotated": {"added_key": "k01234567", "resealed": 3},
    "About": {
        "version": "0.1.0",
        "url": "https://sms.example.com",
        "database": "3f1c0a9be2d47586",
    },
    "ApiKey": API_KEY,
    "ApiKeyCreate": {"name": "crm", "scopes": ["read", "send"]},
    "Applied": {
        "changes": [
            {
                "action": "change",
                "kind": "endpoint",
                "name": ENDPOINT,
                "organization": "flowit",
                "fields": [{"path": "Status", "old": "offline", "new": "online"}],
            }
        ],
        "applied": True,
        "endpoints": [{"address": ENDPOINT, **URLS}],
    },
    "Attempt": ATTEMPT,
    "BotDocument": BOT_DOCUMENT,
    "BotListed": {"Name": "MySmsBot", "Type": "flow", "State": "RUNNING", "Version": 1},
    "BotShown": {**BOT_DOCUMENT, "State": "RUNNING", "Version": 1},
    "Conversation": CONVERSATION,
    "ConversationShown": {
        "endpoint": ENDPOINT,
        "contact": CONTACT,
        "conversations": [CONVERSATION],
        "timeline": {"data": [ENTRY], "next": None},
        "attempts": {"data": [ATTEMPT], "next": None},
    },
    "DocumentsApply": {"documents": [DOCUMENT]},
    "EndpointDocument": ENDPOINT_DOCUMENT,
    "EndpointShown": {"endpoint": ENDPOINT_DOCUMENT, **URLS},
    "Event": {
        "id": "WzE4OTM1ODc0MDAwMDAwMDAsMTIsN10",
        **SAID,
        "endpoint": ENDPOINT,
        "contact": CONTACT,
    },
    "Exported": {"documents": [DOCUMENT]},
    "Organization": FLOWIT,
    "OrganizationChange": {"title": "Flow IT"},
    "OrganizationCreate": FLOWIT,
    "SessionsEnded": {"endpoint": ENDPOINT, "contact": CONTACT, "sessions": ["12-3"]},
    "TimelineEntry": ENTRY,
    "Unflagged": {
        "endpoint": ENDPOINT,
        "contact": CONTACT,
        "flags": ["It came to another number."],
    },
    "NewApiKey": {
        **API_KEY,
        "key": "threadline_this-is-no-key-0123456789-0123456789",
    },
    "OptOut": {**LIFTED, "endpoints": [ENDPOINT]},
    "OptOutCreate": {"endpoint": ENDPOINT, "contact": CONTACT, "reason": "asked by phone"},
    "OptOutAdded": {**LIFTED, "new": True, "dropped": 1},
    "OptOutRemoved": LIFTED,
    "ConsentHistory": {
        "contact": CONTACT,
        "since": AT,
        "history": [
            {"what": "added", "source": "operator", "said": "asked by phone", "at": AT}
        ],
    },
}
"""By shape."""

BODIES: Mapping[tuple[str, str], Any] = {
    ("change_bot", "request"): {"State": "PAUSED"},
    ("change_endpoint", "request"): {"Status": "offline"},
}
"""By operation and side ("request", "answer"), where the JSON has no shape of a name."""
