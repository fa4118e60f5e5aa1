"""Who we are to Twilio: what an endpoint's secret says, checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from threadline.errors import Invalid, Problem
from threadline.model import phone
from threadline.model.fields import Field, Template
from threadline.ports import SecretValue

FURTHER = "If you like"
TEMPLATE = Template(
    "twilio",
    "Twilio",
    "An account at Twilio, and the number that it texts with.",
    "secretdoc",
    (
        Field(
            "accountSid",
            "Account SID",
            "On the dashboard of the Twilio console, below Account Info.",
            required=True,
            example=f"AC{'0' * 32}",
        ),
        Field(
            "authToken",
            "Auth token",
            "Beside the Account SID.",
            "secret",
            required=True,
        ),
        Field(
            "phoneNumber",
            "Phone number",
            "Your number in full, with + and the country code.",
            required=True,
            example="+15550100000",
        ),
        Field(
            "messagingServiceSid",
            "Messaging service",
            "A messaging service to send by.",
            group=FURTHER,
            example=f"MG{'0' * 32}",
        ),
        Field(
            "apiKeySid",
            "API key",
            "An API key, used for sending instead of the token.",
            group=FURTHER,
            example=f"SK{'0' * 32}",
        ),
        Field("apiKeySecret", "API key's secret", "Goes with the API key.", "secret", FURTHER),
        Field(
            "authTokens",
            "Further tokens",
            "Tokens whose signatures are accepted while a token rotates; one a line.",
            "list",
            FURTHER,
        ),
        Field(
            "region",
            "Region",
            "Where Twilio keeps the account's data.",
            group=FURTHER,
            example="ie1",
        ),
        Field("edge", "Edge", "Goes with the region.", group=FURTHER, example="dublin"),
    ),
)
FIELDS = tuple(one.name for one in TEMPLATE.fields if one.required)
_SID = re.compile(r"(?P<kind>AC|SK|MG)[0-9a-fA-F]{32}")
_PLACE = re.compile(r"[a-z][a-z0-9-]{1,30}")


@dataclass(frozen=True, slots=True)
class Account:
    """
    `number` is in E.164 where it is a phone number. `tokens` sign what Twilio posts to us,
    the account's own first; `shared_keys` do so by their id. `login` is for its REST API.
    `host` is where that API is.
    """

    sid: str
    number: str
    service: str
    host: str
    tokens: tuple[str, ...] = field(repr=False)
    login: tuple[str, str] = field(repr=False)
    shared_keys: Mapping[str, str] = field(repr=False)

    @property
    def sender(self) -> str:
        """The account with its messaging service, or else with its number."""
        return f"{self.sid}/{self.service or self.number}"


def read(value: SecretValue | None, at: str = "") -> Account:
    """Pure. Raises `Invalid` with everything that is wrong with the secret."""
    problems = check(value, at)
    if problems or not isinstance(value, Mapping):
        raise Invalid(problems)
    sid, token = _text(value, "accountSid"), _text(value, "authToken")
    key = (_text(value, "apiKeySid"), _text(value, "apiKeySecret"))
    edge, region = _text(value, "edge"), _text(value, "region")
    further = tuple(text.strip() for text in value.get("authTokens") or ())
    return Account(
        sid=sid,
        number=phone.canonical(_text(value, "phoneNumber")),
        service=_text(value, "messagingServiceSid"),
        host=f"https://api.{edge}.{region}.twilio.com" if edge else "https://api.twilio.com",
        tokens=tuple(dict.fromkeys((token, *further))),
        login=key if all(key) else (sid, token),
        shared_keys=dict(value.get("sharedKeys") or {}),
    )


def check(value: SecretValue | None, at: str = "") -> list[Problem]:
    """Everything that is wrong at once; no problem quotes the secret. Pure."""
    if not isinstance(value, Mapping):
        message = "The secret is not a JSON document."
        mend = f"Store a secretdoc with {_listed(FIELDS)}."
        return [Problem("secret_incomplete", at.rstrip("."), message, mend)]
    return [
        *_missing(value, at),
        *_sids(value, at),
        *_number(value, at),
        *_pairs(value, at),
        *_keys(value, at),
    ]


def _missing(value: Mapping[str, Any], at: str) -> list[Problem]:
    missing = [name for name in FIELDS if not _text(value, name)]
    if not missing:
        return []
    message = f"The secret lacks {_listed(missing)}."
    mend = "Copy accountSid and authToken from the Twilio console; phoneNumber is your number."
    path = f"{at}{missing[0]}" if len(missing) == 1 else at.rstrip(".")
    return [Problem("secret_incomplete", path, message, mend)]


def _sids(value: Mapping[str, Any], at: str) -> list[Problem]:
    problems = []
    for name, kind, code, where in (
        ("accountSid", "AC", "account_invalid", "the dashboard of the Twilio console"),
        ("apiKeySid", "SK", "api_key_invalid", "API keys in the Twilio console"),
        ("messagingServiceSid", "MG", "service_invalid", "Messaging, Services"),
    ):
        found = _SID.fullmatch(_text(value, name))
        if _given(value, name) and not (found and found["kind"] == kind):
            message = f"{name} has to be {kind} and 32 hexadecimal digits."
            problems.append(Problem(code, f"{at}{name}", message, f"Copy it from {where}."))
    return problems


def _number(value: Mapping[str, Any], at: str) -> list[Problem]:
    number = _text(value, "phoneNumber")
    written = not number or number[0] in "+0123456789" or ":" in number
    if not number or (written and phone.is_possible(number)):
        return []
    message = "phoneNumber cannot be a number that receives texts."
    mend = "Write it in full, with + and the country code, as in +15550100000."
    return [Problem("number_invalid", f"{at}phoneNumber", message, mend)]


def _pairs(value: Mapping[str, Any], at: str) -> list[Problem]:
    problems = []
    for one, other, code in (
        ("apiKeySid", "apiKeySecret", "api_key_incomplete"),
        ("region", "edge", "region_incomplete"),
    ):
        given = [name for name in (one, other) if _text(value, name)]
        if len(given) == 1:
            lacking = other if given == [one] else one
            message = f"{given[0]} is there without {lacking}."
            mend = f"Add {lacking}, or leave out {given[0]}."
            problems.append(Problem(code, f"{at}{lacking}", message, mend))
    for name, example in (("region", "ie1"), ("edge", "dublin")):
        if _given(value, name) and not _PLACE.fullmatch(_text(value, name)):
            message, mend = f"{name} is not the name of one.", f"Write it as in `{example}`."
            problems.append(Problem("region_invalid", f"{at}{name}", message, mend))
    return problems


def _keys(value: Mapping[str, Any], at: str) -> list[Problem]:
    problems = []
    tokens = value.get("authTokens")
    if tokens is not None and not (isinstance(tokens, list) and all(map(_filled, tokens))):
        message = "authTokens has to be a list of tokens."
        mend = "Write the further tokens as a list of texts, or leave it out."
        problems.append(Problem("tokens_invalid", f"{at}authTokens", message, mend))
    keys = value.get("sharedKeys")
    if keys is not None and not (
        isinstance(keys, Mapping) and all(map(_filled, (*keys.keys(), *keys.values())))
    ):
        message = "sharedKeys has to be an object of key ids and their secrets."
        mend = "Write it as in {`webhooks_sharedkey_…`: `…`}, or leave it out."
        problems.append(Problem("shared_keys_invalid", f"{at}sharedKeys", message, mend))
    return problems


def _given(value: Mapping[str, Any], name: str) -> bool:
    return value.get(name) not in (None, "") and (name not in FIELDS or _filled(value[name]))


def _filled(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _text(value: Mapping[str, Any], name: str) -> str:
    found = value.get(name)
    return found.strip() if isinstance(found, str) else ""


def _listed(names: Any) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else str(last)
