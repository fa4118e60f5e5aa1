"""
The bots this build knows, by the `Type` of a bot's document.

    flow/         a conversation drawn as nodes and wires, or as intents, run here
    http/         a bot behind a URL
    directline/   a bot of the Bot Framework behind Direct Line
    agents/       a bot of the Microsoft 365 Agents SDK, asked at its own address
    rasa/         a Rasa server, over its REST channel
    openai/       a language model behind an OpenAI-compatible chat endpoint
    python/       a function of the operator's own, run here

To add one: copy the one that looks most like it, add a line here, and bring samples to
tests/bots/contract.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from threadline.bots.agents import AgentBots
from threadline.bots.directline import DirectLineBots
from threadline.bots.flow import Flows, intents
from threadline.bots.flow.javascript.pool import Scripts
from threadline.bots.http import HttpBots
from threadline.bots.openai import OpenAIBots
from threadline.bots.python import PythonBots
from threadline.bots.rasa import RasaBots
from threadline.egress import Client
from threadline.ports import BotType, Clock

__all__ = ["LABELS", "Scripts", "bot_types"]

LABELS = {
    "flow": "A flow, run here",
    "intents": "Intents, run here",
    "http": "Behind a URL",
    "directline": "Behind Direct Line",
    "agents": "Microsoft 365 agent",
    "rasa": "Rasa server",
    "openai": "Language model",
    "python": "Python, run here",
}
"""What people call each type of bot."""


def bot_types(
    client: Client, clock: Clock, scripts: Scripts, functions: Sequence[str] = ()
) -> dict[str, BotType]:
    """
    `client` is what reaches bots elsewhere, `scripts` runs what flows have of code, and
    `functions` are those of Python that may be run.
    """
    return {
        "flow": Flows(client, scripts),
        "intents": Flows(client, scripts, intents.read),
        "http": HttpBots(client, clock),
        "directline": DirectLineBots(client),
        "agents": AgentBots(client, clock),
        "rasa": RasaBots(client),
        "openai": OpenAIBots(client),
        "python": PythonBots(functions),
    }
