"""
The flow bot: a conversation drawn as nodes and wires, run by Threadline itself.

    language   what a flow is                     nodes       its nodes, one file each
    steps      runs one turn                      templates   texts with holes
    fields     reads one node, notes problems     sandbox     what a template may do
    talk       a turn while it runs               compare     the operators of Switch
    node       what every node is                 patterns    regular expressions in bounds
    answers    what an Input accepts              graph       the flow as it is drawn
    declared   what can be written in each node

This module is the socket; all the rest is pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from threadline.bots.flow import language
from threadline.bots.flow.language import Flow
from threadline.bots.flow.steps import step
from threadline.errors import Invalid, Problem
from threadline.model.bot import BotRecord
from threadline.model.document import child
from threadline.model.turn import Reply, Turn
from threadline.ports import Vault


@dataclass(frozen=True, slots=True)
class FlowBot:
    flow: Flow

    async def reply(self, turn: Turn) -> Reply:
        """Raises `BotRefused`: a flow that failed once would fail again."""
        return step(self.flow, turn)


class FlowType:
    """How a bot of type "flow" is checked and opened. Its document has the flow as `Flow`."""

    def check(self, document: Mapping[str, Any], at: str) -> list[Problem]:
        """Pure. `at` is the path of the bot, such as `bots[0].` (empty for the document)."""
        path = child(at.removesuffix("."), "Flow")
        if document.get("Flow") is None:
            mend = "Write `Flow:` and below it `nodes:`."
            return [Problem("field_missing", path, "The bot has no flow.", mend)]
        return language.read(document["Flow"], path)[1]

    async def open(self, record: BotRecord, vault: Vault) -> FlowBot:
        """Raises `Invalid`. A flow has no secrets, so the vault is not asked."""
        flow, problems = language.read(record.document.get("Flow"), "Flow")
        if flow is None:
            raise Invalid(problems)
        return FlowBot(flow)


FLOW = FlowType()
