"""How endpoints do: what sets them up, as it is observed, and what goes on with them."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from threadline.app import App
from threadline.errors import Invalid, SecretUnavailable
from threadline.model.checks import Check, Examined, State, worst
from threadline.model.clock import HOUR, SECOND, iso, seconds
from threadline.model.endpoint import Endpoint
from threadline.model.paging import Page, Part, page_of
from threadline.model.resources.health import CheckShown, EndpointHealth
from threadline.operations import endpoints, observed, organizations
from threadline.ports import Channel

KEPT = 15 * SECOND
"""What a provider said is told again for so long, if all was right."""
AGAIN = 3.0
"""Seconds after which it is asked again if not: somebody may be mending it at this moment."""
LONGEST = 20.0
"""Seconds in which a provider is looked at."""
PATIENCE = 12.0
"""Seconds for which somebody waits who wants to know it as it is now."""

LOOKING = "It is being looked at."
CHOOSE = "Choose a secret with the account and the number, or make one."


@dataclass(frozen=True, slots=True)
class Seen:
    """An endpoint: what sets it up, and what goes on with it."""

    endpoint: Endpoint
    steps: Sequence[Check]
    parts: Sequence[Check]
    state: State

    @property
    def why(self) -> str:
        """What is the matter, if something is."""
        found = (one.message for one in (*self.steps, *self.parts) if one.state == "wrong")
        return next(found, "")

    @property
    def first_text(self) -> Check:
        """Whether somebody has texted it, and when that was last seen."""
        return next(one for one in self.steps if one.name == "first_text")


async def checks(
    app: App, *, address: str, organization: str | None = None, patience: float = PATIENCE
) -> EndpointHealth:
    """
    One endpoint, and what is set up at its provider, as it was at most some seconds ago. With
    `patience` 0 what is known already; the rest is looked at meanwhile, and then the topic
    "timeline" is rung. Raises `NotFound`.
    """
    endpoint = await endpoints.find(app, address, organization)
    [row] = await app.store.health(endpoint.organization, address, address)
    seen = app.lookout.with_latest(row)
    steps = [
        *await _set_up(app, endpoint, patience),
        *observed.steps(endpoint, seen),
    ]
    return told(_seen(endpoint, steps, seen, app.clock(), seconds(app.settings.catch_up)))


async def overview(
    app: App, *, organization: str | None, only: Iterable[Endpoint] | None = None
) -> list[Seen]:
    """
    Every endpoint of the organization by address, or `only` these of its, in a few questions
    to the store. No provider is asked: of what is set up there, what was seen last. Raises
    `NotFound`.
    """
    owner = (await organizations.find(app, organization)).name
    wanted = await endpoints.of(app, owner) if only is None else only
    known = {one.id: one for one in wanted}
    now, every = app.clock(), seconds(app.settings.catch_up)
    found: list[Seen] = []
    if not known:
        return found
    addresses = [one.address for one in known.values()]
    for row in await app.store.health(owner, min(addresses), max(addresses)):
        if endpoint := known.get(row["endpoint"]):
            seen = app.lookout.with_latest(row)
            steps = [*_remembered(app, endpoint, now), *observed.steps(endpoint, seen)]
            found.append(_seen(endpoint, steps, seen, now, every))
    return found


async def list_(
    app: App, *, organization: str | None, limit: int = 100, after: str | None = None
) -> Page[EndpointHealth]:
    """The overview in pages, by address. Raises `NotFound`, `Invalid`."""
    owner = (await organizations.find(app, organization)).name
    part = page_of(await endpoints.of(app, owner), Part(limit, after), lambda one: one.address)
    found = await overview(app, organization=owner, only=part["data"])
    return {"data": [told(one) for one in found], "next": part["next"]}


def _seen(
    endpoint: Endpoint, steps: Sequence[Check], seen: Mapping[str, Any], now: int, every: int
) -> Seen:
    parts = [*observed.parts(endpoint, seen, now, every)]
    return Seen(endpoint, steps, parts, worst([*steps, *parts]))


async def _set_up(app: App, endpoint: Endpoint, patience: float) -> list[Check]:
    """The secret, and what the provider says."""
    kind = app.channel_types[endpoint.engagement_type]
    if kind.secret_fields and not endpoint.secret:
        return [Check("secret", "wrong", "There is no secret yet.", CHOOSE)]
    try:
        channel = await app.channel(endpoint)
    except SecretUnavailable as why:
        return [Check("secret", "wrong", str(why), CHOOSE)]
    except Invalid as why:
        first = why.problems[0]
        return [Check("secret", "wrong", first.message, first.mend)]
    chosen = _chosen(endpoint) if kind.secret_fields else []
    return [*chosen, *await _examined(app, endpoint, channel, patience)]


def _chosen(endpoint: Endpoint) -> list[Check]:
    alias = (endpoint.secret or "").rpartition(":")[2]
    return [Check("secret", "ok", f"It uses the secret {alias}.")]


async def _examined(
    app: App, endpoint: Endpoint, channel: Channel, patience: float
) -> Iterable[Check]:
    pasted = endpoints.urls(app, endpoint)
    urls, fallbacks = [*pasted["urls"].values()], [*pasted["fallbacks"].values()]
    about = (channel, *urls, *fallbacks)
    known = app.examined.get(endpoint.id)
    fits = known is not None and known.about == about
    if known is not None and fits and app.clock() - known.at < _kept(known):
        return known.checks
    task = app.examining.get(endpoint.id)
    if task is None:
        task = asyncio.create_task(_examine(app, endpoint, channel, about, urls, fallbacks))
        app.examining[endpoint.id] = task
    await asyncio.wait({task}, timeout=patience)
    known = app.examined.get(endpoint.id)
    if known is not None and known.about == about:
        return known.checks
    return [Check("credentials", "waiting", LOOKING)]


async def _examine(
    app: App,
    endpoint: Endpoint,
    channel: Channel,
    about: object,
    urls: list[str],
    fallbacks: list[str],
) -> None:
    try:
        async with asyncio.timeout(LONGEST):
            found = await channel.examine(urls, fallbacks)
    except TimeoutError:
        late = f"The provider said nothing in {LONGEST:g} seconds."
        found = [Check("credentials", "unknown", late, observed_at=app.clock())]
    finally:
        app.examining.pop(endpoint.id, None)
    app.examined[endpoint.id] = Examined(tuple(found), app.clock(), about)
    app.store.doorbell.ring(("timeline",))
    if worst(found) != "ok":  # whoever watches looks once more, and so asks for another look
        again = functools.partial(app.store.doorbell.ring, ("timeline",))
        asyncio.get_running_loop().call_later(AGAIN, again)


def _kept(known: Examined) -> int:
    return KEPT if worst(known.checks) == "ok" else seconds(AGAIN)


def _remembered(app: App, endpoint: Endpoint, now: int) -> Iterator[Check]:
    """What was seen lately of what is set up, without a look."""
    kind = app.channel_types[endpoint.engagement_type]
    if kind.secret_fields and not endpoint.secret:
        yield Check("secret", "wrong", "There is no secret yet.", CHOOSE)
        return
    known = app.examined.get(endpoint.id)
    if known is not None and now - known.at < HOUR:
        yield from known.checks


def told(one: Seen) -> EndpointHealth:
    """As the doors show it. Pure."""
    return {
        "endpoint": one.endpoint.address,
        "name": one.endpoint.name,
        "type": one.endpoint.engagement_type,
        "status": str(one.endpoint.document["Status"]),
        "state": one.state,
        "steps": [_shown(step) for step in one.steps],
        "parts": [_shown(part) for part in one.parts],
    }


def _shown(one: Check) -> CheckShown:
    return {
        "name": one.name,
        "title": one.title,
        "state": one.state,
        "message": one.message,
        "mend": one.mend,
        "value": one.value,
        "observed_at": iso(one.observed_at) if one.observed_at else None,
    }
