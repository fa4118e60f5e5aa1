"""What a bot was: its versions, the difference between two, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import unified_diff
from typing import Any

from threadline.app import App
from threadline.errors import Invalid, NotFound, Problem
from threadline.model import bot as bots
from threadline.model import etags, versions, writing
from threadline.model.bot import BotRecord
from threadline.model.catalog import SaveBot
from threadline.model.clock import iso
from threadline.model.paging import Page, Part, page
from threadline.model.resources import bot_versions as shapes
from threadline.model.versions import Made
from threadline.operations import difference, organizations, single
from threadline.operations.bots import among, shown, written
from threadline.operations.plan import Plan

LAST = 2**62


async def list_(
    app: App, *, organization: str | None, name: str, limit: int = 100, after: str | None = None
) -> Page[shapes.BotVersion]:
    """The latest first. Raises `NotFound`, `Invalid`."""
    owner = (await organizations.find(app, organization)).name
    bot = among(await app.store.bots(), owner, name)
    part = Part(limit, after)
    [before] = part.place(int) or (LAST,)
    found = await app.store.bot_versions(owner, name, limit + 1, before)
    rows = [{"version": one.version, "row": one} for one in found]
    return page(rows, part, lambda one: (one["version"],), lambda one: _told(one["row"], bot))


async def describe(
    app: App, *, organization: str | None, name: str, version: int
) -> shapes.BotVersionShown:
    """Raises `NotFound`, `Invalid`."""
    owner = (await organizations.find(app, organization)).name
    bot = among(await app.store.bots(), owner, name)
    found = await _find(app, owner, name, version)
    return {
        **_told(found, bot),
        "document": bots.content(found.document),
        "source": source_of(found),
    }


async def compare(
    app: App, *, organization: str | None, name: str, old: int, new: int
) -> shapes.BotVersionsCompared:
    """Raises `NotFound`, `Invalid`."""
    owner = (await organizations.find(app, organization)).name
    among(await app.store.bots(), owner, name)
    one, other = await _find(app, owner, name, old), await _find(app, owner, name, new)
    contents = bots.content(one.document), bots.content(other.document)
    texts = source_of(one), source_of(other)
    return {
        "old": old,
        "new": new,
        "fields": list(difference.between(*contents)),
        "text": lines_between(*texts, f"version {old}", f"version {new}"),
    }


async def roll_back(
    app: App,
    *,
    organization: str | None,
    name: str,
    version: int,
    note: str = "",
    if_match: str | None = None,
    by: str = "",
) -> dict[str, Any]:
    """
    A new version that says what an old one said; the State stays. Returns the bot as it is
    shown. Raises `NotFound`, `Invalid`, `Outdated`.
    """
    owner = (await organizations.find(app, organization)).name
    among(await app.store.bots(), owner, name)
    back = await _find(app, owner, name, version)

    def wanted(plan: Plan) -> Any:
        old = among(plan.old_bots.values(), owner, name)
        etags.check(if_match, shown(old))
        if old.version == version:
            mend = "Choose an earlier one: `threadline bot versions` tells them."
            told = Problem("version_current", "version", "The bot is this version.", mend)
            raise Invalid([told])
        plan.made = Made(by, note or f"As version {version} was.", back.made.source)
        said = with_state(back.document, old)
        if said == old.document:  # only the text was another
            plan.steps.append(SaveBot(owner, said, made=plan.made))
        return said

    plan, document = await single.write(app, owner, "Bots", wanted)
    return shown(written(plan, owner, document))


def with_state(document: Mapping[str, Any], bot: BotRecord) -> dict[str, Any]:
    """The document, of a bot that runs or not as this one does. Pure."""
    state = {"State": bot.document["State"]} if "State" in bot.document else {}
    return {**bots.content(document), **state}


def source_of(version: versions.BotVersion) -> str:
    """Its text as somebody wrote it, or as YAML. Pure."""
    return version.made.source or writing.one(bots.content(version.document))


def lines_between(old: str, new: str, old_name: str, new_name: str) -> str:
    """As `diff -u` writes it. Pure."""
    lines = unified_diff(old.splitlines(), new.splitlines(), old_name, new_name, lineterm="")
    return "\n".join(lines)


def _told(version: versions.BotVersion, bot: BotRecord) -> shapes.BotVersion:
    return {
        "version": version.version,
        "made_at": iso(version.made_at),
        "made_by": version.made.by,
        "note": version.made.note,
        "current": version.version == bot.version,
    }


async def _find(app: App, owner: str, name: str, version: int) -> versions.BotVersion:
    found = await app.store.bot_version(owner, name, version) if 0 < version < LAST else None
    if found is None:
        raise NotFound(
            f"The bot {name} has no version {version}. `threadline bot versions` tells them."
        )
    return found
