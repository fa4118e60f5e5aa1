"""The editor of a bot: its text with what is wrong in it, its flow drawn, a chat to try it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from typing import Any, get_type_hints

import orjson

from threadline.bots.flow.declared import Declared, vocabulary
from threadline.errors import Invalid, NotFound, Problem
from threadline.model.bot import STATES
from threadline.model.resources.bot_versions import BotDraft
from threadline.model.resources.bots import BotDocument
from threadline.operations import bot_drafts, bot_trial, bots, default_endpoints, flows
from threadline.web.portal.page import Act, Go, Page, Tell, Visit


async def show(visit: Visit) -> Mapping[str, Any]:
    name = visit.args["name"]
    bot = await bots.describe(visit.app, organization=visit.organization, name=name)
    draft = await bot_drafts.describe(visit.app, organization=visit.organization, name=name)
    sent = visit.failed in ("save", "publish")
    source = visit.form.get("source") if sent else draft["source"]
    return {
        "bot": bot,
        "draft": draft,
        "etag": bot_drafts.tag(draft),
        "moved": draft["version"] != draft["base_version"],
        "source": source,
        "looked": await _looked(visit, name, source) if "live" not in visit.query else None,
        "words": _words(tuple(visit.app.bot_types)),
        "preview": default_endpoints.address(visit.organization, name),
    }


async def look(visit: Visit) -> Tell:
    """At what is typed."""
    return Tell(await _looked(visit, visit.args["name"], visit.form.get("source")))


async def try_(visit: Visit) -> Tell:
    """Say something to the bot as it is typed. `state` is what came back the last time."""
    state = visit.form.get("state")
    try:
        before = orjson.loads(state) if state else None
    except orjson.JSONDecodeError:
        mend = "Begin anew."
        raise Invalid([Problem("state_unknown", "state", "It is no JSON.", mend)]) from None
    found = await bot_trial.turn(
        visit.app,
        organization=visit.organization,
        name=visit.args["name"],
        text=visit.form.get("text"),
        source=visit.form.get("source"),
        state=before,
    )
    return Tell({**found})


async def save(visit: Visit) -> Go | Tell:
    draft = await _save(visit)
    return _saved(draft) if visit.by_script else Go(said="The draft is saved.")


async def publish(visit: Visit) -> Go | Tell:
    draft = await _save(visit)
    found = await bot_drafts.publish(
        visit.app,
        organization=visit.organization,
        name=visit.args["name"],
        note=visit.form.get("note"),
        if_match=bot_drafts.tag(draft),
        by=visit.by,
    )
    said = f"Version {found['Version']} is what the bot says now."
    if not visit.by_script:
        return Go(said=said)
    begun = await bot_drafts.describe(
        visit.app, organization=visit.organization, name=visit.args["name"]
    )
    return Tell({**_saved(begun).values, "said": said})


async def discard(visit: Visit) -> Go:
    name = visit.args["name"]
    with suppress(NotFound):  # if none was saved yet, there is nothing to throw away
        await bot_drafts.discard(visit.app, organization=visit.organization, name=name)
    return Go(said="The draft is gone. This is what the bot says.")


async def _save(visit: Visit) -> BotDraft:
    """What was sent, over what the sender had seen, unless it is to stand in any case."""
    base = visit.form.get("base_version")
    return await bot_drafts.save(
        visit.app,
        organization=visit.organization,
        name=visit.args["name"],
        source=visit.form.get("source"),
        base_version=int(base) if base.isdecimal() and base.isascii() else None,
        if_match=visit.form.get("etag") or None,
        by=visit.by,
    )


def _saved(draft: BotDraft) -> Tell:
    return Tell(
        {
            "etag": bot_drafts.tag(draft),
            "revision": draft["revision"],
            "version": draft["version"],
            "base_version": draft["base_version"],
            "saved_at": draft["saved_at"],
        }
    )


async def _looked(visit: Visit, name: str, source: str) -> dict[str, Any]:
    found = await flows.look(
        visit.app, organization=visit.organization, source=source, bot=name
    )
    return {**found}


@cache
def _words(types: tuple[str, ...]) -> dict[str, Any]:
    """What can be written, for the one who completes it."""
    found = vocabulary()
    return {
        "nodes": {name: _fields(fields) for name, fields in found.nodes.items()},
        "about": found.about,
        "names": found.names,
        "filters": found.filters,
        "tags": found.tags,
        "bot": {
            "fields": [one for one in get_type_hints(BotDocument) if one != "State"],
            "values": {"Type": list(types), "State": list(STATES)},
        },
    }


def _fields(fields: tuple[Declared, ...]) -> list[dict[str, Any]]:
    return [asdict(one) for one in fields]


page = Page(
    "/bots/{name}/edit",
    "Editor",
    "editor.html",
    show,
    section="bots",
    acts={
        "look": Act("builder", look, quiet=True),
        "try": Act("builder", try_, quiet=True),
        "save": Act("builder", save, quiet=True),
        "publish": Act("builder", publish),
        "discard": Act("builder", discard),
    },
    live=("news",),
)
