"""What an endpoint of type Webhook may say, and the key that it has. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from threadline.errors import Problem
from threadline.model.elsewhere import fits_header
from threadline.model.engagement_fields import CONVERSATION, FIELDS, LIMITS, SECRET
from threadline.model.fields import Field, Template
from threadline.model.srn import Srn
from threadline.ports import SecretValue

TEMPLATE = Template(
    "webhook",
    "Webhook key",
    "The key of an endpoint of type `Webhook`: both sides send it to each other.",
    "secret",
    (Field("", "Key", "A long text that nobody can guess.", "secret", required=True),),
)
NAMES = ("ValidityPeriod", "OnUnknown")
OWN: tuple[Field, ...] = (
    SECRET,
    Field(
        "Url",
        "URL",
        "Where what the bot says is posted.",
        group="Account",
        example="https://api.example.com/webhook",
    ),
    *(one for one in FIELDS if one.name in NAMES or one.group in (CONVERSATION, LIMITS)),
)


def check_secret(value: SecretValue, at: str = "") -> list[Problem]:
    """Pure."""
    if isinstance(value, str) and value and fits_header(value) and value.isascii():
        return []
    mend = "Store it as a `secret` of one line: letters, digits and signs."
    return [
        Problem(
            "webhook_key_invalid", at.removesuffix("."), "It cannot be sent as a key.", mend
        )
    ]


def check(endpoint_document: Mapping[str, Any], at: str = "") -> list[Problem]:
    """An endpoint that is offline may still lack its secret and its URL. Pure."""
    found = endpoint_document.get("EngagementConfig")
    config = found if isinstance(found, Mapping) else {}
    online = endpoint_document.get("Status") == "online"
    return [
        *_check_secret_name(config.get("Secret"), online, f"{at}EngagementConfig.Secret"),
        *_check_url(config.get("Url"), online, f"{at}EngagementConfig.Url"),
    ]


def _check_secret_name(name: Any, online: bool, path: str) -> list[Problem]:
    mend = "Store a `secret` with a long key, and write its SRN: srn:vault::ORG:secret:ALIAS."
    if name in (None, ""):
        message = "The endpoint has no key, so nobody can prove who they are."
        return [Problem("secret_missing", path, message, mend)] if online else []
    try:
        srn = Srn.parse(str(name))
    except ValueError:
        return [Problem("srn_invalid", path, "It is not the SRN of a secret.", mend)]
    if srn.type != "secret":
        message = "It names a document; a single text is needed."
        return [Problem("secret_type", path, message, mend)]
    return []


def _check_url(url: Any, online: bool, path: str) -> list[Problem]:
    mend = "Write where the integration listens, as in https://api.example.com/webhook."
    if url in (None, ""):
        message = "The endpoint has no URL, so what the bot says goes nowhere."
        return [Problem("url_missing", path, message, mend)] if online else []
    try:
        parts = urlsplit(url if isinstance(url, str) else "")
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        return [Problem("url_forbidden", path, f"{url!r} cannot be called.", mend)]
    return []
