"""Tries a bot with one text: nothing is kept, and nobody is texted."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson

from threadline.app import App
from threadline.errors import BotFailed, BotRefused, Invalid, Problem, ThreadlineError
from threadline.model.bot import BotRecord
from threadline.model.document import child, load, locate
from threadline.model.endpoint import Endpoint
from threadline.model.plain import clean
from threadline.model.resources.bot_versions import BotTried
from threadline.model.timeline import to_json
from threadline.model.turn import Reply, Turn
from threadline.operations import bot_checks, default_endpoints, organizations
from threadline.operations.bots import among
from threadline.ports import Bot

PATIENCE = 30
"""Seconds until a bot elsewhere has to have answered."""
LONGEST_TEXT = 10_000
MAX_STATE = 65_536
"""Bytes of what is given back from turn to turn."""
CONTACT = "trial"
PARTS: Mapping[str, type] = {"session": int, "turn": int, "open": bool, "bot": dict}


async def turn(
    app: App,
    *,
    organization: str | None,
    name: str,
    text: str,
    source: str | None = None,
    state: Any = None,
) -> BotTried:
    """
    What the bot says to the text, as it is or as `source` would make it. `state` is what the
    turn before gave. Raises `NotFound`, `Invalid` with lines.
    """
    owner = (await organizations.find(app, organization)).name
    if len(text) > LONGEST_TEXT:
        message = f"It has more than {LONGEST_TEXT} characters."
        raise Invalid([Problem("text_too_long", "text", message, "Write less.")])
    before = _before(state)
    record, lines = await _bot(app, owner, name, source)
    bot = await app.bot_types[record.type].open(record, app.vault)
    asked = _turn(app, record, before, text)
    reply, error = Reply((), asked.state, asked.context), None
    try:
        reply = await _ask(bot, asked)
    except ThreadlineError as why:
        error = str(why)
    after = {
        "session": before["session"] + asked.first,
        "turn": before["turn"] + 1,
        "open": not reply.ended,
        "bot": {"state": dict(reply.state), "context": dict(reply.context)},
    }
    return {
        "elements": [to_json(one) for one in reply.elements],
        "state": after if error is None else before,
        "ended": reply.ended,
        "steps": [
            {"node": one, "line": lines.get(child("Flow.nodes", one))}
            for one in asked.passed or ()
        ],
        "error": error,
    }


async def _ask(bot: Bot, asked: Turn) -> Reply:
    """Raises `ThreadlineError`."""
    try:
        async with asyncio.timeout(PATIENCE):
            reply = await bot.reply(asked)
    except TimeoutError:
        raise BotFailed(f"The bot did not answer within {PATIENCE} seconds.") from None
    if len(orjson.dumps([dict(reply.state), dict(reply.context)])) > MAX_STATE // 2:
        raise BotRefused("What the bot wants to remember is too much to be tried here.")
    return reply


async def _bot(
    app: App, owner: str, name: str, source: str | None
) -> tuple[BotRecord, Mapping[str, int]]:
    """The bot, and where its parts stand in the text. Raises `NotFound`, `Invalid`."""
    bot = among(await app.store.bots(), owner, name)
    if source is None:
        return bot, {}
    document = load(source)
    if not isinstance(document.value, Mapping):
        mend = "Write its fields, each with a colon: Name, Type, Flow."
        raise Invalid([Problem("field_invalid", "source", "It has no fields.", mend)])
    value = {**document.value, "Name": name}
    if problems := bot_checks.check(app, owner, value, ""):
        raise Invalid(locate(problems, document.lines))
    return BotRecord(owner, 0, value), document.lines


def _turn(app: App, record: BotRecord, before: Mapping[str, Any], text: str) -> Turn:
    """As if somebody wrote to its default endpoint."""
    first = not before["open"]
    session = before["session"] + first
    remembered = before["bot"]
    endpoint = default_endpoints.document(record.organization, record.name)
    return Turn(
        id=f"trial-{app.clock()}-{before['turn']}",
        endpoint=Endpoint(0, record.organization, endpoint),
        bot=record.name,
        conversation=0,
        session=f"0-{session}",
        contact=CONTACT,
        text=clean(text),
        first=first,
        at=app.clock(),
        state={} if first else remembered.get("state", {}),
        context=remembered.get("context", {}),
        passed=[],
    )


def _before(state: Any) -> dict[str, Any]:
    """Raises `Invalid`."""
    if state is None:
        return {"session": 0, "turn": 0, "open": False, "bot": {}}
    fits = (
        isinstance(state, Mapping)
        and all(isinstance(state.get(part), kind) for part, kind in PARTS.items())
        and all(isinstance(one, Mapping) for one in state["bot"].values())
        and len(orjson.dumps(state)) <= MAX_STATE
    )
    if not fits:
        mend = "Give back `state` of the answer before as it is, or leave it out."
        raise Invalid([Problem("state_unknown", "state", "This is no state of ours.", mend)])
    return dict(state)
