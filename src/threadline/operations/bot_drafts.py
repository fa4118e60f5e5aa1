"""Drafts: what a bot is to be, kept as it was typed until it is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from threadline.app import App
from threadline.errors import Invalid, NotFound, Outdated, Problem
from threadline.model import bot as bots
from threadline.model import etags, writing
from threadline.model.bot import BotRecord
from threadline.model.catalog import DropDraft, SaveBot
from threadline.model.clock import iso
from threadline.model.document import MAX_BYTES, Document, load, locate
from threadline.model.plain import clean
from threadline.model.resources import bot_versions as shapes
from threadline.model.versions import BotDraft, Made
from threadline.operations import bot_checks, organizations, single
from threadline.operations.bot_versions import source_of, with_state
from threadline.operations.bots import among, shown, written
from threadline.operations.plan import Plan

MOVED = (
    "The bot is version {now} by now, and the draft was made of version {base}. Look at what "
    "is different, then save the draft as made of version {now}."
)


async def describe(app: App, *, organization: str | None, name: str) -> shapes.BotDraft:
    """The draft, or what one would begin with. Raises `NotFound`, `Invalid`."""
    owner = (await organizations.find(app, organization)).name
    bot = among(await app.store.bots(), owner, name)
    draft = await app.store.bot_draft(owner, name) or await _begun(app, bot)
    return await _shown(app, bot, draft)


async def save(
    app: App,
    *,
    organization: str | None,
    name: str,
    source: str,
    base_version: int | None = None,
    if_match: str | None = None,
    by: str = "",
) -> shapes.BotDraft:
    """
    Whatever is wrong with it. `base_version` is that of before, or the bot's, if it is left
    out. Raises `NotFound`, `Outdated`, and `Invalid` for a text that is too long.
    """
    owner = (await organizations.find(app, organization)).name
    bot = among(await app.store.bots(), owner, name)
    old = await app.store.bot_draft(owner, name) or await _begun(app, bot)
    check(if_match, old)
    if len(source.encode(errors="replace")) > MAX_BYTES:
        message = f"The text has more than {MAX_BYTES} bytes."
        raise Invalid([Problem("document_too_large", "source", message, "Divide it.")])
    base = old.base_version if base_version is None else base_version
    if not 0 < base <= bot.version:
        message = f"The bot has no version {base}."
        mend = f"It has versions from 1 to {bot.version}."
        raise Invalid([Problem("version_unknown", "base_version", message, mend)])
    new = replace(
        old, source=clean(source), base_version=base, saved_at=app.clock(), saved_by=by
    )
    revision = await app.store.save_bot_draft(new)
    return await _shown(app, bot, replace(new, revision=revision))


async def publish(
    app: App,
    *,
    organization: str | None,
    name: str,
    note: str = "",
    if_match: str | None = None,
    by: str = "",
) -> dict[str, Any]:
    """
    The bot is what its draft says, and the draft is gone; the State stays. Returns the bot as
    it is shown. Raises `NotFound`, `Invalid` with lines, and `Outdated` if somebody published
    since the draft was begun.
    """
    owner = (await organizations.find(app, organization)).name
    bot = among(await app.store.bots(), owner, name)
    draft = await _find(app, bot)
    check(if_match, draft)
    document = load(draft.source)  # raises Invalid
    base = await _source(app, bot)

    def wanted(plan: Plan) -> Any:
        old = among(plan.old_bots.values(), owner, name)
        if old.version != draft.base_version:
            raise Outdated(MOVED.format(now=old.version, base=draft.base_version))
        plan.made = Made(by, note, draft.source)
        plan.problems += _of_state(document.value, old, single.path("Bots", "State"))
        said = _published(plan, old, document.value)
        plan.steps.append(DropDraft(draft))
        if said == old.document and draft.source != base:  # another comment, say
            plan.steps.append(SaveBot(owner, said, made=plan.made))
        return said

    try:
        plan, said = await single.write(app, owner, "Bots", wanted)
    except Invalid as why:
        raise Invalid(locate(why.problems, document.lines)) from None
    return shown(written(plan, owner, said))


async def discard(
    app: App, *, organization: str | None, name: str, if_match: str | None = None
) -> shapes.BotDraft:
    """Returns what it was. Raises `NotFound`, `Outdated`."""
    owner = (await organizations.find(app, organization)).name
    bot = among(await app.store.bots(), owner, name)
    draft = await _find(app, bot)
    check(if_match, draft)
    await app.store.drop_bot_draft(draft)
    return await _shown(app, bot, draft)


async def problems(app: App, bot: BotRecord, source: str) -> list[Problem]:
    """What keeps the text from being published as this bot, by line."""
    return (await looked_over(app, bot, source))[0]


async def looked_over(
    app: App, bot: BotRecord, source: str
) -> tuple[list[Problem], Document | None]:
    """The same, and the document that was read, if it could be."""
    found, document = read(app, bot, source)
    if document is None or not isinstance(document.value, Mapping):
        return found, document
    there = {one.srn for one in await app.store.secrets()}
    missing = bot_checks.missing_secrets(document.value, "", there)
    told = {one.path for one in found}
    more = locate([one for one in missing if one.path not in told], document.lines)
    return found + more, document


def read(app: App, bot: BotRecord, source: str) -> tuple[list[Problem], Document | None]:
    """What is wrong with the text itself, by line, and its document if it is one. Pure."""
    try:
        document = load(source)
    except Invalid as why:
        return list(why.problems), None
    value = document.value
    if not isinstance(value, Mapping):
        mend = "Write its fields, each with a colon: Name, Type, Flow."
        return [Problem("field_invalid", "body", "It has no fields.", mend, 1)], document
    found: list[Problem] = []
    if value.get("Name", bot.name) != bot.name:
        message = f"It is {bot.name!r} that is changed, and this says {value['Name']!r}."
        mend = "Leave it out, or make another bot: a name is for good."
        found.append(Problem("name_fixed", "Name", message, mend))
    found += _of_state(value, bot, "State")
    found += bot_checks.check(app, bot.organization, {**value, "Name": bot.name}, "")
    return locate(found, document.lines), document


def check(if_match: str | None, draft: shapes.BotDraft | BotDraft) -> None:
    """Raises `Outdated`."""
    etags.check(if_match, _known(draft))


def tag(draft: shapes.BotDraft | BotDraft) -> str:
    """The ETag: the same until it is saved again. Pure."""
    return etags.of(_known(draft))


def _known(draft: shapes.BotDraft | BotDraft) -> list[Any]:
    if isinstance(draft, BotDraft):
        return [draft.source, draft.base_version, draft.revision]
    return [draft["source"], draft["base_version"], draft["revision"]]


def _of_state(value: Any, bot: BotRecord, at: str) -> list[Problem]:
    """A draft may say the State that there is, but not set it."""
    said = value.get("State") if isinstance(value, Mapping) else None
    if said is None or str(said).upper() == bot.state:
        return []
    message = f"The bot is {bot.state}. Publishing a draft does not change that."
    mend = f"Take the line out; `threadline bot run {bot.name}` and its like set the State."
    return [Problem("state_apart", at, message, mend)]


def _published(plan: Plan, old: BotRecord, value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    given = {field: one for field, one in value.items() if field != "Version"}
    return single.named(plan, "Bots", "Name", old.name, with_state(given, old))


async def _begun(app: App, bot: BotRecord) -> BotDraft:
    """A draft that nobody has saved yet."""
    source = await _source(app, bot)
    return BotDraft(bot.organization, bot.name, source, bot.version, 0)


async def _source(app: App, bot: BotRecord) -> str:
    version = await app.store.bot_version(bot.organization, bot.name, bot.version)
    return writing.one(bots.content(bot.document)) if version is None else source_of(version)


async def _find(app: App, bot: BotRecord) -> BotDraft:
    found = await app.store.bot_draft(bot.organization, bot.name)
    if found is None:
        raise NotFound(f"There is no draft of the bot {bot.name}. Save one first.")
    return found


async def _shown(app: App, bot: BotRecord, draft: BotDraft) -> shapes.BotDraft:
    return {
        "source": draft.source,
        "base_version": draft.base_version,
        "revision": draft.revision,
        "version": bot.version,
        "saved_at": iso(draft.saved_at) if draft.revision else None,
        "saved_by": draft.saved_by,
        "problems": [_told(one) for one in await problems(app, bot, draft.source)],
    }


def _told(problem: Problem) -> shapes.BotProblem:
    told: shapes.BotProblem = {
        "code": problem.code,
        "path": problem.path,
        "message": problem.message,
        "mend": problem.mend,
    }
    return told if problem.line is None else {**told, "line": problem.line}
