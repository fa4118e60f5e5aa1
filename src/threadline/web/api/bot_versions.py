"""/bots/{name}/versions, /draft, /try: what a bot was, and what it is to be."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Query
from starlette.responses import Response

from threadline.model.paging import Page
from threadline.model.resources.bot_versions import (
    BotDraft,
    BotDraftPublish,
    BotDraftSave,
    BotRollBack,
    BotTried,
    BotTry,
    BotVersion,
    BotVersionsCompared,
    BotVersionShown,
)
from threadline.model.resources.bots import BotShown
from threadline.operations import bot_drafts, bot_trial, bot_versions
from threadline.web.api import etags
from threadline.web.api.access import Reader, Writer, who
from threadline.web.api.bots import Name
from threadline.web.api.etags import IfMatch, IfNoneMatch
from threadline.web.api.requests import router
from threadline.web.api.shapes import Here, Once, Wanted

routes = router("Bots")

Version = Annotated[int, Path(description="The number of a version.", examples=[1])]
SHOWN: dict[int | str, dict[str, Any]] = {200: {"model": BotShown}}
DRAFT: dict[int | str, dict[str, Any]] = {200: {"model": BotDraft}}


@routes.get("/bots/{name}/versions")
async def list_bot_versions(
    app: Here, caller: Reader, name: Name, part: Wanted
) -> Page[BotVersion]:
    """The latest first."""
    return await bot_versions.list_(
        app, organization=caller.organization, name=name, limit=part.limit, after=part.after
    )


@routes.get("/bots/{name}/versions/{version}")
async def describe_bot_version(
    app: Here, caller: Reader, name: Name, version: Version
) -> BotVersionShown:
    """What the bot was then."""
    return await bot_versions.describe(
        app, organization=caller.organization, name=name, version=version
    )


@routes.get("/bots/{name}/versions/{version}/difference")
async def compare_bot_versions(
    app: Here,
    caller: Reader,
    name: Name,
    version: Version,
    old: Annotated[
        int | None, Query(description="The version to begin from: the one before.")
    ] = None,
) -> BotVersionsCompared:
    """What this version changed."""
    return await bot_versions.compare(
        app,
        organization=caller.organization,
        name=name,
        old=version - 1 if old is None else old,
        new=version,
    )


@routes.post("/bots/{name}/rollback", response_model=None, responses=SHOWN)
async def roll_back_bot(
    app: Here,
    caller: Writer,
    name: Name,
    wanted: BotRollBack,
    if_match: IfMatch = None,
    _once: Once = None,
) -> Response:
    """Make it what it was, as a new version. Its State stays."""
    found = await bot_versions.roll_back(
        app,
        organization=caller.organization,
        name=name,
        if_match=if_match,
        by=who(caller),
        **wanted,
    )
    return etags.answer(found)


@routes.get("/bots/{name}/draft", response_model=None, responses=DRAFT)
async def describe_bot_draft(
    app: Here, caller: Reader, name: Name, have: IfNoneMatch = None
) -> Response:
    """What it is to be, with what is wrong in it. Without a draft, what one begins with."""
    found = await bot_drafts.describe(app, organization=caller.organization, name=name)
    return etags.answer(found, have=have, tag=bot_drafts.tag(found))


@routes.put("/bots/{name}/draft", response_model=None, responses=DRAFT)
async def save_bot_draft(
    app: Here, caller: Writer, name: Name, wanted: BotDraftSave, if_match: IfMatch = None
) -> Response:
    """Keep a text, whatever is wrong in it. The bot stays as it is."""
    found = await bot_drafts.save(
        app,
        organization=caller.organization,
        name=name,
        if_match=if_match,
        by=who(caller),
        **wanted,
    )
    return etags.answer(found, tag=bot_drafts.tag(found))


@routes.post("/bots/{name}/draft/publish", response_model=None, responses=SHOWN)
async def publish_bot_draft(
    app: Here,
    caller: Writer,
    name: Name,
    wanted: BotDraftPublish,
    if_match: IfMatch = None,
    _once: Once = None,
) -> Response:
    """
    Make the bot what its draft says, if nothing is wrong with that and nobody published since
    it was begun. Its State stays.
    """
    found = await bot_drafts.publish(
        app,
        organization=caller.organization,
        name=name,
        if_match=if_match,
        by=who(caller),
        **wanted,
    )
    return etags.answer(found)


@routes.delete("/bots/{name}/draft", response_model=None, responses=DRAFT)
async def discard_bot_draft(
    app: Here, caller: Writer, name: Name, if_match: IfMatch = None
) -> Response:
    """Throw it away. Returns what it was."""
    found = await bot_drafts.discard(
        app, organization=caller.organization, name=name, if_match=if_match
    )
    return etags.plain(found)


@routes.post("/bots/{name}/try")
async def try_bot(
    app: Here, caller: Writer, name: Name, wanted: BotTry, _once: Once = None
) -> BotTried:
    """
    What it says to a text: the bot as it is, or one that is only a text yet. No conversation
    is kept, and nobody is texted. A bot behind a URL is asked.
    """
    return await bot_trial.turn(app, organization=caller.organization, name=name, **wanted)
