"""What an export of a classic flow has: its nodes, and what can be told of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from threadline.errors import Invalid, Problem

MAX_NODES = 2_000
UNSEEN = ("tab", "comment", "group", "junction-label")
"""They are drawn, and never run."""


@dataclass(frozen=True, slots=True)
class Told:
    """Of a node: `stops` = it cannot be run, else it is run otherwise, or left out."""

    id: str
    title: str
    why: str
    stops: bool = False


@dataclass(frozen=True, slots=True)
class ClassicNode:
    """`wires` has for each port the nodes that it leads to."""

    id: str
    type: str
    fields: Mapping[str, Any]
    wires: tuple[tuple[str, ...], ...]

    @property
    def title(self) -> str:
        """As people know it: its name and its type."""
        name = self.fields.get("name") or self.fields.get("label")
        return f"{name} ({self.type})" if isinstance(name, str) and name.strip() else self.type

    def text(self, *names: str) -> str:
        """The first of these fields that is a text with something in it."""
        for name in names:
            found = self.fields.get(name)
            if isinstance(found, str) and found.strip():
                return found
        return ""


@dataclass(slots=True)
class Export:
    nodes: list[ClassicNode]
    told: list[Told] = field(default_factory=list)

    def tell(self, node: ClassicNode, why: str, stops: bool = False) -> None:
        self.told.append(Told(node.id, node.title, why, stops))


def read(document: Any) -> Export:
    """A worker's document, `{flows: [...]}` or the nodes alone. Raises `Invalid`."""
    found = _nodes(document)
    if found is None or not all(isinstance(one, Mapping) for one in found):
        raise Invalid([_none("This is no export of a flow: it has no list of nodes.")])
    if len(found) > MAX_NODES:
        raise Invalid([_none(f"The flow has {len(found)} nodes; {MAX_NODES} are allowed.")])
    off = {
        str(one.get("id")) for one in found if one.get("type") == "tab" and one.get("disabled")
    }
    export = Export([])
    seen: set[str] = set()
    for one in found:
        node = _node(one)
        if node.type in UNSEEN or (node.type.startswith("subflow:") and not node.wires):
            continue
        if one.get("z") in off or one.get("d") is True:
            export.tell(node, "It is disabled, and left out.")
        elif not node.id or node.id in seen:
            export.tell(node, "Its id is missing, or another node has it too.", stops=True)
        else:
            seen.add(node.id)
            export.nodes.append(node)
    if not export.nodes:
        raise Invalid([_none("The flow has no nodes that run.")])
    return export


def _nodes(document: Any) -> list[Any] | None:
    """Wherever they stand in the document."""
    match document:
        case list():
            return document
        case {"Data": {"flows": {"body": list(body)}}}:
            return body
        case {"Data": {"flows": str()}} | {"flows": str()}:
            return None
        case {"flows": list(body)} | {"flows": {"body": list(body)}} | {"nodes": list(body)}:
            return body
    return None


def _node(one: Mapping[str, Any]) -> ClassicNode:
    wires = one.get("wires")
    ports = wires if isinstance(wires, list) else []
    return ClassicNode(
        str(one.get("id") or ""),
        str(one.get("type") or ""),
        one,
        tuple(
            tuple(str(to) for to in port) if isinstance(port, list) else () for port in ports
        ),
    )


def _none(message: str) -> Problem:
    mend = "Export it in the designer (Export, JSON) or with its worker, and give that file."
    return Problem("classic_invalid", "", message, mend)
