"""An endpoint: one address on one channel, joined to bots. Its JSON is the documented one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from threadline.errors import Problem

ADDRESS = re.compile(r"[A-Za-z0-9._-]{1,100}")
ENGAGE = "/v1/engage/"
RETRIES = "#rc=4&rp=ct,rt,5xx&ct=2000&rt=3500"
"""Asks the provider to try again when we are slow or down. Never sent, never signed."""
STATUSES = ("online", "offline")
TARGETS = ("TargetBotReference", "TargetVAReference", "EnhancedBot")
CHOICES = {"FirstMessage": ("start", "utterance"), "OnUnknown": ("resend", "park")}
TEXTS = ("AwayMessage", "ErrorMessage")
POLICY = {
    "userSession": "expireOnInactivityInMinutes",
    "conversation": "maxDurationInMinutes",
}
MAX_MINUTES = 525_600


@dataclass(frozen=True, slots=True)
class Endpoint:
    """
    `document` is the JSON as it was given, unknown fields included; the rest reads it.
    `id` is the store's. An endpoint in hand has been checked, so the fields are there.
    """

    id: int
    organization: str
    document: Mapping[str, Any]

    @property
    def address(self) -> str:
        return str(self.document["Address"])

    @property
    def name(self) -> str:
        return str(self.document["Name"])

    @property
    def online(self) -> bool:
        return bool(self.document["Status"] == "online")

    @property
    def engagement_type(self) -> str:
        return str(self.document["EngagementType"])

    @property
    def config(self) -> Mapping[str, Any]:
        """EngagementConfig: what the channel reads."""
        found = self.document.get("EngagementConfig")
        return found if isinstance(found, Mapping) else {}

    @property
    def secret(self) -> str | None:
        found = self.config.get("Secret")
        return found if isinstance(found, str) else None

    @property
    def inbound_bot(self) -> str:
        """The bot for conversations that the contact starts (section 12.3: else Target)."""
        return str(self.document.get("InboundBotReference") or self.target)

    @property
    def outbound_bot(self) -> str:
        return str(self.document.get("OutboundBotReference") or self.target)

    @property
    def target(self) -> str:
        return str(self.document.get("TargetBotReference") or "")

    def callback(self, attempt: int) -> str:
        """The path at which the provider reports on an attempt to send."""
        return f"{ENGAGE}{self.address}/status?m={attempt}"

    def messaging_endpoint(self, public_url: str) -> str:
        """What the provider is told to call, ready to be pasted."""
        return f"{self._url(public_url)}{RETRIES}"

    def fallback_endpoint(self, public_url: str) -> str:
        """What it is told to call when that fails: the same handler once more."""
        return f"{self._url(public_url)}/fallback"

    def _url(self, public_url: str) -> str:
        own = self.config.get("PublicUrl")
        base = own if isinstance(own, str) and own else public_url
        return f"{base.rstrip('/')}{ENGAGE}{self.address}"

    @property
    def session_minutes(self) -> float:
        """Minutes without the contact after which a session ends. 10 unless Policy says so."""
        return _minutes(self.config, "userSession", "expireOnInactivityInMinutes") or 10

    @property
    def max_minutes(self) -> float | None:
        """Minutes after which a session ends however lively it is; None = never."""
        return _minutes(self.config, "conversation", "maxDurationInMinutes")


def _minutes(config: Mapping[str, Any], part: str, name: str) -> float | None:
    policy = config.get("Policy")
    section = policy.get(part) if isinstance(policy, Mapping) else None
    found = section.get(name) if isinstance(section, Mapping) else None
    usable = isinstance(found, int | float) and not isinstance(found, bool) and found > 0
    return float(found) if usable else None  # type: ignore[arg-type]


def check(document: Mapping[str, Any], types: Mapping[str, Any], at: str = "") -> list[Problem]:
    """
    Every problem that shows in the document itself; `at` is the path of the document and
    `types` has the known engagement types as keys. Pure. Whether its bots and secret exist
    and whether the address is free, the operations ask.
    """
    problems: list[Problem] = []

    def wrong(code: str, field: str, message: str, mend: str) -> None:
        problems.append(Problem(code, f"{at}{field}", message, mend))

    address = document.get("Address")
    if not isinstance(address, str) or not address:
        mend = "Give it an address, such as `flowit-sms`: it becomes part of the webhook's URL."
        wrong("address_missing", "Address", "The endpoint has no address.", mend)
    elif not ADDRESS.fullmatch(address):
        mend = "Use 1 to 100 letters, digits, dots, hyphens and underscores."
        wrong("address_invalid", "Address", f"{address!r} cannot stand in a URL.", mend)
    name = document.get("Name")
    if not isinstance(name, str) or not name.strip():
        mend = "Give it a name that people know it by."
        wrong("name_missing", "Name", "The endpoint has no name.", mend)
    if document.get("Status") not in STATUSES:
        mend = 'Write "online", or "offline" to keep texts without asking the bot.'
        said = document.get("Status")
        wrong("status_invalid", "Status", f"{said!r} is not a status of an endpoint.", mend)
    kind = document.get("EngagementType")
    if not isinstance(kind, str) or kind not in types:
        mend = f"Write one of: {', '.join(types)}."
        wrong("type_unknown", "EngagementType", f"There is no type {kind!r} here.", mend)
    _check_targets(document, wrong)
    for field, shape, word in (
        ("EngagementConfig", Mapping, "an object"),
        ("AllowedDomains", list, "a list of texts"),
    ):
        if field in document and not isinstance(document[field], shape):
            wrong("field_invalid", field, f"It has to be {word}.", f"Write {field} as {word}.")
    _check_config(document.get("EngagementConfig"), wrong)
    return problems


def _check_targets(document: Mapping[str, Any], wrong: Any) -> None:
    given = [name for name in TARGETS if document.get(name)]
    if not given:
        mend = "Name the bot that answers, as TargetBotReference."
        wrong("target_missing", "TargetBotReference", "The endpoint has no target.", mend)
    elif len(given) > 1:
        mend = "Keep one of them."
        wrong("target_ambiguous", given[1], f"It has {len(given)} targets: {given}.", mend)
    elif given != ["TargetBotReference"] and document.get("Status") == "online":
        mend = 'Use TargetBotReference, or set Status to "offline".'
        message = f"{given[0]} is kept, but nothing here can answer for it yet."
        wrong("target_unsupported", given[0], message, mend)
    for name in ("TargetBotReference", "InboundBotReference", "OutboundBotReference"):
        if name in document and not isinstance(document[name], str):
            wrong("field_invalid", name, "It has to be the name of a bot.", "Write a text.")


def _check_config(config: Any, wrong: Any) -> None:
    """What every channel reads; null is as if it were not there."""
    if not isinstance(config, Mapping):
        return
    for name, words in CHOICES.items():
        said = config.get(name)
        if said not in (None, *words):
            mend = f"Write one of: {', '.join(words)}."
            message = f"{said!r} cannot be chosen here."
            wrong("config_invalid", f"EngagementConfig.{name}", message, mend)
    for name in TEXTS:
        if not isinstance(config.get(name), str | None):
            mend = "Write a text, or leave it out to say nothing."
            wrong("config_invalid", f"EngagementConfig.{name}", "It has to be a text.", mend)
    policy = config.get("Policy")
    if not isinstance(policy, Mapping | None):
        mend = 'Write it as in {"userSession": {"expireOnInactivityInMinutes": 10}}.'
        wrong("config_invalid", "EngagementConfig.Policy", "It has to be an object.", mend)
        return
    for part, name in POLICY.items():
        section, path = (policy or {}).get(part), f"EngagementConfig.Policy.{part}"
        if not isinstance(section, Mapping | None):
            mend = f"Write it as in {{{name}: 10}}."
            wrong("config_invalid", path, "It has to be an object.", mend)
        elif section and not _is_minutes(section.get(name)):
            mend = f"Write a number above 0, {MAX_MINUTES} (a year) at most."
            message = f"{section[name]!r} is no number of minutes."
            wrong("config_invalid", f"{path}.{name}", message, mend)


def _is_minutes(found: Any) -> bool:
    number = isinstance(found, int | float) and not isinstance(found, bool)
    return found is None or (number and 0 < found <= MAX_MINUTES)
