"""Organizations: list, describe, create, rename."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from threadline.app import App
from threadline.errors import Invalid, NotFound, Problem
from threadline.model import etags
from threadline.model.paging import Page, Part, page_of
from threadline.model.plain import clean
from threadline.model.resources.organizations import Organization
from threadline.operations.apply import carry_out
from threadline.operations.near import meant
from threadline.operations.plan import Plan

AT = "documents[0]."
FIELDS = {"Organization": "name", "Title": "title"}


async def list_(
    app: App, *, organization: str | None = None, limit: int = 100, after: str | None = None
) -> Page[Organization]:
    """By name: all, or the one that is named. Raises `Invalid`."""
    found: list[Organization] = [
        {"name": one.name, "title": one.title}
        for one in await app.store.organizations()
        if organization in (None, one.name)
    ]
    return page_of(found, Part(limit, after), lambda one: one["name"])


async def describe(app: App, *, name: str, organization: str | None = None) -> Organization:
    """With `organization` there is no other one. Raises `NotFound`."""
    known = {one.name: one.title for one in await app.store.organizations()}
    return _find(known, name, organization)


async def create(app: App, *, name: str, title: str = "") -> Organization:
    """A new one. Raises `Invalid`."""

    def wanted(plan: Plan) -> None:
        if name in plan.titles:
            mend = "Choose another name; `threadline org rename` changes a title."
            message = f"There is an organization {name!r}."
            plan.wrong("organization_exists", f"{AT}Organization", message, mend)
        _add(plan, name, title)

    return await _written(app, name, title, wanted)


async def rename(
    app: App,
    *,
    name: str,
    title: str,
    organization: str | None = None,
    if_match: str | None = None,
) -> Organization:
    """Another title; the name is for good. Raises `NotFound`, `Invalid`, `Outdated`."""

    def wanted(plan: Plan) -> None:
        etags.check(if_match, _find(plan.titles, name, organization))
        _add(plan, name, title)

    return await _written(app, name, title, wanted)


def _find(known: dict[str, str], name: str, organization: str | None) -> Organization:
    ours = {one: title for one, title in known.items() if organization in (None, one)}
    if name not in ours:
        raise NotFound(f"There is no organization {name!r}. {meant(name, ours)}")
    return {"name": name, "title": ours[name]}


def _add(plan: Plan, name: str, title: str) -> None:
    plan.add({"Organization": name, "Title": title}, AT.rstrip("."))


async def _written(app: App, name: str, title: str, wanted: Any) -> Organization:
    try:
        await carry_out(app, wanted)
    except Invalid as why:
        raise Invalid([_inside(one) for one in why.problems]) from None
    return {"name": name, "title": clean(title)}


def _inside(problem: Problem) -> Problem:
    """By the names that the API has for the fields."""
    field = problem.path.removeprefix(AT)
    return replace(problem, path=FIELDS.get(field, field))
