"""Endpoints: what is wrong with one, what only it may hold, and how it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from threadline.app import App
from threadline.errors import NotFound, Problem, SecretUnavailable
from threadline.model import endpoint as endpoints
from threadline.model.catalog import SaveEndpoint
from threadline.model.endpoint import Endpoint
from threadline.model.rows import SecretRow
from threadline.model.srn import Srn
from threadline.ports import SecretValue


@dataclass(slots=True)
class Wanted:
    """An endpoint's document that is to be made true; `route` is known once it is checked."""

    organization: str
    document: Mapping[str, Any]
    at: str
    route: str | None = None

    @property
    def online(self) -> bool:
        return bool(self.document.get("Status") == "online")


@dataclass(frozen=True, slots=True)
class Secrets:
    """
    Those an endpoint may name: `given` are the values that come with it and `paths` where
    they stand in the documents, `stored` is what the vault has.
    """

    given: Mapping[str, SecretValue]
    paths: Mapping[str, str]
    stored: Mapping[str, SecretRow]


async def check_endpoint(
    app: App, wanted: Wanted, bots: set[str], secrets: Secrets, leaving: set[str]
) -> list[Problem]:
    """
    Every problem of one document. `bots` are the names that there will be, `leaving` the
    addresses of endpoints that give up their number at the same time.
    """
    document, at = wanted.document, wanted.at
    problems = endpoints.check(document, app.channel_types, at)
    for name in ("TargetBotReference", "InboundBotReference", "OutboundBotReference"):
        bot = document.get(name)
        if isinstance(bot, str) and bot and bot not in bots:
            message = f"There is no bot {bot!r} in {wanted.organization}."
            mend = f"Known: {', '.join(sorted(bots)) or 'none yet'}. Add it, or mend the name."
            problems.append(Problem("bot_unknown", f"{at}{name}", message, mend))
    problems += await _check_address(app, wanted)
    kind = app.channel_types.get(str(document.get("EngagementType")))
    if kind is None:
        return problems
    problems += kind.check(document, at)
    srn = Endpoint(0, wanted.organization, document).secret
    if not srn or not kind.secret_fields:
        return problems
    path = f"{at}EngagementConfig.Secret"
    if any(one.path == path for one in problems):
        return problems
    value = await _value(app, srn, wanted.organization, secrets)
    if isinstance(value, _WhyNot):
        problem = Problem(value.code, path, value.message, value.mend)
        return [*problems, problem]
    found = kind.check_secret(value, secrets.paths.get(srn, ""))
    if srn not in secrets.paths:  # it is not in this document, so the way to it is its name
        found = [Problem(p.code, path, f"{srn}: {p.message}", p.mend) for p in found]
    problems += found
    if not found:
        wanted.route = kind.route(document, value)
        problems += await _check_route(app, wanted, path, leaving)
    return problems


async def _check_address(app: App, wanted: Wanted) -> list[Problem]:
    address = wanted.document.get("Address")
    for other in await app.store.endpoints():
        if other.address == address and other.organization != wanted.organization:
            mend = "Choose another: addresses are unique over all organizations."
            message = f"The address {address!r} is taken."
            return [Problem("address_taken", f"{wanted.at}Address", message, mend)]
    return []


async def _check_route(app: App, wanted: Wanted, path: str, leaving: set[str]) -> list[Problem]:
    if wanted.route is None or not wanted.online:
        return []
    other = await app.store.endpoint_on(wanted.route)
    if other is None or other.address in {wanted.document.get("Address"), *leaving}:
        return []
    ours = other.organization == wanted.organization
    who = f"The endpoint {other.address}" if ours else "Another endpoint"
    message = f"{who} is online with this number."
    mend = "Set that one offline first, or use another number."
    return [Problem("sender_taken", path, message, mend)]


@dataclass(frozen=True, slots=True)
class _WhyNot:
    """Why a secret cannot be used here."""

    code: str
    message: str
    mend: str


async def _value(
    app: App, srn: str, organization: str, secrets: Secrets
) -> SecretValue | _WhyNot:
    try:
        owner = Srn.parse(srn).organization
    except ValueError:
        mend = "Write it as srn:vault::ORG:secretdoc:ALIAS."
        return _WhyNot("srn_invalid", "It is not the SRN of a secret.", mend)
    if owner != organization:
        mend = f"Use a secret of {organization}: srn:vault::{organization}:secretdoc:ALIAS."
        return _WhyNot("secret_foreign", "The secret belongs to another organization.", mend)
    if srn in secrets.given:
        return secrets.given[srn]
    if srn not in secrets.stored:
        mend = "Create it first, or write it into the same file under Secrets."
        return _WhyNot("secret_missing", f"There is no secret {srn}.", mend)
    try:
        return await app.vault.reveal(srn)
    except SecretUnavailable as why:
        return _WhyNot(why.code, str(why), "")


async def rerouted(app: App, changed: Mapping[str, SecretValue]) -> list[SaveEndpoint]:
    """The endpoints that use a changed secret, with the route that it gives them now."""
    found = []
    for endpoint in await app.store.endpoints():
        if endpoint.secret and endpoint.secret in changed:
            kind = app.channel_types[endpoint.engagement_type]
            route = kind.route(endpoint.document, changed[endpoint.secret])
            found.append(SaveEndpoint(endpoint.organization, endpoint.document, route))
    return found


def urls(app: App, endpoint: Endpoint) -> dict[str, str]:
    """The messaging endpoint of each region, ready to paste."""
    regions = app.settings.regions or {app.settings.region: app.public_url}
    return {name: endpoint.messaging_endpoint(url) for name, url in regions.items()}


async def list_(app: App, *, organization: str) -> list[Mapping[str, Any]]:
    """Each document as it was given."""
    found = await app.store.endpoints()
    return [one.document for one in found if one.organization == organization]


async def describe(app: App, *, address: str) -> dict[str, Any]:
    """The document as it was given, and the URLs to paste. Raises `NotFound`."""
    for one in await app.store.endpoints():
        if one.address == address:
            return {"endpoint": one.document, "urls": urls(app, one)}
    raise NotFound(f"There is no endpoint {address!r}.")
