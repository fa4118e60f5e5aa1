"""Tries a bot with one text: nothing is kept, and nobody is texted."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import orjson

from threadline.app import App
from threadline.errors import BotFailed, BotRefused, Invalid, Problem, ThreadlineError
from threadline.model.bot import BotRecord
from threadline.model.clock import SECOND
from threadline.model.document import child, load, locate
from threadline.model.endpoint import Endpoint
from threadline.model.plain import clean
from threadline.model.resources.bot_versions import BotTried
from threadline.model.timeline import Note, to_json
from threadline.model.turn import Reply, ToPerson, Turn
from threadline.operations import bot_checks, default_endpoints, organizations
from threadline.operations.bots import among
from threadline.pipeline import asking
from threadline.ports import Bot

PATIENCE = 30
"""Seconds until a bot elsewhere has to have answered."""
LONGEST_TEXT = 10_000
MAX_STATE = 65_536
"""Bytes of what is given back from turn to turn."""
CONTACT = "trial"
PARTS: Mapping[str, type] = {
    "session": int,
    "turn": int,
    "open": bool,
    "bot": dict,
    "now": dict,
}


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
    asked = _turn(app, record, before, text)
    reply, now, error = Reply((), asked.state, asked.context), asked.bot, None
    try:
        reply, now = await _ask(partial(_open, app, record), asked)
    except ThreadlineError as why:
        error = str(why)
    after = {
        "session": before["session"] + asked.first,
        "turn": before["turn"] + 1,
        "open": not reply.ended,
        "bot": {"state": dict(reply.state), "context": dict(reply.context)},
        "now": {"bot": now, "wakeAt": reply.wake_at},
    }
    return {
        "elements": [to_json(one) for one in (*reply.elements, *_notes(reply, asked))],
        "state": after if error is None else before,
        "ended": reply.ended,
        "steps": [
            {"node": one, "line": lines.get(child("Flow.nodes", one))}
            for one in asked.passed or ()
        ],
        "error": error,
    }


def _notes(reply: Reply, asked: Turn) -> Iterator[Note]:
    """What would happen now, and does not while a bot is tried."""
    if isinstance(reply.then, ToPerson):
        why = f": {reply.then.why}" if reply.then.why else "."
        yield Note(f"From here on a person would answer{why}", "handed_over")
    if reply.wake_at is not None:
        span = timedelta(seconds=(reply.wake_at - asked.at) // SECOND)
        yield Note(f"The bot waits {span}. Send nothing to let the time pass.", "waits")


async def _open(app: App, record: BotRecord, name: str) -> Bot:
    """The bot that is tried, or another one that it hands over to. Raises `BotRefused`."""
    if name == record.name:
        return await app.bot_types[record.type].open(record, app.vault)
    document = default_endpoints.document(record.organization, name)
    return await app.bot(Endpoint(0, record.organization, document), name)


async def _ask(open: asking.Open, asked: Turn) -> tuple[Reply, str]:
    """Raises `ThreadlineError`."""
    try:
        async with asyncio.timeout(PATIENCE):
            reply, now = await asking.ask(open, asked)
    except TimeoutError:
        raise BotFailed(f"The bot did not answer within {PATIENCE} seconds.") from None
    if len(orjson.dumps([dict(reply.state), dict(reply.context)])) > MAX_STATE // 2:
        raise BotRefused("What the bot wants to remember is too much to be tried here.")
    return reply, now


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
    """As if somebody wrote to its default endpoint, or the time passed that it waits for."""
    first = not before["open"]
    session = before["session"] + first
    remembered = before["bot"]
    due = None if first or text.strip() else before["now"].get("wakeAt")
    endpoint = default_endpoints.document(record.organization, record.name)
    return Turn(
        id=f"trial-{app.clock()}-{before['turn']}",
        endpoint=Endpoint(0, record.organization, endpoint),
        bot=record.name if first else before["now"].get("bot", record.name),
        conversation=0,
        session=f"0-{session}",
        contact=CONTACT,
        text=clean(text),
        first=first,
        at=max(app.clock(), due or 0),
        woken=due is not None,
        state={} if first else remembered.get("state", {}),
        context=remembered.get("context", {}),
        passed=[],
    )


def _before(state: Any) -> dict[str, Any]:
    """Raises `Invalid`."""
    if state is None:
        return {"session": 0, "turn": 0, "open": False, "bot": {}, "now": {}}
    fits = (
        isinstance(state, Mapping)
        and all(isinstance(state.get(part), kind) for part, kind in PARTS.items())
        and all(isinstance(one, Mapping) for one in state["bot"].values())
        and isinstance(state["now"].get("bot", ""), str)
        and isinstance(state["now"].get("wakeAt"), int | None)
        and len(orjson.dumps(state)) <= MAX_STATE
    )
    if not fits:
        mend = "Give back `state` of the answer before as it is, or leave it out."
        raise Invalid([Problem("state_unknown", "state", "This is no state of ours.", mend)])
    return dict(state)
