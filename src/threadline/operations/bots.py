"""Bots: list, describe, create, replace, change, run or stop, delete."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from threadline.app import App
from threadline.errors import Invalid, NotFound, Problem
from threadline.model import etags
from threadline.model.bot import BotRecord
from threadline.model.catalog import DeleteBot, DeleteEndpoint, SaveBot
from threadline.model.paging import Page, Part, page_of
from threadline.model.resources.bots import BotListed
from threadline.model.versions import Made
from threadline.operations import endpoints, organizations, single
from threadline.operations.apply import carry_out
from threadline.operations.default_endpoints import address, bot_of
from threadline.operations.near import meant
from threadline.operations.plan import Plan


async def list_(
    app: App, *, organization: str | None, limit: int = 100, after: str | None = None
) -> Page[BotListed]:
    """By name, without what they say. Raises `NotFound`, `Invalid`."""
    owner = (await organizations.find(app, organization)).name
    users: dict[str, list[str]] = {}
    for endpoint in await endpoints.of(app, owner):
        for bot in {*endpoints.bots_of(endpoint.document).values()} - {None}:
            users.setdefault(str(bot), []).append(endpoint.address)
    found: list[BotListed] = [
        {
            "Name": one.name,
            "Type": one.type,
            "State": one.state,
            "Version": one.version,
            "Updated": one.updated_at // 1000,
            "Endpoints": users.get(one.name, []),
        }
        for one in await app.store.bots()
        if one.organization == owner
    ]
    return page_of(found, Part(limit, after), lambda one: one["Name"])


async def describe(app: App, *, organization: str | None, name: str) -> dict[str, Any]:
    """The document as it was given, with State and Version. Raises `NotFound`, `Invalid`."""
    owner = (await organizations.find(app, organization)).name
    return shown(among(await app.store.bots(), owner, name))


async def create(
    app: App, *, organization: str | None, document: Any, by: str = "", note: str = ""
) -> dict[str, Any]:
    """
    A new one, with its default endpoint, as it is shown. `by` and `note` are kept with its
    first version. Raises `Invalid`.
    """
    owner = (await organizations.find(app, organization)).name

    def wanted(plan: Plan) -> Any:
        given = _given(document)
        name = given.get("Name") if isinstance(given, Mapping) else None
        if isinstance(name, str) and (owner, name) in plan.old_bots:
            mend = "Use `threadline bot replace`, or choose another name."
            message = f"There is a bot {name!r}."
            plan.wrong("bot_exists", single.path("Bots", "Name"), message, mend)
        return given

    return await _written(app, owner, wanted, Made(by, note))


async def replace(
    app: App,
    *,
    organization: str | None,
    name: str,
    document: Any,
    if_match: str | None = None,
    by: str = "",
) -> dict[str, Any]:
    """Another document under the same name. Raises `NotFound`, `Invalid`, `Outdated`."""
    return await _changed(app, organization, name, if_match, lambda _old: _given(document), by)


async def patch(
    app: App,
    *,
    organization: str | None,
    name: str,
    fields: Mapping[str, Any],
    if_match: str | None = None,
    by: str = "",
) -> dict[str, Any]:
    """
    Other values for some fields; null takes one away. Raises `NotFound`, `Invalid`,
    `Outdated`.
    """
    return await _changed(
        app, organization, name, if_match, lambda old: single.merged(old, _given(fields)), by
    )


async def set_state(
    app: App, *, organization: str | None, name: str, state: str
) -> dict[str, Any]:
    """RUNNING, PAUSED or STOPPED; what it says stays as it is. Raises `NotFound`, `Invalid`."""
    return await patch(app, organization=organization, name=name, fields={"State": state})


async def delete(
    app: App, *, organization: str | None, name: str, if_match: str | None = None
) -> dict[str, Any]:
    """
    With its versions, its draft and its default endpoint, if nobody ever wrote to that. Returns
    what it was. Raises `Invalid` with the endpoints that name it, `NotFound`, `Outdated`.
    """
    owner = (await organizations.find(app, organization)).name
    was: list[dict[str, Any]] = []

    def wanted(plan: Plan) -> None:
        was[:] = [shown(among(plan.old_bots.values(), owner, name))]
        etags.check(if_match, was[0])
        users = [
            one
            for one in plan.old_endpoints.values()
            if one.organization == owner and name in endpoints.bots_of(one.document).values()
        ]
        others = (
            f"endpoint {one.name} ({one.address})" for one in users if bot_of(one) is None
        )
        single.in_use("bot_in_use", "Name", others, "Give them another bot first.")
        for one in users:
            plan.delete(DeleteEndpoint(owner, one.address))
        plan.delete(DeleteBot(owner, name))

    try:
        await carry_out(app, wanted)
    except Invalid as why:
        if why.problems[0].code == "endpoint_used":
            raise Invalid([_has_history(owner, name)]) from None
        raise
    return was[0]


def _has_history(organization: str, name: str) -> Problem:
    where = address(organization, name)
    message = f"There are conversations with its default endpoint {where}, which are kept."
    mend = f"Stop it (`threadline bot stop {name}`), or give that endpoint another bot first."
    return Problem("bot_in_use", "Name", message, mend)


def shown(bot: BotRecord) -> dict[str, Any]:
    """Pure."""
    state = bot.document.get("State", bot.state)
    return {**bot.document, "State": state, "Version": bot.version}


def _given(document: Any) -> Any:
    """Without what only is shown."""
    if not isinstance(document, Mapping):
        return document
    return {field: value for field, value in document.items() if field != "Version"}


def among(known: Iterable[BotRecord], organization: str, name: str) -> BotRecord:
    """Of those that are in hand. Pure. Raises `NotFound`."""
    ours = {one.name: one for one in known if one.organization == organization}
    if name not in ours:
        raise NotFound(f"There is no bot {name!r}. {meant(name, ours)}")
    return ours[name]


async def _changed(
    app: App,
    organization: str | None,
    name: str,
    if_match: str | None,
    change: Callable[[Mapping[str, Any]], Any],
    by: str,
) -> dict[str, Any]:
    owner = (await organizations.find(app, organization)).name

    def wanted(plan: Plan) -> Any:
        old = among(plan.old_bots.values(), owner, name)
        etags.check(if_match, shown(old))
        return single.named(plan, "Bots", "Name", name, change(old.document))

    return await _written(app, owner, wanted, Made(by))


async def _written(
    app: App, organization: str, wanted: Callable[[Plan], Any], made: Made
) -> dict[str, Any]:
    def asked(plan: Plan) -> Any:
        plan.made = made
        return wanted(plan)

    plan, document = await single.write(app, organization, "Bots", asked)
    return shown(written(plan, organization, document))


def written(plan: Plan, organization: str, document: Mapping[str, Any]) -> BotRecord:
    """What a plan that was carried out has made of a bot. Pure."""
    old = plan.old_bots.get((organization, document["Name"]))
    saved = [one for one in plan.steps if isinstance(one, SaveBot)]
    if old is None or not saved:
        return old or BotRecord(organization, 1, document)
    return BotRecord(organization, old.version + saved[0].content, document)
