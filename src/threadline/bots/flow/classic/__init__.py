"""
Classic flows: the JSON of a Node-RED style designer, read as flows of ours and written again.

    reading    an export, to its nodes            velocity   `#if($x)` and `$!{x}`, to Liquid
    nodes      each type of node, to one of ours  switching  the rules of Switch and Change
    typed      what their fields say              wiring     ports with several wires, dead ends
    writing    a flow of ours, as an export

`convert` is the way in. All of it is pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from threadline.bots.flow import language
from threadline.bots.flow.classic import nodes, reading, wiring
from threadline.bots.flow.classic.reading import Told
from threadline.errors import Invalid, Problem


@dataclass(frozen=True, slots=True)
class Converted:
    """`flow` is what stands under `Flow` in a bot's document; `told` is what is different."""

    flow: Mapping[str, Any]
    told: tuple[Told, ...]


def convert(document: Any) -> Converted:
    """
    Raises `Invalid` with a problem for each node that cannot be run, and for each that is run
    and wrong.
    """
    export = reading.read(document)
    made = {one.id: nodes.convert(one, export) for one in export.nodes}
    flow = wiring.wire(export, made)
    problems = [
        Problem(
            "classic_unsupported",
            f"nodes[{one.id}]",
            f"{one.title}: {one.why}",
            "Change it where it comes from, or write that part anew.",
        )
        for one in export.told
        if one.stops
    ]
    if not problems:
        problems = [_named(one, flow) for one in language.read(flow.document, "")[1]]
    if problems:
        raise Invalid(problems)
    return Converted(flow.document, tuple(export.told))


def _named(problem: Problem, flow: wiring.Wired) -> Problem:
    """A problem of a node of ours, with the id that it has in the export."""
    name = problem.path.removeprefix("nodes").lstrip(".")
    for ours, theirs in flow.origins.items():
        if name == ours or name.startswith((f"{ours}.", f"{ours}[")):
            where = f"nodes[{theirs}]{name.removeprefix(ours)}"
            return Problem(problem.code, where, problem.message, problem.mend)
    return problem
