"""Examples of forms and of health, as `examples` has those of everything else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

AT = "2030-01-02T12:30:00.000Z"
CHECK = {
    "name": "webhook",
    "title": "Webhook set",
    "state": "wrong",
    "message": "The number has no URL to call, so nobody hears of its texts.",
    "mend": "At the number in the Twilio console, below Messaging, paste this, HTTP POST.",
    "value": "https://sms.example.com/v1/engage/myorganization-twiliosms",
    "observed_at": AT,
}
FIELD = {
    "name": "OnUnknown",
    "label": "A text of which it is not known whether it went out",
    "help": "What to do with it.",
    "kind": "choice",
    "group": "Pace and delivery",
    "default": "resend",
    "choices": {"resend": "it is sent once more", "park": "it is put aside"},
    "least": None,
    "most": None,
    "unit": "",
    "required": False,
    "example": "",
}

SHAPES: Mapping[str, Any] = {
    "CheckShown": CHECK,
    "EndpointHealth": {
        "endpoint": "myorganization-twiliosms",
        "name": "MySms",
        "type": "TwilioSms",
        "status": "online",
        "state": "wrong",
        "steps": [CHECK],
        "parts": [
            {
                "name": "queue",
                "title": "Queue",
                "state": "ok",
                "message": "Nothing waits.",
                "mend": "",
                "value": "",
                "observed_at": AT,
            }
        ],
    },
    "FieldShown": FIELD,
    "SecretTemplate": {
        "name": "twilio",
        "label": "Twilio",
        "help": "An account at Twilio, and the number that it texts with.",
        "type": "secretdoc",
        "fields": [{**FIELD, "name": "accountSid", "label": "Account SID", "kind": "text"}],
    },
    "ChannelShown": {
        "type": "TwilioSms",
        "label": "Twilio SMS",
        "template": "twilio",
        "fields": [FIELD],
    },
}
"""By shape."""
