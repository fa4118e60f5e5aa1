"""Writes a flow of ours as an export that reads as the same flow again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TAB = "threadline"
PORTS = "next other else invalid silent failed interrupted fallback to".split()
STEP = 180
"""Between two nodes on the canvas."""


def write(flow: Mapping[str, Any], label: str) -> list[dict[str, Any]]:
    """The nodes, on one tab. `flow` is what stands under `Flow` and has no problems."""
    nodes = flow["nodes"]
    written: list[dict[str, Any]] = [
        {"id": TAB, "type": "tab", "label": label, "disabled": False, "info": ""}
    ]
    for number, (id, fields) in enumerate(nodes.items()):
        ports = list(_ports(fields, set(nodes), ()))
        own = {"fields": fields, "ports": [list(way) for way, _to in ports]}
        written.append(
            {
                "id": id,
                "z": TAB,
                "type": str(fields["type"]).lower(),
                "name": id,
                "threadline": own,
                "x": 120 + STEP * (number % 6),
                "y": 80 + STEP // 2 * (number // 6),
                "wires": [[to] for _way, to in ports],
            }
        )
    return written


def worker(flow: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The document of a worker with the flow in it."""
    body = write(flow, name)
    flows = {"type": "flows", "path": "/", "body": body}
    return {"Type": "r2-avalanche-worker", "Name": name, "Data": {"flows": flows}}


def _ports(value: Any, ids: set[str], way: tuple[str | int, ...]) -> Any:
    """The places that name nodes, each with the node; only those that wires can stand in."""
    match value:
        case Mapping():
            for name, one in value.items():
                if isinstance(one, str) and one in ids and _wire(way, str(name)):
                    yield (*way, name), one
                elif not isinstance(one, str):
                    yield from _ports(one, ids, (*way, name))
        case list():
            for index, one in enumerate(value):
                if isinstance(one, str) and one in ids and way[-1:] == ("outputs",):
                    yield (*way, index), one
                else:
                    yield from _ports(one, ids, (*way, index))


def _wire(way: tuple[str | int, ...], name: str) -> bool:
    names = (
        "next",
        "other",
        "else",
        "invalid",
        "silent",
        "failed",
        "interrupted",
        "fallback",
        "to",
    )
    return name in names or way[-1:] == ("options",)
