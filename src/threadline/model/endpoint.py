"""An endpoint: one address on one channel, joined to bots. Its JSON is the documented one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from threadline.errors import Problem
from threadline.model import engagement
from threadline.model.engagement import Engagement

ADDRESS = re.compile(r"[A-Za-z0-9._-]{1,100}")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})?")
ENGAGE = "/v1/engage/"
RETRIES = "#rc=4&rp=ct,rt,5xx&ct=2000&rt=3500"
"""Asks the provider to try again when we are slow or down. Never sent, never signed."""
STATUSES = ("online", "offline")
TARGETS = ("TargetBotReference", "TargetVAReference", "EnhancedBot")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """
    `document` is the JSON as it was given, unknown fields included; the rest reads it.
    `id` is the store's. An endpoint in hand has been checked, so the fields are there;
    `route` is the account and the sender that it holds, `engagement` is EngagementConfig as
    far as it is the same for every channel.
    """

    id: int
    organization: str
    document: Mapping[str, Any]
    route: str | None = None
    engagement: Engagement = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "engagement", engagement.read(self.config))

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

    def bot_in(self, language: object) -> str:
        """
        The bot for conversations that the contact starts, who has `lang` in the context. Of
        `es-MX` and `es` the first that has a bot of its own; else the one for all.
        """
        targets = self.document.get("LanguageTargets")
        if isinstance(targets, Mapping) and targets and isinstance(language, str):
            known = {str(name).lower(): one for name, one in targets.items()}
            wanted = language.lower().replace("_", "-")
            for name in (wanted, wanted.partition("-")[0]):
                if isinstance(one := known.get(name), Mapping):
                    return str(one["Alias"])
        return self.inbound_bot

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
    for part, shape, word in (
        ("EngagementConfig", Mapping, "an object"),
        ("AllowedDomains", list, "a list of texts"),
    ):
        if part in document and not isinstance(document[part], shape):
            wrong("field_invalid", part, f"It has to be {word}.", f"Write {part} as {word}.")
    engagement.check(document.get("EngagementConfig"), wrong)
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
    _check_languages(document.get("LanguageTargets"), wrong)


def _check_languages(targets: Any, wrong: Any) -> None:
    if targets is None:
        return
    mend = 'Write `{"es": {"Type": "Bot", "Alias": "spanish-bot"}}`.'
    if not isinstance(targets, Mapping):
        wrong("field_invalid", "LanguageTargets", "It has to be an object.", mend)
        return
    for name, one in targets.items():
        at = f"LanguageTargets.{name}"
        if not LANGUAGE.fullmatch(str(name)):
            wrong(
                "language_invalid", at, f"{name!r} names no language.", "Write `es` or `es-MX`."
            )
        elif not isinstance(one, Mapping) or not isinstance(one.get("Alias"), str):
            wrong("field_invalid", at, "It does not name a bot.", mend)
        elif one.get("Type", "Bot") != "Bot":
            wrong("target_unsupported", at, f"There is no {one['Type']!r} here.", mend)
