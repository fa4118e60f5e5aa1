"""Endpoints: what is wrong with one, what only it may hold, and how it is shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from threadline.app import App
from threadline.errors import NotFound, Problem, SecretUnavailable
from threadline.model import endpoint as endpoints
from threadline.model.catalog import SaveEndpoint
from threadline.model.clock import SECOND
from threadline.model.endpoint import Endpoint
from threadline.model.paging import Page, Part, page_of
from threadline.model.resources.endpoints import Pasted
from threadline.model.rows import SecretRow
from threadline.model.srn import Srn
from threadline.operations import organizations
from threadline.operations.near import meant
from threadline.ports import SecretValue

BOTS = ("TargetBotReference", "InboundBotReference", "OutboundBotReference")
SECRET = "EngagementConfig.Secret"


@dataclass(slots=True)
class Wanted:
    """
    An endpoint's document that is to be made true. Once it is checked, `route` is known, and
    `pace` in segments a second (None = as it goes); `taken_from` is the address of the
    endpoint that gives the route up at the same time.
    """

    organization: str
    document: Mapping[str, Any]
    at: str
    route: str | None = None
    taken_from: str | None = None
    pace: float | None = None

    @property
    def address(self) -> str:
        return str(self.document.get("Address"))

    @property
    def online(self) -> bool:
        return bool(self.document.get("Status") == "online")

    @property
    def secret(self) -> str | None:
        return Endpoint(0, self.organization, self.document).secret


@dataclass(frozen=True, slots=True)
class Secrets:
    """
    Those an endpoint may name: `given` are the values that come with it and `paths` where
    they stand in the documents, `stored` is what the vault has.
    """

    given: Mapping[str, SecretValue]
    paths: Mapping[str, str]
    stored: Mapping[str, SecretRow]


@dataclass(frozen=True, slots=True)
class Around:
    """
    What endpoints may name, who is there already, and `moving`: the addresses of those that
    are written at the same time.
    """

    endpoints: Mapping[str, Endpoint]
    bots: Collection[tuple[str, str]]
    secrets: Secrets
    moving: Collection[str] = ()


async def check_endpoint(app: App, wanted: Wanted, around: Around) -> list[Problem]:
    """
    Every problem of one document. Without an organization, only those that show in the
    document itself.
    """
    document, at = wanted.document, wanted.at
    problems = endpoints.check(document, app.channel_types, at)
    kind = app.channel_types.get(str(document.get("EngagementType")))
    if kind is not None:
        problems += kind.check(document, at)
    if not wanted.organization:
        return problems
    problems += [*_check_bots(wanted, around), *_check_address(wanted, around)]
    if any(one.path == f"{at}{SECRET}" for one in problems):
        return problems
    return problems + await check_sender(app, wanted, around)


def bots_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """What the document has for names of bots, each with its path. Pure."""
    found = {field: document.get(field) for field in BOTS}
    targets = document.get("LanguageTargets")
    for language, one in targets.items() if isinstance(targets, Mapping) else ():
        if isinstance(one, Mapping):
            found[f"LanguageTargets.{language}"] = one.get("Alias")
    return found


def _check_bots(wanted: Wanted, around: Around) -> Iterator[Problem]:
    for field, bot in bots_of(wanted.document).items():
        if isinstance(bot, str) and bot and (wanted.organization, bot) not in around.bots:
            known = (name for org, name in around.bots if org == wanted.organization)
            message = f"There is no bot {bot!r} in {wanted.organization}."
            mend = f"{meant(bot, known)} Add it, or mend the name.".strip()
            yield Problem("bot_unknown", f"{wanted.at}{field}", message, mend)


def _check_address(wanted: Wanted, around: Around) -> Iterator[Problem]:
    other = around.endpoints.get(wanted.address)
    if other is not None and other.organization != wanted.organization:
        mend = "Choose another: addresses are unique over all organizations."
        message = f"The address {wanted.address!r} is taken."
        yield Problem("address_taken", f"{wanted.at}Address", message, mend)


async def check_sender(app: App, wanted: Wanted, around: Around) -> list[Problem]:
    """What is wrong with its secret or with the number in it. Finds its route and its pace."""
    kind = app.channel_types.get(str(wanted.document.get("EngagementType")))
    srn, secrets = wanted.secret, around.secrets
    if kind is None or not srn or not kind.secret_fields:
        return []
    there = secrets.paths.get(srn, "")
    path = f"{wanted.at}{SECRET}" if wanted.at else there.rstrip(".")
    value = await _value(app, srn, wanted.organization, secrets)
    if isinstance(value, Problem):
        return [replace(value, path=path)]
    found = kind.check_secret(value, there)
    if found:
        # Where the secret is not in this document, the way to it is its name.
        return [
            one if there else replace(one, path=path, message=f"{srn}: {one.message}")
            for one in found
        ]
    wanted.route = kind.route(wanted.document, value)
    wanted.pace = kind.pace(wanted.document, value)
    return await _check_route(app, wanted, path, around)


async def _check_route(app: App, wanted: Wanted, path: str, around: Around) -> list[Problem]:
    if wanted.route is None or not wanted.online:
        return []
    other = await app.store.endpoint_on(wanted.route)
    if other is None or other.address == wanted.address:
        return []
    if other.address in around.moving:
        wanted.taken_from = other.address
        return []
    return [_sender_taken(path, wanted, other.organization, other.address)]


def check_together(wanted: Sequence[Wanted], secrets: Secrets) -> list[Problem]:
    """Whether two of them would be online with the same number. Pure."""
    first: dict[str, Wanted] = {}
    problems = []
    for one in wanted:
        if one.route is None or not one.online:
            continue
        other = first.setdefault(one.route, one)
        if other.address != one.address:
            there = secrets.paths.get(one.secret or "", "").rstrip(".")
            path = f"{one.at}{SECRET}" if one.at else there
            problems.append(_sender_taken(path, one, other.organization, other.address))
    return problems


def _sender_taken(path: str, wanted: Wanted, organization: str, address: str) -> Problem:
    """Names the other endpoint only to its own organization."""
    who = f"The endpoint {address}" if organization == wanted.organization else "Another one"
    message = f"{who} is online with the number that {wanted.address} would have."
    mend = "Set one of them offline, or use another number."
    return Problem("sender_taken", path, message, mend)


async def _value(
    app: App, srn: str, organization: str, secrets: Secrets
) -> SecretValue | Problem:
    """The secret, or why it cannot be used here."""
    try:
        owner = Srn.parse(srn).organization
    except ValueError:
        mend = "Write it as srn:vault::ORG:secretdoc:ALIAS."
        return Problem("srn_invalid", "", "It is not the SRN of a secret.", mend)
    if owner != organization:
        mend = f"Use a secret of {organization}: srn:vault::{organization}:secretdoc:ALIAS."
        return Problem("secret_foreign", "", "It belongs to another organization.", mend)
    if srn in secrets.given:
        return secrets.given[srn]
    if srn not in secrets.stored:
        known = [one for one in (*secrets.given, *secrets.stored) if _owner(one) == owner]
        mend = f"{meant(srn, known)} Create it, or write it under Secrets in the same file."
        return Problem("secret_missing", "", f"There is no secret {srn}.", mend.strip())
    try:
        return await app.vault.reveal(srn)
    except SecretUnavailable as why:
        mend = "Store it anew with `threadline secret replace`."
        return Problem(why.code, "", str(why), mend)


def _owner(srn: str) -> str:
    return Srn.parse(srn).organization


def affected(around: Around) -> list[Wanted]:
    """The endpoints, as they are, that nobody mentioned but whose secret is given anew."""
    return [
        Wanted(one.organization, one.document, "")
        for one in around.endpoints.values()
        if one.address not in around.moving and one.secret in around.secrets.given
    ]


def saves(wanted: Sequence[Wanted]) -> list[SaveEndpoint]:
    """In an order in which every number is given up before it is taken."""
    taken = {one.taken_from for one in wanted}
    first = [replace(one, route=None) for one in wanted if one.address in taken]
    return [
        SaveEndpoint(
            one.organization,
            one.document,
            one.route,
            round(SECOND / one.pace) if one.pace else 0,
        )
        for one in (*first, *wanted)
    ]


def urls(app: App, endpoint: Endpoint) -> Pasted:
    """What to paste, by region: `urls` are the messaging endpoints, `fallbacks` go beside."""
    regions = app.settings.regions or {app.settings.region: app.public_url}
    return {
        "urls": {name: endpoint.messaging_endpoint(url) for name, url in regions.items()},
        "fallbacks": {name: endpoint.fallback_endpoint(url) for name, url in regions.items()},
    }


async def of(app: App, organization: str) -> list[Endpoint]:
    """All of an organization's, by address."""
    return [one for one in await app.store.endpoints() if one.organization == organization]


async def list_(
    app: App, *, organization: str | None, limit: int = 100, after: str | None = None
) -> Page[Mapping[str, Any]]:
    """Each document as it was given, by address. Raises `NotFound`, `Invalid`."""
    owner = (await organizations.find(app, organization)).name
    ours = [one.document for one in await of(app, owner)]
    return page_of(ours, Part(limit, after), lambda one: str(one["Address"]))


async def describe(
    app: App, *, address: str, organization: str | None = None
) -> dict[str, Any]:
    """
    The document as it was given, and the URLs to paste. Without an organization, of any: the
    operator asks. Raises `NotFound`.
    """
    return shown(app, await find(app, address, organization))


def shown(app: App, endpoint: Endpoint) -> dict[str, Any]:
    return {"endpoint": endpoint.document, **urls(app, endpoint)}


async def find(app: App, address: str, organization: str | None = None) -> Endpoint:
    """Raises `NotFound`, which suggests what the asker may see."""
    return among(await app.store.endpoints(), address, organization)


def among(known: Iterable[Endpoint], address: str, organization: str | None) -> Endpoint:
    """The same of those that are in hand. Pure."""
    ours = {one.address: one for one in known if organization in (None, one.organization)}
    if address in ours:
        return ours[address]
    raise NotFound(f"There is no endpoint {address!r}. {meant(address, ours)}")
