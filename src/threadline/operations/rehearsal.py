"""Runs bots through written conversations: no server, no database, nobody is texted."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from threadline.bots import Scripts, bot_types
from threadline.egress import Egress
from threadline.errors import BotRefused, Invalid, Problem, SecretMissing, ThreadlineError
from threadline.model import bot as bots
from threadline.model import dialogue
from threadline.model.bot import BotRecord
from threadline.model.dialogue import Exchange
from threadline.operations import given
from threadline.operations.talk import CONTACT, ORGANIZATION, Talk
from threadline.pipeline import asking
from threadline.ports import Bot, BotType, SecretValue

BEGIN = "2030-01-02T12:00:00Z"
PATIENCE = 60
"""Seconds that a bot has for a turn."""
FIELDS = ("Name", "Contact", "At", "Context", "EngagementConfig", "Dialogue")


@dataclass(frozen=True, slots=True)
class Script:
    """A conversation and what it begins with. `file` and `line` are where it stands."""

    name: str
    exchanges: Sequence[Exchange]
    file: str = ""
    contact: str = CONTACT
    at: int = 0
    context: Mapping[str, Any] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of one exchange. `error` is why the bot did not answer."""

    exchange: Exchange
    said: Sequence[str]
    fits: bool
    error: str = ""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    script: Script
    heard: Sequence[Heard]
    seconds: float

    @property
    def passed(self) -> bool:
        return all(one.fits for one in self.heard)


class GivenSecrets:
    """A vault that has what it was given."""

    def __init__(self, values: Mapping[str, SecretValue]) -> None:
        self._values = values

    async def reveal(self, srn: str) -> SecretValue:
        if srn not in self._values:
            message = f"A test has no vault. Give the value of {srn} with --secret."
            raise SecretMissing(message)
        return self._values[srn]


def read(value: Any, file: str) -> Script:
    """A script's document. Raises `Invalid`."""
    problems: list[Problem] = []
    document = value if isinstance(value, Mapping) else {}
    for name in document:
        if name not in FIELDS:
            mend = f"There is: {', '.join(FIELDS)}."
            message = f"`{name}` is no field here."
            problems.append(Problem("field_unknown", str(name), message, mend))
    for name in ("Context", "EngagementConfig"):
        if not isinstance(document.get(name, {}), Mapping):
            mend = "Write `name: value`."
            problems.append(Problem("field_invalid", name, "It has to be a mapping.", mend))
    exchanges: list[Exchange] = []
    began = 0
    try:
        exchanges = dialogue.read(str(document.get("Dialogue") or ""))
        began = given.time_of(str(document.get("At", BEGIN)), "At")
    except ValueError as why:
        mend = "Begin with a line `> hi`; docs/howto/test-a-bot.md tells the rest."
        problems.append(Problem("dialogue_invalid", "Dialogue", str(why), mend))
    except Invalid as why:
        problems += why.problems
    if problems:
        raise Invalid(problems)
    return Script(
        name=str(document.get("Name") or file),
        exchanges=exchanges,
        file=file,
        contact=str(document.get("Contact", CONTACT)),
        at=began,
        context=document.get("Context", {}),
        config=document.get("EngagementConfig", {}),
    )


class Rehearsal:
    """Bots that are ready to be tested. The first of the documents is the one that is asked."""

    def __init__(
        self,
        documents: Sequence[Mapping[str, Any]],
        networks: Sequence[str] = (),
        secrets: Mapping[str, SecretValue] | None = None,
        functions: Sequence[str] = (),
    ) -> None:
        self._egress = Egress(networks)
        self._scripts = Scripts()
        self._types = bot_types(self._egress.user, lambda: 0, self._scripts, functions)
        self._vault = GivenSecrets(secrets or {})
        self._records = {
            str(one.get("Name")): BotRecord(ORGANIZATION, 1, one) for one in documents
        }
        self._first = str(documents[0].get("Name"))
        self.problems = [
            problem
            for n, one in enumerate(documents)
            for problem in _check(one, self._types, f"documents[{n}].")
        ]

    async def run(self, script: Script) -> Rehearsed:
        """The whole conversation, also after something else was said than was expected."""
        began = asyncio.get_running_loop().time()
        talk = Talk(
            self._first, script.contact, script.at, script.context, script.config, script.name
        )
        heard = [await self._exchange(talk, one) for one in script.exchanges]
        return Rehearsed(script, heard, asyncio.get_running_loop().time() - began)

    async def close(self) -> None:
        await self._scripts.close()
        await self._egress.close()

    async def _exchange(self, talk: Talk, one: Exchange) -> Heard:
        turn = talk.turn(one.said, one.waits)
        if turn is None:
            return Heard(one, (), not one.expected)
        try:
            async with asyncio.timeout(PATIENCE):
                reply, bot = await asking.ask(self._open, turn)
        except (ThreadlineError, TimeoutError) as why:
            error = str(why) or f"The bot did not answer within {PATIENCE} seconds."
            return Heard(one, (), fits=False, error=error)
        talk.heard(reply, bot)
        said = dialogue.heard(dialogue.lines(reply.elements, reply.ended), one.expected)
        return Heard(one, said, dialogue.fits(said, one.expected))

    async def _open(self, name: str) -> Bot:
        record = self._records.get(name)
        if record is None:
            known = ", ".join(self._records)
            message = f"There is no bot {name!r} in the files of this test, which have {known}."
            raise BotRefused(message)
        return await self._types[record.type].open(record, self._vault)


def _check(document: Mapping[str, Any], types: Mapping[str, BotType], at: str) -> list[Problem]:
    problems = bots.check(document, types, at)
    kind = document.get("Type")
    if isinstance(kind, str) and kind in types:
        problems += types[kind].check(document, at)
    return problems
