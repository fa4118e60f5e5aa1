"""Looks over the text of a bot: everything that is wrong with it and where, and its flow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from threadline.app import App
from threadline.bots.flow import language
from threadline.bots.flow.graph import Graph, draw
from threadline.bots.flow.language import Sketch
from threadline.errors import Invalid, Problem
from threadline.model.document import Document, load
from threadline.model.places import Part, Span, nearest, places, whole_line
from threadline.model.resources.flows import FlowGraph, FlowLooked, FlowProblem
from threadline.operations import bot_checks, bot_drafts, organizations
from threadline.operations.bots import among

ABOUT_THE_NAME = ("field_unknown",)
"""Problems of a field as such, not of what is written there."""


async def look(
    app: App, *, organization: str | None, source: str, bot: str | None = None
) -> FlowLooked:
    """
    The text may be of the bot of that name, of one that is not there yet, or a flow alone.
    Raises `NotFound`, and `Invalid` for another organization; what is wrong with the text is
    in the answer.
    """
    owner = (await organizations.find(app, organization)).name
    if bot is None:
        problems, document = await _of_new(app, owner, source)
    else:
        record = among(await app.store.bots(), owner, bot)
        problems, document = await bot_drafts.looked_over(app, record, source)
    if document is None:
        told = [_told(one, whole_line(source, one.line or 1)) for one in problems]
        return {"type": "", "problems": told, "graph": None, "variables": []}
    value, parts = document.value, places(source)
    alone = bot is None and _is_flow(value)
    type_ = "flow" if alone else str(value.get("Type", "")) if _has_fields(value) else ""
    sketch, graph = Sketch(), None
    if type_ == "flow":
        at = "" if alone else "Flow"
        sketch, _problems = language.sketch(value if alone else value.get("Flow"), at)
        graph = _drawn(draw(sketch, at, parts))
    return {
        "type": type_,
        "problems": [_told(one, _span(one, parts, source)) for one in problems],
        "graph": graph,
        "variables": sorted(sketch.variables),
    }


def _has_fields(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_flow(value: Any) -> bool:
    return isinstance(value, Mapping) and "nodes" in value and "Type" not in value


async def _of_new(app: App, owner: str, source: str) -> tuple[list[Problem], Document | None]:
    """What keeps it from being a bot or a flow, and its document if it can be read."""
    try:
        document = load(source)
    except Invalid as why:
        return list(why.problems), None
    value = document.value
    if _is_flow(value):
        return language.read(value, "")[1], document
    if not isinstance(value, Mapping):
        mend = "Write its fields, each with a colon: Name, Type, Flow."
        return [Problem("field_invalid", "", "It has no fields.", mend)], document
    problems = bot_checks.check(app, owner, value, "")
    told = {one.path for one in problems}
    there = {one.srn for one in await app.store.secrets()}
    missing = bot_checks.missing_secrets(value, "", there)
    return problems + [one for one in missing if one.path not in told], document


def _span(problem: Problem, parts: Mapping[str, Part], source: str) -> Span:
    """What an editor underlines."""
    part = nearest(problem.path, parts)
    if part is None:
        return whole_line(source, problem.line or 1)
    empty = (part.value.line, part.value.column) == (part.value.end_line, part.value.end_column)
    if problem.path in parts and part.single and problem.code not in ABOUT_THE_NAME:
        return part.whole if empty else part.value
    return part.key or whole_line(source, part.value.line)


def _told(problem: Problem, span: Span) -> FlowProblem:
    return {
        "code": problem.code,
        "path": problem.path,
        "message": problem.message,
        "mend": problem.mend,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


def _drawn(graph: Graph) -> FlowGraph:
    return {
        "start": graph.start,
        "nodes": [
            {
                "id": one.id,
                "kind": one.kind,
                "summary": one.summary,
                "waits": one.waits,
                "reached": one.reached,
                "line": one.line or 1,
                "end_line": one.end_line or 1,
            }
            for one in graph.spots
        ],
        "wires": [
            {"begin": one.begin, "port": one.port, "end": one.end, "label": one.label}
            for one in graph.wires
        ],
    }
