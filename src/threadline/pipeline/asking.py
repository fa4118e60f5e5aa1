"""Asks the bot of a session, and each bot that it hands the text over to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog

from threadline.errors import BotFailed, BotRefused, ThreadlineError
from threadline.model import calls
from threadline.model.calls import Caller
from threadline.model.policy import Policy
from threadline.model.timeline import Element
from threadline.model.turn import MissionDone, Reply, ToBot, Turn
from threadline.ports import Bot

log = structlog.get_logger("threadline.pipeline")

MAX_BOTS = 10
"""One turn goes through so many bots at most."""

Open = Callable[[str], Awaitable[Bot]]
"""A bot of the organization by its name. Raises `BotRefused` if there is none to be asked."""


async def ask(open: Open, turn: Turn) -> tuple[Reply, str]:
    """
    All that the bots say, and the one that goes on. Its reply hands over to a person, if at
    all. Raises `BotFailed`, and what opening a bot raises.
    """
    state, found = calls.apart(turn.state)
    callers = list(found)
    said: list[Element] = []
    policy: Policy | None = None
    asked = replace(turn, state=state) if found else turn
    for hop in range(1, MAX_BOTS + 1):
        reply = await _ask(await open(asked.bot), asked)
        said += reply.elements
        policy = reply.policy or policy
        match reply.then:
            case ToBot(name, returns, answers):
                if returns:
                    callers.append(Caller(asked.bot, reply.state))
                if len(callers) > calls.MOST:
                    raise BotRefused(f"More than {calls.MOST} bots wait for each other.")
                asked = replace(
                    asked,
                    bot=name,
                    state={},
                    first=True,
                    returned=False,
                    utterance_first=answers,
                )
            case MissionDone() if callers:
                caller = callers.pop()
                asked = replace(
                    asked, bot=caller.bot, state=caller.state, first=False, returned=True
                )
            case over:
                ended = reply.ended or isinstance(over, MissionDone)
                kept = {} if ended else calls.beside(reply.state, callers)
                whole = replace(reply, elements=tuple(said), state=kept, ended=ended)
                return replace(whole, policy=policy), asked.bot
        asked = replace(asked, id=f"{turn.id}-{hop}", context=reply.context, woken=False)
    raise BotRefused(
        f"The text went through {MAX_BOTS} bots in one turn, the last of them {asked.bot!r}. "
        "See where they hand it back and forth."
    )


async def _ask(bot: Bot, turn: Turn) -> Reply:
    """A fault in a connector is the trouble of its own conversations only."""
    try:
        return await bot.reply(turn)
    except ThreadlineError:
        raise
    except Exception as fault:
        log.exception("bot_broke", turn=turn.id, bot=turn.bot)
        raise BotFailed(f"The bot {turn.bot} broke ({type(fault).__name__}).") from fault
