"""
The bot of intents: what people may want, how they say it, and what is done then.

It is read as a flow: `welcome` is what happens at the start, a node Intents listens, and each
intent is a chain of the nodes that its actions are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from threadline.bots.flow import actions
from threadline.bots.flow.fields import Fields
from threadline.bots.flow.language import Flow, catches, read_nodes
from threadline.bots.flow.node import Node
from threadline.bots.flow.nodes.end import End
from threadline.bots.flow.nodes.intents import Intents, intent
from threadline.bots.flow.nodes.link import LinkIn, LinkOut
from threadline.bots.flow.nodes.start import Start
from threadline.bots.flow.patience import Patience
from threadline.bots.flow.told import short
from threadline.bots.flow.understanding import THRESHOLD
from threadline.errors import Problem
from threadline.model.templates import Template

WELCOME, FALLBACK, LISTEN = "welcome", "fallback", "listen"
MAX_INTENTS = 500
KNOWN = ("Name", "Type", "State", "DisplayName", "Description", "Organization", "Version")


def read(document: Mapping[str, Any], at: str) -> tuple[Flow | None, list[Problem]]:
    """The flow that the bot is, or every problem; `at` is the path of the document. Pure."""
    problems: list[Problem] = []
    whole = Fields(document, at, (), problems)
    parts = whole.parts("Intents")
    if len(parts) > MAX_INTENTS:
        message = f"There are {len(parts)} intents; {MAX_INTENTS} are allowed."
        whole.wrong("flow_too_large", "Intents", message, "Divide it into several bots.")
        return None, problems
    threshold = whole.number("Threshold")
    if threshold is not None and not 0 <= threshold <= 1:
        whole.wrong("field_invalid", "Threshold", "It is from 0 to 1.", "Write 0.8.")
    apis = _mapping(whole, "Apis")
    nodes = _flows(whole)
    names = [str(part.document.get("name", "")) for part in parts]
    ids = {LISTEN, FALLBACK, *nodes, *(f"intent {name}" for name in names)}
    found = []
    for part, name in zip(parts, names, strict=True):
        said = intent(part)
        if names.count(name) > 1:
            message = f"There are two intents {short(name)}."
            part.wrong("intent_twice", "name", message, "Give each its own name.")
        if name not in (WELCOME, FALLBACK):
            if not said.utterances and not said.patterns:
                message = f"Nothing says how {short(name)} is said."
                part.wrong("field_missing", "utterances", message, "Write a list of texts.")
            found.append(said)
        part.ids = ids
        todo = part.parts("actions")
        part.finish()
        begins = FALLBACK if name == FALLBACK else f"intent {name}"
        actions.chain(todo, begins, LISTEN, nodes, apis)
    nodes.setdefault(FALLBACK, LinkOut(LISTEN))
    welcome = f"intent {WELCOME}" if WELCOME in names else LISTEN
    ways = {one.name: f"intent {one.name}" for one in found}
    patience = Patience(Template(""), "")
    sure = THRESHOLD if threshold is None else threshold
    nodes[LISTEN] = Intents(tuple(found), ways, sure, FALLBACK, patience)
    nodes["start"] = Start(welcome)
    whole.known += KNOWN
    whole.finish()
    if problems:
        return None, problems
    return Flow("start", nodes, catches(nodes)), []


def _flows(whole: Fields) -> dict[str, Node]:
    """The nodes of the bot's own flows. Where one ends, the bot listens again."""
    nodes: dict[str, Node] = {}
    flows = whole.inside("Flows", _mapping(whole, "Flows"))
    for name in flows.document:
        flow = flows.inside(name, flows.mapping(name))
        inside = flow.inside("nodes", flow.mapping("nodes"))
        flow.finish()
        inside.ids, inside.prefix = inside.document.keys(), f"flow {name} "
        for id, node in read_nodes(inside).items():
            match node:
                case Start():
                    nodes[f"flow {name}"] = LinkIn(node.next)
                case End():
                    nodes[id] = LinkIn(LISTEN)
                case _:
                    nodes[id] = node
        if f"flow {name}" not in nodes and inside.document:
            mend = "Add `start: {type: Start, next: …}`."
            flow.wrong("start_missing", "nodes", "The flow has no Start.", mend)
    return nodes


def _mapping(whole: Fields, name: str) -> Mapping[str, Any]:
    """As it is written; it may be left out."""
    return {} if whole.get(name) is None else whole.mapping(name)
