"""
An example for everything that the API takes and gives, by the name of its shape.

They are about one organization, so that what stands in one fits the others; a test holds each
against its schema. A page is made of the example of what is on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from threadline.web.api import bot_examples
from threadline.web.api.examples_conversations import AT, CONTACT, ENDPOINT, SAID
from threadline.web.api.examples_conversations import SHAPES as CONVERSATIONS
from threadline.web.api.examples_flows import SHAPES as FLOWS
from threadline.web.api.examples_forms import SHAPES as FORMS

URLS = {
    "urls": {
        "": f"https://sms.example.com/v1/engage/{ENDPOINT}#rc=4&rp=ct,rt,5xx&ct=2000&rt=3500"
    },
    "fallbacks": {"": f"https://sms.example.com/v1/engage/{ENDPOINT}/fallback"},
}
BOT_DOCUMENT = bot_examples.DOCUMENT
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
    "RetentionDays": 365,
    "Bots": [BOT_DOCUMENT],
    "Endpoints": [ENDPOINT_DOCUMENT],
}
FLOWIT = {"name": "flowit", "title": "Flow IT", "retention_days": 365}
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
HOUR = {"hour": "2030-01-02T12:00:00.000Z", "received": 12, "by_bot": 14, "by_operator": 1}
FAILURE = {
    "code": "30003",
    "meaning": "The phone is switched off or out of reach.",
    "texts": 2,
    "last_at": AT,
}
QUEUE = {"endpoint": ENDPOINT, "texts": 1, "oldest": AT}
USER = {
    "id": "usr_0123456789abcdef",
    "email": "ann@example.com",
    "name": "Ann",
    "role": "builder",
    "joined": True,
    "added_at": AT,
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
    "opted_out": 2,
    "heard_at": AT,
}
MESSAGE = {
    "id": "12-7",
    "endpoint": ENDPOINT,
    "contact": CONTACT,
    "text": "Tea or coffee?",
}

SHAPES: Mapping[str, Any] = {
    **CONVERSATIONS,
    **FLOWS,
    **FORMS,
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
    "SignInLink": {
        "email": "ann@example.com",
        "link": "https://sms.example.com/join?code=this-is-no-code-0123456789-0123456789-0",
    },
    "User": USER,
    "UserInvite": {"email": "bob@example.com", "role": "operator"},
    "UserInvited": {
        **USER,
        "email": "bob@example.com",
        "name": "",
        "role": "operator",
        "joined": False,
        "link": "https://sms.example.com/join?code=this-is-no-code-0123456789-0123456789-0",
    },
    "UserRole": {"role": "builder"},
    "VaultRotated": {"added_key": "k01234567", "resealed": 3},
    "About": {
        "version": "0.1.0",
        "url": "https://sms.example.com",
        "database": "3f1c0a9be2d47586",
    },
    "ApiKey": API_KEY,
    "Audited": {
        "at": AT,
        "organization": "flowit",
        "who": "ann@example.com",
        "door": "portal",
        "what": "save",
        "about": f"/endpoints/{ENDPOINT}",
        "done": True,
    },
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
    "BotDocument": BOT_DOCUMENT,
    **bot_examples.SHAPES,
    "BotShown": {**BOT_DOCUMENT, "State": "RUNNING", "Version": 1},
    "HourOfTexts": HOUR,
    "Failure": FAILURE,
    "Queue": QUEUE,
    "Overview": {
        "organization": "flowit",
        "at": AT,
        "hours": [HOUR],
        "received": 12,
        "sent": 15,
        "failures": [FAILURE],
        "failed": 2,
        "parked": 0,
        "unknown": 0,
        "queues": [QUEUE],
        "flagged": 1,
        "taken_over": 0,
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
    "OrganizationChange": {"title": "Flow IT", "retention_days": 365},
    "OrganizationCreate": FLOWIT,
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
