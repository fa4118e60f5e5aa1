"""A flow as it is drawn: its nodes, the wires between them, and the lines where each stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from threadline.bots.flow.language import Sketch, reach, roots
from threadline.bots.flow.node import Node, WaitingNode
from threadline.bots.flow.nodes import NODES
from threadline.model.document import child
from threadline.model.places import Part

KINDS: dict[type[Node], str] = {}
"""What each kind of node is called: the first of its names."""
for _name, _kind in NODES.items():
    KINDS.setdefault(_kind, _name)


@dataclass(frozen=True, slots=True)
class Spot:
    """
    A node. `kind` is "" if it cannot be read; `waits` = for an answer; `reached` = wires lead
    to it from the Start. The lines are the first and the last of it, None if it was not read
    from a text.
    """

    id: str
    kind: str
    summary: str
    waits: bool
    reached: bool
    line: int | None = None
    end_line: int | None = None


@dataclass(frozen=True, slots=True)
class Wire:
    """`label` says when it is taken; "" = always."""

    begin: str
    port: str
    end: str
    label: str


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes and wires in the order of the document. `start` is "" if there is none."""

    start: str
    spots: tuple[Spot, ...]
    wires: tuple[Wire, ...]


def draw(flow: Sketch, at: str = "", parts: Mapping[str, Part] | None = None) -> Graph:
    """
    The flow at that path of the document whose `parts` are given; wires that lead nowhere are
    left out. Pure.
    """
    wires = tuple(_wires(flow))
    ways: dict[str, list[str]] = {id: [] for id in flow.ids}
    for wire in wires:
        ways[wire.begin].append(wire.end)
    reached = reach(ways, roots(flow.start, flow.nodes))
    inside = child(at, "nodes")
    spots = (
        _spot(id, flow.nodes.get(id), id in reached, (parts or {}).get(child(inside, id)))
        for id in flow.ids
    )
    return Graph(flow.start, tuple(spots), wires)


def _wires(flow: Sketch) -> Iterator[Wire]:
    ids = set(flow.ids)
    for id, node in flow.nodes.items():
        labels = node.labels
        for port, to in node.wires.items():
            if to in ids:
                label = labels.get(port, "" if port == "next" else port)
                yield Wire(id, port, to, label)


def _spot(id: str, node: Node | None, reached: bool, part: Part | None) -> Spot:
    line, end = (part.whole.line, part.whole.end_line) if part else (None, None)
    if node is None:
        return Spot(id, "", "", False, reached, line, end)
    waits = isinstance(node, WaitingNode)
    return Spot(id, KINDS[type(node)], node.summary, waits, reached, line, end)
