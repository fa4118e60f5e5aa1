"""The simulated carrier, where this server is set to one: its numbers, and new ones."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson

from threadline.app import App
from threadline.egress import Client
from threadline.errors import (
    Invalid,
    NotFound,
    Problem,
    RequestFailed,
    SecretUnavailable,
    Taken,
)
from threadline.model.endpoint import Endpoint
from threadline.model.srn import Srn
from threadline.operations import endpoints
from threadline.operations.apply import apply

PATIENCE = 5.0
"""Seconds for a question to the carrier."""
ACCOUNTS = 20
"""An organization has hardly more of them."""
TYPE = "TwilioSms"
NOWHERE = (
    "This server talks to Twilio itself, where phones are real. `threadline demo` runs beside "
    "a simulated carrier; so does `threadline serve` with THREADLINE_TWILIO_API_URL at one."
)


@dataclass(frozen=True, slots=True)
class Simulated:
    """A number of the carrier that an endpoint of the organization answers."""

    number: str
    name: str
    account: str
    endpoint: str


def is_there(app: App) -> bool:
    """Whether texts go through the simulated carrier, and cost nothing."""
    return bool(app.settings.twilio_api_url)


def at(app: App) -> str:
    """The carrier's base URL. Raises `NotFound` if the provider is Twilio itself."""
    if not is_there(app):
        raise NotFound(NOWHERE)
    return app.settings.twilio_api_url


async def ask(client: Client, method: str, url: str, **how: Any) -> dict[str, Any]:
    """Raises `RequestFailed`, for a refusal with the carrier's own sentence."""
    answer = await client.request(method, url, **how)
    if answer.status == 204:
        return {}
    try:
        found = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise RequestFailed(f"{url} is not the carrier: it answered with something else.")
    if answer.status >= 400:
        raise RequestFailed(str(found.get("error", f"HTTP {answer.status}")))
    return found


async def tell(
    app: App, method: str, path: str, document: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Its own switches, which Twilio has not. Raises `NotFound`, `RequestFailed`."""
    how = {"data": orjson.dumps(document), "content_type": "application/json"}
    return await ask(
        app.egress.provider,
        method,
        f"{at(app)}{path}",
        timeout=PATIENCE,
        **(how if document is not None else {}),
    )


async def numbers(app: App, organization: str) -> list[Simulated]:
    """
    By number. An account is the organization's if the carrier takes the token in its secret:
    that anybody can write an AccountSid into one proves nothing. Raises `NotFound`,
    `RequestFailed`.
    """
    here = at(app)
    users = [one for one in await endpoints.of(app, organization) if one.route]
    by_account = {str(one.route).partition("/")[0]: one for one in users}
    firsts = [*by_account.values()][:ACCOUNTS]
    found = await asyncio.gather(*(_of_account(app, here, one) for one in firsts))
    named = {str(one.route): one for one in users}
    proven = [(account, one) for account, numbers in found for one in numbers]
    return sorted(
        (
            Simulated(one["phone_number"], user.name, account, user.address)
            for account, one in proven
            if (user := named.get(f"{account}/{one['phone_number']}"))
        ),
        key=lambda one: one.number,
    )


async def _of_account(
    app: App, here: str, endpoint: Endpoint
) -> tuple[str, list[dict[str, Any]]]:
    """What Twilio's API lists for the credentials of an endpoint; nothing if they are wrong."""
    try:
        secret = await app.vault.reveal(str(endpoint.secret))
    except SecretUnavailable:
        return "", []
    if not isinstance(secret, Mapping):
        return "", []
    sid = str(secret["accountSid"])
    key = (secret.get("apiKeySid"), secret.get("apiKeySecret"))
    login = key if all(key) else (sid, secret["authToken"])
    answer = await app.egress.provider.request(
        "GET",
        f"{here}/2010-04-01/Accounts/{quote(sid)}/IncomingPhoneNumbers.json?PageSize=1000",
        auth=(str(login[0]), str(login[1])),
        timeout=PATIENCE,
    )
    if answer.status != 200:
        return "", []
    return sid, list(orjson.loads(answer.body)["incoming_phone_numbers"])


async def new_number(app: App, organization: str, *, bot: str) -> str:
    """
    Another number at the carrier, in an account of its own whose secret and endpoint are made
    here: it answers with this bot at once. Returns it. The carrier comes first: what it was
    told in vain it forgets, while an endpoint without a number would stay. Raises `NotFound`,
    `RequestFailed`, `Invalid`.
    """
    taken = {
        one["number"]
        for account in (await tell(app, "GET", "/carrier/accounts"))["accounts"]
        for one in account["numbers"]
    }
    free = (f"+1555010{one}" for one in range(9000, 10_000))
    number = next((one for one in free if one not in taken), None)
    if number is None:
        message = "The carrier has a thousand numbers of ours."
        raise Invalid([Problem("numbers_used_up", "", message, "Start it anew.")])
    account, token = f"AC{secrets.token_hex(16)}", secrets.token_hex(16)
    name = f"sms-{number[-4:]}"
    address = f"{organization}-{name}"
    document = _documents(organization, name, address, bot, account, token, number)
    endpoint = Endpoint(0, organization, document["Endpoints"][0])
    hook = endpoint.messaging_endpoint(app.public_url)
    wish = {"number": number, "name": f"Simulated {number}", "sms_url": hook}
    plan = {"sid": account, "token": token, "name": organization, "numbers": [wish]}
    await tell(app, "POST", "/carrier/accounts", plan)
    try:
        await apply(app, documents=[document], organization=organization)
    except Taken as why:
        raise Invalid([Problem("taken", "", str(why), "Try once more.")]) from None
    return number


def _documents(
    organization: str, name: str, address: str, bot: str, sid: str, token: str, number: str
) -> dict[str, Any]:
    value = {"accountSid": sid, "authToken": token, "phoneNumber": number}
    return {
        "Organization": organization,
        "Secrets": [{"Name": name, "Type": "secretdoc", "Value": value}],
        "Endpoints": [
            {
                "Address": address,
                "Name": f"SMS {number}",
                "Status": "online",
                "EngagementType": TYPE,
                "EngagementConfig": {"Secret": str(Srn(organization, "secretdoc", name))},
                "TargetBotReference": bot,
                "InboundBotReference": bot,
                "OutboundBotReference": bot,
            }
        ],
    }
