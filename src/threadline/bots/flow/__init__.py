"""
Flows: conversations drawn as nodes and wires, or as intents, run by Threadline itself.

    language   what a flow is                     nodes       its nodes, one file each
    steps      runs one turn                      fields      reads one node, notes problems
    talk       a turn while it runs               compare     the operators of Switch
    node       what every node is                 patterns    regular expressions in bounds
    answers    what an Input accepts              graph       the flow as it is drawn
    declared   what can be written in each node   message     what `msg` has
    intents    a bot that is read as a flow       actions     what an intent has done
    understanding  which intent a text has
    errands    what is done outside               outside     who does it
    languages  which of several texts             ways        into the context and `msg`
    patience   how long an answer is waited for
    sealing    texts that name secrets            told        what is wrong
    variables  what they may be called
    javascript/  the engine of Function

This module is the socket; all but `outside` and `javascript` is pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from threadline.bots.flow import language
from threadline.bots.flow.javascript.pool import Scripts
from threadline.bots.flow.language import Flow
from threadline.bots.flow.outside import Outside
from threadline.bots.flow.steps import walk
from threadline.egress import Client
from threadline.errors import Invalid, Problem
from threadline.model.bot import BotRecord
from threadline.model.document import child
from threadline.model.srn import Srn, mentioned
from threadline.model.turn import Reply, Turn
from threadline.ports import Vault


@dataclass(frozen=True, slots=True)
class FlowBot:
    flow: Flow
    outside: Outside

    async def reply(self, turn: Turn) -> Reply:
        """
        Raises `BotRefused`: a flow that failed once would fail again; and `BotFailed` when
        it wanted something done outside that may be done another time.
        """
        steps = walk(self.flow, turn)
        try:
            errand = next(steps)
            while True:
                errand = steps.send(await self.outside.do(errand))
        except StopIteration as end:
            reply: Reply = end.value
            return reply


Read = Callable[[Mapping[str, Any], str], tuple[Flow | None, list[Problem]]]
"""What a bot's document is as a flow, or every problem of it; with the document's path."""


def read_flow(document: Mapping[str, Any], at: str) -> tuple[Flow | None, list[Problem]]:
    """Of a bot of type "flow", whose document has the flow as `Flow`. Pure."""
    path = child(at, "Flow")
    if document.get("Flow") is None:
        mend = "Write `Flow:` and below it `nodes:`."
        return None, [Problem("field_missing", path, "The bot has no flow.", mend)]
    return language.read(document["Flow"], path)


@dataclass(frozen=True, slots=True)
class Flows:
    """How bots that are run as flows are checked and opened."""

    client: Client
    scripts: Scripts
    read: Read = read_flow

    def check(self, document: Mapping[str, Any], at: str) -> list[Problem]:
        """Pure. `at` is the path of the bot, such as `bots[0].` (empty for the document)."""
        path = at.removesuffix(".")
        return [*self.read(document, path)[1], *_foreign(document, path)]

    async def open(self, record: BotRecord, vault: Vault) -> FlowBot:
        """Raises `Invalid`."""
        flow, problems = self.read(record.document, "")
        if flow is None:
            raise Invalid(problems)
        return FlowBot(flow, Outside(record.organization, vault, self.client, self.scripts))


def _foreign(document: Mapping[str, Any], at: str) -> Iterator[Problem]:
    """Secrets of others, if the document names its organization."""
    owner = document.get("Organization")
    for path, name in mentioned(document, at) if owner else ():
        if Srn.parse(name).organization != owner:
            message = f"{name} belongs to another organization."
            mend = f"Create it in {owner} with `threadline secret create`, and name that one."
            yield Problem("secret_foreign", path, message, mend)
