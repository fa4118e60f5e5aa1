"""Stage 2: inbox row to timeline and outbox rows, by way of the bot."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import partial
from random import random

from threadline.errors import BotFailed, BotRefused, StoreDown, ThreadlineError
from threadline.model import choices
from threadline.model import policy as policies
from threadline.model.clock import SECOND, clock_time
from threadline.model.endpoint import Endpoint
from threadline.model.messages import Discarded, Shown
from threadline.model.policy import Policy
from threadline.model.rows import Author, Claimed, Done, Finished, Postponed, Said, Session
from threadline.model.timeline import Element, Goal, MarkupInteraction, Note, Text
from threadline.model.turn import Past, Reply, ToPerson, Turn
from threadline.pipeline import asking
from threadline.pipeline.retry import Waits, turn_again_at
from threadline.ports import Bot, Channel, Clock, Plugs
from threadline.ports.turns import Turns

OFFLINE = "The endpoint is offline, so the bot was not asked."
NOT_RUNNING = "The bot {bot} is not running, so it was not asked."
WANTED = "The bot {bot} wants a person to answer: {why}"
LATE = "It was too late: the session is over, or another bot answers in it."
HANDED = "handed_over"
"""The code of the note that a bot wants a person."""
POISON = "This text stopped Threadline {n} times while it was answered, so it was put aside."


async def take(
    turns: Turns, plugs: Plugs, clock: Clock, waits: Waits, claimed: Claimed
) -> Done:
    """
    Answer one claimed text: done, put aside, or given back for later. What is `Done` is ours
    no longer if the claim was lost in the meantime, so that nothing was written; else it may
    have handed out the first text of the answer, to be sent by the worker.
    """
    try:
        endpoint = await plugs.endpoint(claimed.endpoint_id)
        channel = await plugs.channel(endpoint)
        result = await _answer(turns, plugs, clock, waits, claimed, endpoint, channel)
    except StoreDown:
        raise
    except ThreadlineError as why:  # such as a secret that is gone
        note = Note(f"{why} The text waits.", why.code)
        result = Postponed(claimed, clock() + waits.paused, note, attempts=0)
    match result:
        case Finished():
            result.most = endpoint.engagement.max_segments
            [done] = await turns.finish_turns([result])
        case Postponed():
            [ours] = await turns.postpone_turns([result])
            done = Done(ours)
    return done


async def _answer(
    turns: Turns,
    plugs: Plugs,
    clock: Clock,
    waits: Waits,
    claimed: Claimed,
    endpoint: Endpoint,
    channel: Channel,
) -> Finished | Postponed:
    session = begin(claimed, endpoint)
    new = session.number != claimed.session.number
    if claimed.answer is not None and (new or not _expected(claimed, session)):
        return late(claimed)
    if claimed.alone:
        return kept(claimed)
    if (claimed.taken_by and not claimed.flag) or (claimed.woken and new):
        return left(claimed, session)
    validity = endpoint.engagement.validity
    life = waits.expiry if validity is None else validity * SECOND
    why_not = await _why_not(plugs, endpoint, session, claimed)
    if why_not:
        return away(claimed, endpoint, channel, why_not, clock() + life)
    try:
        if claimed.attempts > len(waits.turn) + 1:
            raise BotRefused(POISON.format(n=claimed.attempts - 1))
        past = partial(turns.said_before, claimed.conversation, claimed.seq)
        turn = _turn(claimed, endpoint, session, past)
        way = (claimed.conversation, session.number, session.bot, claimed.ours, claimed.service)
        turn.reply_url = partial(plugs.reply_url, endpoint, *way)
        reply, bot = await asking.ask(partial(_bot, plugs, endpoint, session), turn)
    except BotFailed as why:
        again_at = turn_again_at(why, claimed.attempts, clock(), waits, random())
        if again_at is not None:
            note = Note(f"{why} It is asked again at {clock_time(again_at)}.", why.code)
            return Postponed(claimed, again_at, note, claimed.attempts)
        return park(claimed, endpoint, channel, why, clock() + life)
    said = say_all(channel, reply.elements)
    session = dataclasses.replace(session, bot=bot)
    return finish(claimed, said, reply, session, clock() + life)


async def _bot(plugs: Plugs, endpoint: Endpoint, session: Session, name: str) -> Bot:
    """Raises `BotRefused` for one that another bot handed the text over to in vain."""
    if name != session.bot and not await plugs.running(endpoint, name):
        raise BotRefused(f"The bot {name} is not running, so nothing can be handed over to it.")
    return await plugs.bot(endpoint, name)


def begin(claimed: Claimed, endpoint: Endpoint) -> Session:
    """
    The session that this text belongs to: the open one, unless the contact was away too long
    or it has lasted its maximum. Pure. A turn asked again gets the same session.
    """
    old, now = claimed.session, claimed.received_at
    own = policies.apart(claimed.state)[1]
    over = endpoint.engagement.policy.over(own, old.since, old.seen, now)
    if old.open and not over:
        alone = claimed.woken or claimed.answer is not None  # the contact is not there
        seen = (
            old.seen if alone else max(old.seen, now)
        )  # a text put aside may come again later
        return dataclasses.replace(old, seen=seen, bot=old.bot or _first(claimed, endpoint))
    return Session(old.number + 1, True, _first(claimed, endpoint), now, now)


def _first(claimed: Claimed, endpoint: Endpoint) -> str:
    """The bot that a session begins with, by the contact's language."""
    return endpoint.bot_in(claimed.context.get("lang"))


def say_all(channel: Channel, elements: Sequence[Element]) -> list[Said]:
    """How the channel says them; options that it has to number are numbered through."""
    said: list[Said] = []
    number = 1
    for element in elements:
        parts = say(channel, element, number=number)
        if parts[-1].draft is not None and parts[-1].draft.options:
            number = parts[-1].draft.options[-1].number + 1
        said += parts
    return said


def say(
    channel: Channel, element: Element, author: Author = "bot", number: int = 1
) -> list[Said]:
    """
    How the channel says it, in one text or in several, or why it does not. A goal is a record
    and not discarded.
    """
    if isinstance(element, Goal | Note):
        return [Said(element, author)]
    spoken = channel.render(element, number)
    if isinstance(spoken, Shown):
        return [Said(element, author)]
    if isinstance(spoken, Discarded):
        return [Said(element, author, discarded=spoken.reason)]
    if len(spoken) == 1:
        return [Said(element, author, draft=spoken[0])]
    return [Said(Text(draft.text), author, draft=draft) for draft in spoken]


def finish(
    claimed: Claimed, said: Sequence[Said], reply: Reply, session: Session, expires_at: int
) -> Finished:
    """
    Pure. What a text offered to choose from is kept beside the bot's state, for as long as
    that: until the next turn; how long the bot wants the session to last until its end. One
    whose bot wants to be woken lasts until then.
    """
    offered = [one for what in said if what.draft is not None for one in what.draft.options]
    goes_on = session.number == claimed.session.number
    policy = reply.policy or (policies.apart(claimed.state)[1] if goes_on else Policy())
    state = policies.beside(choices.beside(reply.state, offered), policy)
    if reply.ended:
        session, state = dataclasses.replace(session, open=False), {}
    elif reply.wake_at is not None:
        session = dataclasses.replace(session, seen=max(session.seen, reply.wake_at))
    done = Finished(claimed, said, state, reply.context, session, expires_at, sends=True)
    done.wake_at = None if reply.ended else reply.wake_at
    if isinstance(reply.then, ToPerson):
        done.wanted = WANTED.format(bot=session.bot, why=reply.then.why or "no reason given")
        done.said = [*said, Said(Note(done.wanted, HANDED), "system")]
    return done


def _turn(claimed: Claimed, endpoint: Endpoint, session: Session, past: Past) -> Turn:
    first = session.number != claimed.session.number or not claimed.session.bot
    state, offered = choices.apart({} if first else policies.apart(claimed.state)[0])
    text, event = claimed.text, claimed.event
    chosen = choices.understood(text, offered) if offered and event is None else None
    if chosen is not None:
        text = chosen.title
        if chosen.source:
            event = MarkupInteraction(chosen.source, chosen.id, chosen.title)
    return Turn(
        id=f"{claimed.received_at}-{claimed.conversation}-{claimed.seq}",
        endpoint=endpoint,
        bot=session.bot,
        conversation=claimed.conversation,
        session=f"{claimed.conversation}-{session.number}",
        contact=claimed.contact,
        text=text,
        first=first,
        at=claimed.received_at,
        state=state,
        context=claimed.context,
        media=claimed.media,
        event=event,
        utterance_first=endpoint.engagement.first_is_utterance,
        woken=claimed.woken,
        answer=claimed.answer.body if claimed.answer else None,
        past=past,
    )


async def _why_not(
    plugs: Plugs, endpoint: Endpoint, session: Session, claimed: Claimed
) -> Note | None:
    """Why no bot is to be asked; None to ask."""
    if claimed.flag:
        return Note(claimed.flag, "not_asked")
    if not endpoint.online:
        return Note(OFFLINE, "offline")
    if not await plugs.running(endpoint, session.bot):
        return Note(NOT_RUNNING.format(bot=session.bot), "not_running")
    return None


def _expected(claimed: Claimed, session: Session) -> bool:
    """Whether a late answer is for the session that goes on, by the bot that has it."""
    late = claimed.answer
    return late is not None and (late.session, late.bot) == (session.number, session.bot)


def late(claimed: Claimed) -> Finished:
    """What a bot answered for a session that is over, or that another bot has. Pure."""
    said = [Said(Note(LATE, "answered_too_late"), "system")]
    state, context, session = claimed.state, claimed.context, claimed.session
    return Finished(claimed, said, state, context, session, expires_at=0)


def kept(claimed: Claimed) -> Finished:
    """Something is to be known about the contact, and nothing was said. Pure."""
    state, context, session = claimed.state, claimed.context, claimed.session
    return Finished(claimed, (), state, context, session, expires_at=0)


def left(claimed: Claimed, session: Session) -> Finished:
    """
    Leave the text to the operator who has taken the conversation over. An open session goes
    on, for when the bot has it back; none is begun. Pure.
    """
    goes_on = session if session.number == claimed.session.number else claimed.session
    return Finished(claimed, (), claimed.state, claimed.context, goes_on, expires_at=0)


def away(
    claimed: Claimed, endpoint: Endpoint, channel: Channel, why_not: Note, expires_at: int
) -> Finished:
    """
    Keep the text unanswered; say the endpoint's AwayMessage once per session. A session that
    begins so has no bot yet: the first text that a bot is asked begins it for the bot. Pure.
    """
    said = [Said(why_not, author="system")]
    session, state = claimed.session, claimed.state
    message = endpoint.engagement.away_message
    if why_not.code in ("offline", "not_running") and message and not claimed.woken:
        fresh = begin(claimed, endpoint)
        new = fresh.number != session.number
        if new or not session.away_said:
            said += say(channel, Text(message), "system")
        bot, state = ("", {}) if new else (session.bot, state)
        session = dataclasses.replace(fresh, away_said=True, bot=bot)
    return Finished(claimed, said, state, claimed.context, session, expires_at)


def park(
    claimed: Claimed, endpoint: Endpoint, channel: Channel, why: BotFailed, expires_at: int
) -> Finished:
    """Put the text aside unanswered, so that the next one can go on. Pure."""
    note = Note(f"{why} This text was put aside unanswered.", "parked")
    said = [Said(note, author="system")]
    message = endpoint.engagement.error_message
    if message:
        said += say(channel, Text(message), "system")
    state, context, session = claimed.state, claimed.context, claimed.session
    return Finished(claimed, said, state, context, session, expires_at, parked=True)
