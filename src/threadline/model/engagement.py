"""EngagementConfig as every channel reads it: what may stand there, and what stands there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from threadline.model import policy as policies
from threadline.model.engagement_fields import CONSENT_TEXTS, FIELDS
from threadline.model.fields import Field, Limit
from threadline.model.policy import Policy

IDLE_MINUTES = 10
IDLE = Policy(IDLE_MINUTES)


@dataclass(frozen=True, slots=True)
class Engagement:
    """
    An endpoint's settings, each with its default. Times in seconds or as the name says; None
    is no limit, or what the operator's own settings say.
    """

    first_is_utterance: bool = False
    resends: bool = True
    away_message: str = ""
    error_message: str = ""
    policy: Policy = IDLE
    messages_per_second: float | None = None
    ordered: bool = False
    smart: bool = True
    in_text: bool = False
    validity: int | None = None
    catch_up_max_age: int = 4 * 3600
    confirms: bool = False
    consent_texts: Mapping[str, str] = field(default_factory=lambda: CONSENT_TEXTS)
    on_revocation: Literal["flag", "stop", "ignore"] = "flag"
    max_turns: int = 60
    max_identical: int = 10
    max_segments: int | None = None


def read(config: Mapping[str, Any]) -> Engagement:
    """What cannot be, as in a document from before it was checked, is as not there. Pure."""
    given = {name: value for name, value in config.items() if _usable(name, value)}
    plain = Engagement()
    return Engagement(
        first_is_utterance=given.get("FirstMessage") == "utterance",
        resends=given.get("OnUnknown", "resend") == "resend",
        away_message=given.get("AwayMessage", ""),
        error_message=given.get("ErrorMessage", ""),
        policy=_policy(given),
        messages_per_second=given.get("MessagesPerSecond"),
        ordered=given.get("OrderedDelivery", plain.ordered),
        smart=given.get("SmartEncoding", plain.smart),
        in_text=given.get("Fallback") == "text",
        validity=given.get("ValidityPeriod"),
        catch_up_max_age=given.get("CatchUpMaxAge", plain.catch_up_max_age),
        confirms=given.get("ConsentHandling") == "threadline",
        consent_texts={**CONSENT_TEXTS, **given.get("ConsentTexts", {})},
        on_revocation=given.get("OnRevocation", plain.on_revocation),
        max_turns=given.get("MaxTurnsPerTenMinutes", plain.max_turns),
        max_identical=given.get("MaxIdenticalTexts", plain.max_identical),
        max_segments=given.get("MaxSegmentsPerDay"),
    )


def _policy(given: Mapping[str, Any]) -> Policy:
    found = policies.read(given.get("Policy", {}))
    return replace(found, session_minutes=found.session_minutes or IDLE_MINUTES)


def _usable(name: str, value: Any) -> bool:
    found: list[str] = []
    check({name: value}, lambda code, *_rest: found.append(code))
    return value is not None and not found


def check(config: Any, wrong: Any) -> None:
    """
    Tells `wrong` (code, field, message, mend) of everything that cannot be; null is as if it
    were not there. Pure.
    """
    if not isinstance(config, Mapping):
        return
    for one in FIELDS:
        if len(one.parts) == 1 and config.get(one.name) is not None:
            _check_field(config[one.name], one, wrong)
    _check_consent_texts(config.get("ConsentTexts"), wrong)
    policies.check(config.get("Policy"), "EngagementConfig.Policy", wrong)


def _check_field(said: Any, one: Field, wrong: Any) -> None:
    path = f"EngagementConfig.{one.name}"
    match one.kind:
        case "choice" if said not in tuple(one.choices):
            mend = f"Write one of: {', '.join(one.choices)}."
            wrong("config_invalid", path, f"{said!r} cannot be chosen here.", mend)
        case "paragraph" if not isinstance(said, str):
            mend = "Write a text, or leave it out to say nothing."
            wrong("config_invalid", path, "It has to be a text.", mend)
        case "switch" if not isinstance(said, bool):
            message = f"{said!r} is neither true nor false."
            wrong("config_invalid", path, message, "Write true or false.")
        case "number" if one.limit and not _fits(said, one.limit):
            kind = "number" if one.limit.broken else "whole number"
            least, most = f"{one.limit.least:g}", f"{one.limit.most:,.0f}"
            mend = f"Write a {kind} of {one.limit.unit} from {least} to {most}."
            wrong("config_invalid", path, f"{said!r} is no such number.", mend)


def _fits(said: Any, limit: Limit) -> bool:
    number = isinstance(said, int | float if limit.broken else int)
    return number and not isinstance(said, bool) and limit.least <= said <= limit.most


def _check_consent_texts(texts: Any, wrong: Any) -> None:
    path = "EngagementConfig.ConsentTexts"
    if texts is None:
        return
    if not isinstance(texts, Mapping):
        mend = 'Write it as in {"stop": "You get no more texts from us."}.'
        wrong("config_invalid", path, "It has to be an object.", mend)
        return
    for name, text in texts.items():
        if name not in CONSENT_TEXTS:
            mend = f"Write {', '.join(CONSENT_TEXTS)}, or leave them out."
            wrong("config_invalid", f"{path}.{name}", "There is no such text.", mend)
        elif not isinstance(text, str) or not text.strip():
            mend = "Write what the contact is to read."
            wrong("config_invalid", f"{path}.{name}", "It has to be a text.", mend)
