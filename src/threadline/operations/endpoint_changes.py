"""Endpoints one at a time: create, replace, change, delete."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from threadline.app import App
from threadline.errors import Invalid, Problem
from threadline.model import etags
from threadline.model.catalog import DeleteEndpoint
from threadline.model.endpoint import Endpoint
from threadline.operations import endpoints, organizations, single
from threadline.operations.apply import carry_out
from threadline.operations.default_endpoints import bot_of
from threadline.operations.plan import Plan


async def create(app: App, *, organization: str | None, document: Any) -> dict[str, Any]:
    """A new one, as it is shown. Raises `NotFound`, `Invalid`, `Taken`."""
    owner = (await organizations.find(app, organization)).name

    def wanted(plan: Plan) -> Any:
        address = document.get("Address") if isinstance(document, Mapping) else None
        old = plan.old_endpoints.get(address) if isinstance(address, str) else None
        if old is not None and old.organization == owner:  # another's is told by the plan
            mend = "Use `threadline endpoint replace`, or choose another address."
            message = f"There is an endpoint {address!r}."
            plan.wrong("endpoint_exists", single.path("Endpoints", "Address"), message, mend)
        return document

    return await _written(app, owner, wanted)


async def replace(
    app: App,
    *,
    organization: str | None,
    address: str,
    document: Any,
    if_match: str | None = None,
) -> dict[str, Any]:
    """
    Another document at the same address. Raises `NotFound`, `Invalid`, `Taken`, `Outdated`.
    """
    return await _changed(app, organization, address, if_match, lambda _old: document)


async def patch(
    app: App,
    *,
    organization: str | None,
    address: str,
    fields: Mapping[str, Any],
    if_match: str | None = None,
) -> dict[str, Any]:
    """
    Other values for some fields; null takes one away. Raises `NotFound`, `Invalid`, `Taken`,
    `Outdated`.
    """
    return await _changed(
        app, organization, address, if_match, lambda old: single.merged(old, fields)
    )


async def delete(
    app: App, *, organization: str | None, address: str, if_match: str | None = None
) -> dict[str, Any]:
    """
    Returns what it was. Raises `Invalid` if anybody ever texted it or if it is a bot's default
    endpoint, `NotFound`, `Outdated`.
    """
    was: list[dict[str, Any]] = []

    def wanted(plan: Plan) -> None:
        old = endpoints.among(plan.old_endpoints.values(), address, organization)
        was[:] = [endpoints.shown(app, old)]
        etags.check(if_match, was[0])
        _check_default(plan, old)
        plan.delete(DeleteEndpoint(old.organization, address))

    await carry_out(app, wanted)
    return was[0]


def _check_default(plan: Plan, endpoint: Endpoint) -> None:
    """Raises `Invalid` if it goes with its bot."""
    bot = bot_of(endpoint)
    if (endpoint.organization, bot) in plan.old_bots:
        message = f"It is the default endpoint of the bot {bot}, which every bot has."
        mend = 'Set its Status to "offline", or delete the bot, and it goes with it.'
        raise Invalid([Problem("endpoint_default", "Address", message, mend)])


async def _changed(
    app: App,
    organization: str | None,
    address: str,
    if_match: str | None,
    change: Callable[[Mapping[str, Any]], Any],
) -> dict[str, Any]:
    owner = (await endpoints.find(app, address, organization)).organization

    def wanted(plan: Plan) -> Any:
        old = endpoints.among(plan.old_endpoints.values(), address, owner)
        etags.check(if_match, endpoints.shown(app, old))
        return single.named(plan, "Endpoints", "Address", address, change(old.document))

    return await _written(app, owner, wanted)


async def _written(
    app: App, organization: str, wanted: Callable[[Plan], Any]
) -> dict[str, Any]:
    _plan, document = await single.write(app, organization, "Endpoints", wanted)
    return endpoints.shown(app, Endpoint(0, organization, document))
