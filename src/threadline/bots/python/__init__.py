"""
A bot that is a function in the operator's own module, run in the server's process.
docs/howto/python-bot.md tells more.

    loading   finds the function, if it is allowed     answers   what it may answer
"""

from __future__ import annotations

import asyncio
import inspect
import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from threadline.bots.python import answers, loading
from threadline.bots.python.answers import MAX_SAID, End, Function, Remember, Saying, Wake
from threadline.errors import BotFailed, BotRefused, Invalid, Problem, ThreadlineError
from threadline.model.bot import BotRecord
from threadline.model.elsewhere import TIMEOUT_SECONDS
from threadline.model.turn import Reply, Turn
from threadline.ports import Vault

__all__ = ["End", "Function", "PythonBot", "PythonBots", "Remember", "Saying", "Wake", "said"]


@dataclass(frozen=True, slots=True)
class PythonBot:
    """`name` is what it is called in errors."""

    name: str
    function: Function = field(repr=False)
    timeout: float = TIMEOUT_SECONDS

    async def reply(self, turn: Turn) -> Reply:
        """
        Raises `BotFailed` for whatever the function raises, which another try may mend, and
        `BotRefused` if the function raises that, or its answer is none.
        """
        try:
            async with asyncio.timeout(self.timeout) as patience:
                return await said(self.function, turn)
        except ThreadlineError:
            raise
        except Exception as why:
            if patience.expired():
                raise BotFailed(f"{self.name} took more than {self.timeout:g} s.") from None
            raise BotFailed(f"{self.name} raised {_place(why)}.") from None


async def said(function: Function, turn: Turn) -> Reply:
    """
    What comes of the function's answer. A function that is not asynchronous runs in a thread
    of its own. Raises `BotRefused` for an answer that is none, and what the function raises.
    """
    own = replace(turn, state=deepcopy(turn.state), context=deepcopy(turn.context))
    answer: Any = function(own) if _at_once(function) else await _in_thread(_run, function, own)
    if inspect.isawaitable(answer):
        answer = await answer
    if hasattr(answer, "__aiter__"):
        collected: list[Saying] = []
        async for one in answer:
            collected.append(one)
            if len(collected) > 2 * MAX_SAID:
                break
        answer = collected
    try:
        return answers.reply(turn, answers.listed(answer))
    except ValueError as why:
        raise BotRefused(f"The function {why}") from None


def _at_once(function: Any) -> bool:
    """Whether a call of it only begins something that the event loop then does."""
    target = function if inspect.isroutine(function) else function.__call__
    return inspect.iscoroutinefunction(target) or inspect.isasyncgenfunction(target)


def _run(function: Function, turn: Turn) -> Any:
    """With a generator run to its end, or as far as it may go."""
    answer = function(turn)
    if inspect.isgenerator(answer):
        return [one for one, _ in zip(answer, range(2 * MAX_SAID), strict=False)]
    return answer


async def _in_thread(call: Callable[..., Any], *given: Any) -> Any:
    """In one that does not keep the server from stopping, whatever the function waits for."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Any] = loop.create_future()

    def tell(give: Callable[[Any], None], value: Any) -> None:
        if not done.done():
            give(value)

    def work() -> None:
        try:
            give, value = done.set_result, call(*given)
        except BaseException as why:
            give, value = done.set_exception, why
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell, give, value)

    threading.Thread(target=work, name="threadline-python-bot", daemon=True).start()
    return await done


def _place(why: BaseException) -> str:
    """Its kind and where it was raised; its own words may tell what somebody wrote."""
    frames = traceback.extract_tb(why.__traceback__)
    ours = str(Path(__file__).parent)
    theirs = [one for one in frames if not one.filename.startswith(ours)]
    if not theirs:
        return type(why).__name__
    last = theirs[-1]
    return f"{type(why).__name__} in {Path(last.filename).name}, line {last.lineno}"


@dataclass(frozen=True, slots=True)
class PythonBots:
    """
    How a bot of type "python" is checked and opened. `allowed` has `module:function`, or
    `module` for all that is in it.
    """

    allowed: Sequence[str] = ()

    def check(self, document: Mapping[str, Any], at: str) -> list[Problem]:
        """`at` is the path of the bot, such as `bots[0].` (empty for the document)."""
        return loading.check(document, at.removesuffix("."), self.allowed)

    async def open(self, record: BotRecord, vault: Vault) -> PythonBot:
        """Raises `Invalid`."""
        if problems := self.check(record.document, ""):
            raise Invalid(problems)
        name = record.document["Function"]
        timeout = record.document.get("TimeoutSeconds", TIMEOUT_SECONDS)
        return PythonBot(name, loading.load(name), timeout)
