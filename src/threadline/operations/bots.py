"""Bots: list, describe, create, replace, change, delete."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from threadline.app import App
from threadline.errors import NotFound
from threadline.model import etags
from threadline.model.bot import BotRecord
from threadline.model.catalog import DeleteBot
from threadline.model.paging import Page, Part, page_of
from threadline.model.resources.bots import BotListed
from threadline.operations import organizations, single
from threadline.operations.apply import carry_out
from threadline.operations.endpoints import BOTS
from threadline.operations.near import meant
from threadline.operations.plan import Plan


async def list_(
    app: App, *, organization: str | None, limit: int = 100, after: str | None = None
) -> Page[BotListed]:
    """By name, without what they say. Raises `NotFound`, `Invalid`."""
    owner = (await organizations.find(app, organization)).name
    found: list[BotListed] = [
        {"Name": one.name, "Type": one.type, "State": one.state, "Version": one.version}
        for one in await app.store.bots()
        if one.organization == owner
    ]
    return page_of(found, Part(limit, after), lambda one: one["Name"])


async def describe(app: App, *, organization: str | None, name: str) -> dict[str, Any]:
    """The document as it was given, with State and Version. Raises `NotFound`, `Invalid`."""
    owner = (await organizations.find(app, organization)).name
    return shown(_find(await app.store.bots(), owner, name))


async def create(app: App, *, organization: str | None, document: Any) -> dict[str, Any]:
    """A new one, as it is shown. Raises `Invalid`."""
    owner = (await organizations.find(app, organization)).name

    def wanted(plan: Plan) -> Any:
        given = _given(document)
        name = given.get("Name") if isinstance(given, Mapping) else None
        if isinstance(name, str) and (owner, name) in plan.old_bots:
            mend = "Use `threadline bot replace`, or choose another name."
            message = f"There is a bot {name!r}."
            plan.wrong("bot_exists", single.path("Bots", "Name"), message, mend)
        return given

    return await _written(app, owner, wanted)


async def replace(
    app: App,
    *,
    organization: str | None,
    name: str,
    document: Any,
    if_match: str | None = None,
) -> dict[str, Any]:
    """Another document under the same name. Raises `NotFound`, `Invalid`, `Outdated`."""
    return await _changed(app, organization, name, if_match, lambda _old: _given(document))


async def patch(
    app: App,
    *,
    organization: str | None,
    name: str,
    fields: Mapping[str, Any],
    if_match: str | None = None,
) -> dict[str, Any]:
    """
    Other values for some fields; null takes one away. Raises `NotFound`, `Invalid`,
    `Outdated`.
    """
    return await _changed(
        app, organization, name, if_match, lambda old: single.merged(old, _given(fields))
    )


async def delete(
    app: App, *, organization: str | None, name: str, if_match: str | None = None
) -> dict[str, Any]:
    """
    Returns what it was. Raises `Invalid` with the endpoints that name it, `NotFound`,
    `Outdated`.
    """
    owner = (await organizations.find(app, organization)).name
    was: list[dict[str, Any]] = []

    def wanted(plan: Plan) -> None:
        was[:] = [shown(_find(plan.old_bots.values(), owner, name))]
        etags.check(if_match, was[0])
        users = (
            f"endpoint {one.name} ({one.address})"
            for one in plan.old_endpoints.values()
            if one.organization == owner and name in map(one.document.get, BOTS)
        )
        single.in_use("bot_in_use", "Name", users, "Give them another bot first.")
        plan.delete(DeleteBot(owner, name))

    await carry_out(app, wanted)
    return was[0]


def shown(bot: BotRecord) -> dict[str, Any]:
    """Pure."""
    state = bot.document.get("State", bot.state)
    return {**bot.document, "State": state, "Version": bot.version}


def _given(document: Any) -> Any:
    """Without what only is shown."""
    if not isinstance(document, Mapping):
        return document
    return {field: value for field, value in document.items() if field != "Version"}


def _find(known: Iterable[BotRecord], organization: str, name: str) -> BotRecord:
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
) -> dict[str, Any]:
    owner = (await organizations.find(app, organization)).name

    def wanted(plan: Plan) -> Any:
        old = _find(plan.old_bots.values(), owner, name)
        etags.check(if_match, shown(old))
        return single.named(plan, "Bots", "Name", name, change(old.document))

    return await _written(app, owner, wanted)


async def _written(
    app: App, organization: str, wanted: Callable[[Plan], Any]
) -> dict[str, Any]:
    plan, document = await single.write(app, organization, "Bots", wanted)
    old = plan.old_bots.get((organization, document["Name"]))
    if old is None:
        return shown(BotRecord(organization, 1, document))
    kept = plan.changes[-1]["action"] == "keep"
    return shown(old if kept else BotRecord(organization, old.version + 1, document))
