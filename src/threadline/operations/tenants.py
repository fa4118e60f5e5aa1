"""Organizations: list, describe, create, change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from threadline.app import App
from threadline.errors import Invalid, NotFound, Problem
from threadline.model import etags
from threadline.model.organization import Organization as Known
from threadline.model.paging import Page, Part, page_of
from threadline.model.resources.organizations import Organization, OrganizationChange
from threadline.operations.apply import carry_out
from threadline.operations.near import meant
from threadline.operations.plan import Plan

AT = "documents[0]."
FIELDS = {"Organization": "name", "Title": "title", "RetentionDays": "retention_days"}


async def list_(
    app: App, *, organization: str | None = None, limit: int = 100, after: str | None = None
) -> Page[Organization]:
    """By name: all, or the one that is named. Raises `Invalid`."""
    found: list[Organization] = [
        _shown(one)
        for one in await app.store.organizations()
        if organization in (None, one.name)
    ]
    return page_of(found, Part(limit, after), lambda one: one["name"])


async def describe(app: App, *, name: str, organization: str | None = None) -> Organization:
    """With `organization` there is no other one. Raises `NotFound`."""
    known = {one.name: one for one in await app.store.organizations()}
    return _find(known, name, organization)


async def create(
    app: App, *, name: str, title: str = "", retention_days: int | None = None
) -> Organization:
    """A new one. Raises `Invalid`."""

    def wanted(plan: Plan) -> None:
        if name in plan.organizations:
            mend = "Choose another name; `threadline org rename` changes a title."
            message = f"There is an organization {name!r}."
            plan.wrong("organization_exists", f"{AT}Organization", message, mend)
        _add(plan, name, {"title": title, "retention_days": retention_days})

    return await _written(app, name, wanted)


async def change(
    app: App,
    *,
    name: str,
    fields: OrganizationChange,
    organization: str | None = None,
    if_match: str | None = None,
) -> Organization:
    """
    Another title, or another time for which what was said is kept: what is older is taken
    away for good. The name stays. Raises `NotFound`, `Invalid`, `Outdated`.
    """

    def wanted(plan: Plan) -> None:
        etags.check(if_match, _find(plan.organizations, name, organization))
        _add(plan, name, fields)

    return await _written(app, name, wanted)


async def rename(
    app: App, *, name: str, title: str, organization: str | None = None
) -> Organization:
    """Another title; the name is for good. Raises `NotFound`, `Invalid`, `Outdated`."""
    return await change(app, name=name, fields={"title": title}, organization=organization)


def _shown(one: Known) -> Organization:
    return {"name": one.name, "title": one.title, "retention_days": one.retention_days}


def _find(known: Mapping[str, Known], name: str, organization: str | None) -> Organization:
    ours = {one: it for one, it in known.items() if organization in (None, one)}
    if name not in ours:
        raise NotFound(f"There is no organization {name!r}. {meant(name, ours)}")
    return _shown(ours[name])


def _add(plan: Plan, name: str, fields: OrganizationChange) -> None:
    given: Mapping[str, Any] = fields
    document = {long: given[short] for long, short in FIELDS.items() if short in given}
    plan.add({"Organization": name, **document}, AT.rstrip("."))


async def _written(app: App, name: str, wanted: Callable[[Plan], None]) -> Organization:
    try:
        plan = await carry_out(app, wanted)
    except Invalid as why:
        raise Invalid([_inside(one) for one in why.problems]) from None
    return _shown(plan.organizations[name])


def _inside(problem: Problem) -> Problem:
    """By the names that the API has for the fields."""
    field = problem.path.removeprefix(AT)
    return replace(problem, path=FIELDS.get(field, field))
