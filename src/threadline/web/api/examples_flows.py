"""Examples of texts of bots, looked over; `examples` has those of everything else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SOURCE = """\
Name: MySmsBot
Type: flow
Flow:
  nodes:
    start: {type: Start, next: hello}
    hello: {type: Dialogue, text: Hello!, next: ende}
    end: {type: End}
"""
NODE = {
    "id": "hello",
    "kind": "Dialogue",
    "summary": "Hello!",
    "waits": False,
    "reached": True,
    "line": 6,
    "end_line": 6,
}
LOOKED = {
    "type": "flow",
    "problems": [
        {
            "code": "wire_unknown_node",
            "path": "Flow.nodes.hello.next",
            "message": "There is no node `ende`.",
            "mend": "Did you mean `end`?",
            "line": 6,
            "column": 49,
            "end_line": 6,
            "end_column": 53,
        }
    ],
    "graph": {
        "start": "start",
        "nodes": [
            {**NODE, "id": "start", "kind": "Start", "summary": "", "line": 5, "end_line": 5},
            NODE,
            {
                **NODE,
                "id": "end",
                "kind": "End",
                "summary": "",
                "reached": False,
                "line": 7,
                "end_line": 7,
            },
        ],
        "wires": [{"begin": "start", "port": "next", "end": "hello", "label": ""}],
    },
    "variables": [],
}
SHAPES: Mapping[str, Any] = {
    "FlowLook": {"source": SOURCE, "bot": "MySmsBot"},
    "FlowLooked": LOOKED,
}
