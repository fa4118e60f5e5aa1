"""One turn of a flow of 50 nodes, beside the bare template engine on the same texts."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Any

from bench.options import Options
from bench.report import Finding, Outcome
from liquid import Environment

from threadline.bots.flow import language
from threadline.bots.flow.steps import walk
from threadline.model.endpoint import Endpoint
from threadline.model.turn import Reply, Turn

NODES = 50
TEXTS = 9
"""Of a turn, each with a hole; all else are switches and what is remembered."""
TURNS = 1_000
RUNS = 5
MOST = 200
"""Microseconds of a turn."""

TEXT = "Hello ${name}, you have {% if n > 3 %}many{% else %}few{% endif %} cups."


def run(given: Options) -> Outcome:
    """Interleaved, so that both find the machine as it is."""
    flow, turn = _flow(), _turn()
    liquid = Environment(statement_start_string="${", statement_end_string="}")
    templates = [liquid.from_string(TEXT) for _ in range(TEXTS)]
    scope = {"name": "Ann", "n": 5}

    def bare() -> None:
        for one in templates:
            one.render(scope)

    pairs = [(_timed(lambda: _reply(flow, turn)), _timed(bare)) for _ in range(RUNS)]
    ours, alone = (median(one) * 1_000_000 for one in zip(*pairs, strict=True))
    print(
        f"\nFlow: {NODES} nodes, {TEXTS} of them texts with holes: {ours:.0f} µs of processor"
    )
    print(f"Flow: the template engine alone on these texts: {alone:.0f} µs")
    what = "flow: CPU µs of a turn through 50 nodes"
    return Outcome(
        [
            Finding(what, f"{ours:.0f}", f"under {MOST}", ours < MOST),
            Finding("flow: of the template engine alone", f"{ours / alone:.2f}"),
        ],
        0,
    )


def _timed(do: Callable[[], Any]) -> float:
    """Seconds of one, on the average."""
    began = time.process_time()
    for _ in range(TURNS):
        do()
    return (time.process_time() - began) / TURNS


def _reply(flow: language.Flow, turn: Turn) -> Reply:
    try:
        next(walk(flow, turn))
    except StopIteration as end:
        reply: Reply = end.value
        return reply
    raise AssertionError("The flow wants something done.")


def _flow() -> language.Flow:
    nodes: dict[str, Any] = {"start": {"type": "Start", "next": "n1"}, "end": {"type": "End"}}
    for number in range(1, NODES - 1):
        to = f"n{number + 1}" if number < NODES - 2 else "end"
        if number % 5 == 0:
            nodes[f"n{number}"] = {"type": "Dialogue", "text": TEXT, "next": to}
        elif number % 5 == 1:
            case = {"greater": 100, "next": "end"}
            nodes[f"n{number}"] = {"type": "Switch", "on": "${n}", "cases": [case], "else": to}
        elif number % 10 == 2:
            nodes[f"n{number}"] = {"type": "Set Context", "values": {"last": "x"}, "next": to}
        else:
            nodes[f"n{number}"] = {"type": "Link In", "next": to}
    flow, problems = language.read({"nodes": nodes}, "")
    assert flow is not None, problems
    return flow


def _turn() -> Turn:
    document = {"Address": "flowit-sms", "Name": "Flowit", "Status": "online"}
    context = {"name": "Ann", "n": 5}
    where = Endpoint(1, "flowit", document)
    return Turn("1-1-1", where, "bot", 1, "1-1", "+15550100001", "hi", True, 1, {}, context)
