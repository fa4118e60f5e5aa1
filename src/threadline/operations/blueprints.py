"""Blueprints: what there is to begin with, and a bot made of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from threadline.app import App
from threadline.bots import blueprints
from threadline.bots.blueprints import Blueprint
from threadline.errors import NotFound
from threadline.model.paging import Page
from threadline.model.resources import blueprints as shapes
from threadline.operations import bots
from threadline.operations.given import raise_any
from threadline.operations.near import meant


def list_() -> Page[shapes.Blueprint]:
    """Every one, in the order in which they are shown."""
    return {"data": [_shown(one) for one in blueprints.known().values()], "next": None}


def describe(name: str) -> shapes.Blueprint:
    """Raises `NotFound`."""
    return _shown(_find(name))


def document(blueprint: str, *, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The bot that would be made. Pure. Raises `NotFound`, `Invalid`."""
    found = _find(blueprint)
    raise_any(blueprints.check(found, values))
    return blueprints.fill(found, name, values)


async def create(
    app: App,
    *,
    organization: str | None,
    blueprint: str,
    name: str,
    values: Mapping[str, Any] | None = None,
    by: str = "",
) -> dict[str, Any]:
    """A new bot made of it, as it is shown. Raises `NotFound`, `Invalid`."""
    made = document(blueprint, name=name, values=values or {})
    note = f"Made of the blueprint {blueprint}."
    return await bots.create(app, organization=organization, document=made, by=by, note=note)


def _find(name: str) -> Blueprint:
    known = blueprints.known()
    if name not in known:
        raise NotFound(f"There is no blueprint {name!r}. {meant(name, known)}")
    return known[name]


def _shown(one: Blueprint) -> shapes.Blueprint:
    filled = blueprints.fill(one, "", {})
    return {
        "name": one.name,
        "title": one.title,
        "description": one.description,
        "notes": one.notes,
        "type": one.bot["Type"],
        "parameters": [
            {"name": it.name, "title": it.title, "about": it.about, "default": it.default}
            for it in one.parameters
        ],
        "dialogue": [_line(line) for line in one.dialogue.splitlines()],
        "document": {field: value for field, value in filled.items() if field != "Name"},
    }


def _line(line: str) -> shapes.BlueprintLine:
    if line.startswith("> "):
        return {"who": "contact", "text": line.removeprefix("> ")}
    if line.startswith("["):
        return {"who": "record", "text": line.strip("[]")}
    return {"who": "bot", "text": line}
