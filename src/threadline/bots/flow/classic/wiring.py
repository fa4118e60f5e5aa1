"""Joins the nodes of a classic flow: one way after the other, and an End where none goes on."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from threadline.bots.flow.classic.nodes import Made
from threadline.bots.flow.classic.reading import ClassicNode, Export

END = "end"
SEVERAL = "It leads to several nodes at once, and one of them waits for the contact."
DEEP = 200
"""Copies of nodes that a port with several wires may need."""


@dataclass(slots=True)
class Wired:
    """`origins` has for each node of ours the id that it comes from."""

    document: dict[str, Any]
    origins: dict[str, str] = field(default_factory=dict)


class Wiring:
    def __init__(self, export: Export, made: Mapping[str, Made | None]) -> None:
        self.export = export
        self.made = {id: one for id, one in made.items() if one is not None}
        self.nodes = {node.id: node for node in export.nodes if node.id in self.made}
        self.names = _names(list(self.nodes.values()), self.made)
        self.written: dict[str, dict[str, Any]] = {}
        self.origins: dict[str, str] = {}
        self.todo: deque[tuple[str, str, str]] = deque()
        self.copies = 0

    def targets(self, node: ClassicNode, port: int) -> list[str]:
        classic = "threadline" not in node.fields
        if classic and self.made[node.id].fields["type"] == "Link Out":
            found = [str(one) for one in node.fields.get("links") or ()]
        else:
            found = list(node.wires[port]) if port < len(node.wires) else []
        return [to for to in found if to in self.nodes]

    def write(self, id: str, name: str, then: str) -> str:
        """The node under a name of ours; where nothing follows it goes on to `then`."""
        if name not in self.origins:
            self.origins[name] = id
            self.todo.append((id, name, then))
        return name

    def write_all(self) -> None:
        """Every node that something leads to by now."""
        while self.todo:
            self._write(*self.todo.popleft())

    def _write(self, id: str, name: str, then: str) -> None:
        node, made = self.nodes[id], self.made[id]
        fields = owner = self.written[name] = deepcopy(made.fields)
        for number, more in enumerate(made.after, 1):
            following = f"{name} + {number}"
            _put(owner, ("next",), following)
            owner = self.written[following] = deepcopy(more)
            self.origins[following] = id
        for port, way in enumerate(made.ports):
            _put(owner, way, self.lead(node, self.targets(node, port), then))
        if fields.get("type") == "Switch":
            fields.setdefault("else", then)
        if fields.get("type") == "Catch" and fields.get("nodes"):
            fields["nodes"] = [self.names.get(one, one) for one in fields["nodes"]]

    def lead(self, node: ClassicNode, targets: list[str], then: str) -> str:
        """
        The node of ours that a port leads to. Several wires are gone one after the other,
        which is what happens to them, too, as long as none of them waits.
        """
        following = then
        for number, to in reversed(list(enumerate(targets))):
            if number == len(targets) - 1 and then == END:
                following = self.write(to, self.names[to], END)
                continue
            if self.waits(to):
                self.export.tell(node, SEVERAL, stops=True)
                return following
            self.copies += 1
            if self.copies > DEEP:
                self.export.tell(node, "Too many ways lead apart and together.", stops=True)
                return following
            following = self.write(to, f"{self.names[to]} ({self.copies})", following)
        return following

    def waits(self, id: str) -> bool:
        """Whether it, or anything after it, waits for the contact or goes elsewhere."""
        seen, ahead = {id}, [id]
        while ahead:
            one = ahead.pop()
            made, node = self.made[one], self.nodes[one]
            if made.rests or not made.ports:
                return True
            for port in range(len(made.ports)):
                for to in self.targets(node, port):
                    if to not in seen:
                        seen.add(to)
                        ahead.append(to)
        return False


def wire(export: Export, made: Mapping[str, Made | None]) -> Wired:
    """The document of the flow; what cannot be joined is told."""
    wiring = Wiring(export, made)
    kinds = {id: one.fields.get("type") for id, one in wiring.made.items()}
    for id, kind in kinds.items():
        if kind in ("Start", "Catch"):
            wiring.write(id, wiring.names[id], END)
    wiring.write_all()
    reached = set(wiring.origins.values())
    for node in wiring.nodes.values():
        if node.id not in reached:
            export.tell(node, "Nothing leads to it, so it is left out.")
    if END not in wiring.written and repr(END) in repr(wiring.written):
        wiring.written[END] = {"type": "End"}
    return Wired({"nodes": wiring.written}, wiring.origins)


def _names(nodes: list[ClassicNode], made: Mapping[str, Made]) -> dict[str, str]:
    """A name that people can read, for each id; no two are the same."""
    ours = {node.id for node in nodes if "threadline" in node.fields}
    taken = ours | {END}
    names: dict[str, str] = {}
    for node in nodes:
        if node.id in ours:
            names[node.id] = node.id
            continue
        kind = str(made[node.id].fields["type"]).lower()
        name = wanted = node.text("name", "label")[:80].strip() or kind
        number = 1
        while name in taken:
            number += 1
            name = f"{wanted} {number}"
        taken.add(name)
        names[node.id] = name
    return names


def _put(fields: Any, way: tuple[str | int, ...], to: str) -> None:
    found = fields
    for name in way[:-1]:
        found = found[name]
    found[way[-1]] = to
