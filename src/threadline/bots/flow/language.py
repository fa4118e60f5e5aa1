"""
What a flow is: nodes joined by wires, read from a document, all problems told at once.

    {nodes: {start: {type: Start, next: hello},
             hello: {type: Dialogue, text: "Hello ${name}!", next: end},
             end:   {type: End}}}

`nodes.NODES` has the types of nodes; docs/reference/flow.md tells their fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import Node, WaitingNode
from threadline.bots.flow.nodes import NODES
from threadline.bots.flow.nodes.catch import Catch
from threadline.bots.flow.nodes.start import Start
from threadline.bots.flow.told import near, note, short
from threadline.errors import Problem

MAX_NODES = 1_000
MAX_ID = 100


@dataclass(frozen=True, slots=True)
class Flow:
    """
    `start` is the id of the Start node. Every wire leads to one of `nodes`. `catches` has, for
    each node, the Catch that is for what goes wrong in it.
    """

    start: str
    nodes: Mapping[str, Node]
    catches: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sketch:
    """
    As much of a flow as can be read. Wires may lead nowhere; `start` is "" if there is none.
    `ids` are the names of all nodes, also of those that cannot be read; `variables` are the
    names of context variables that its nodes give.
    """

    start: str = ""
    ids: tuple[str, ...] = ()
    nodes: Mapping[str, Node] = field(default_factory=dict)
    variables: frozenset[str] = frozenset()


def read(document: Any, at: str) -> tuple[Flow | None, list[Problem]]:
    """The flow, or every problem of it; `at` is the path of the document. Pure."""
    found, problems = sketch(document, at)
    return (
        None if problems else Flow(found.start, found.nodes, catches(found.nodes))
    ), problems


def sketch(document: Any, at: str) -> tuple[Sketch, list[Problem]]:
    """What there is of the flow, and every problem of it. Pure."""
    problems: list[Problem] = []
    if not isinstance(document, Mapping):
        mend = "Write `nodes:` and below it each node with its name."
        return Sketch(), [Problem("field_invalid", at, "A flow has to be a mapping.", mend)]
    fields = Fields(document, at, (), problems)
    found = fields.mapping("nodes")
    fields.known.remove("type")
    fields.finish()
    if len(found) > MAX_NODES:
        message = f"The flow has {len(found)} nodes; {MAX_NODES} are allowed."
        fields.wrong("flow_too_large", "nodes", message, "Divide it into several bots.")
        return Sketch(), problems
    inside = fields.inside("nodes", found)
    inside.ids = found.keys()
    nodes = read_nodes(inside)
    start = _start(inside, nodes) if found else ""
    if not problems:
        _check_graph(inside, nodes, start)
    return Sketch(start, tuple(found), nodes, frozenset(inside.variables)), problems


def read_nodes(nodes: Fields) -> dict[str, Node]:
    """Those that can be read."""
    prefix = nodes.prefix
    read = ((prefix + id, _read_node(nodes, id)) for id in nodes.document)
    return {id: node for id, node in read if node is not None}


def _read_node(nodes: Fields, id: str) -> Node | None:
    document = nodes.document[id]
    if not 0 < len(id) <= MAX_ID:
        message = f"{short(id)} cannot be the name of a node."
        nodes.wrong("field_invalid", id, message, f"Use 1 to {MAX_ID} characters.")
    if not isinstance(document, Mapping):
        mend = "Write its fields below it, `type:` first."
        nodes.wrong("field_invalid", id, "A node has to be a mapping.", mend)
        return None
    fields = nodes.inside(id, document)
    kind = document.get("type")
    if kind is None:
        mend = f"Write one of: {', '.join(NODES)}."
        fields.wrong("field_missing", "type", "The node has no type.", mend)
        return None
    if not isinstance(kind, str) or kind not in NODES:
        message = f"There is no type of node {short(kind)}."
        fields.wrong("node_unknown_type", "type", message, near(kind, NODES))
        return None
    node = NODES[kind].read(fields)
    fields.finish()
    return node


def _start(nodes: Fields, read: Mapping[str, Node]) -> str:
    starts = [id for id, node in read.items() if isinstance(node, Start)]
    for id in starts[1:]:
        message = f"There is a Start already: {short(starts[0])}."
        nodes.wrong("start_twice", id, message, "Keep one of them.")
    if not starts:
        message = "The flow has no Start, so it would never run."
        mend = "Add `start: {type: Start, next: …}`."
        note(nodes.problems, Problem("start_missing", nodes.at, message, mend))
    return starts[0] if starts else ""


def _check_graph(nodes: Fields, read: Mapping[str, Node], start: str) -> None:
    """Whether every node can be reached and every loop can be left. All wires are there."""
    wires = {id: tuple(node.wires.values()) for id, node in read.items()}
    reached = reach(wires, roots(start, read))
    for id in read:
        if id not in reached:
            mend = "Wire a port to it, or remove it."
            nodes.wrong("node_unreachable", id, "No wire leads to this node.", mend)
    back: dict[str, list[str]] = {id: [] for id in read}
    for id, targets in wires.items():
        for to in targets:
            back[to].append(id)
    rests = [id for id, node in read.items() if isinstance(node, WaitingNode) or not node.wires]
    free, told = reach(back, rests), set[str]()
    for id in read:
        if id in free or id in told:
            continue
        ahead = reach(wires, wires[id])
        if id in ahead:
            message = "From here the flow goes round without ever waiting or ending."
            mend = "Put an Input or a Prompt into the loop, or lead it to an End."
            nodes.wrong("loop_without_wait", id, message, mend)
            told |= ahead


def roots(start: str, nodes: Mapping[str, Node]) -> list[str]:
    """Where a flow begins, and where it goes on after a mistake."""
    catches = [id for id, node in nodes.items() if isinstance(node, Catch)]
    return [start, *catches] if start else catches


def catches(nodes: Mapping[str, Node]) -> dict[str, str]:
    """For each node the first Catch that names it, or else the first that is for all."""
    found: dict[str, str] = {}
    for id, node in nodes.items():
        if isinstance(node, Catch):
            for one in node.nodes or nodes:
                named = bool(node.nodes)
                if one not in found or (named and not _names(nodes[found[one]], one)):
                    found[one] = id
    return found


def _names(catch: Node, id: str) -> bool:
    return isinstance(catch, Catch) and id in catch.nodes


def reach(wires: Mapping[str, Iterable[str]], since: Iterable[str]) -> set[str]:
    """Every node that can be reached, those at the beginning included."""
    reached: set[str] = set()
    ahead = list(since)
    while ahead:
        id = ahead.pop()
        if id not in reached:
            reached.add(id)
            ahead.extend(wires[id])
    return reached
