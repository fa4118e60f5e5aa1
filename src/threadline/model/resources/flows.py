"""A bot's text looked over: what is wrong, and where; and its flow as it would be drawn."""

from __future__ import annotations

from typing import NotRequired

from typing_extensions import TypedDict


class FlowLook(TypedDict):
    """A text to look over. Nothing is kept."""

    source: str
    """A bot, or a flow alone, as YAML or JSON."""
    bot: NotRequired[str]
    """The bot that it is to be, if there is one."""


class FlowProblem(TypedDict):
    """One thing that is wrong, and the characters that it is about, counted from 1."""

    code: str
    """Stable; the reference explains each."""
    path: str
    """The field, such as `Flow.nodes.ask.next`."""
    message: str
    """What is wrong."""
    mend: str
    """What to do about it."""
    line: int
    """Where it begins."""
    column: int
    """The character of that line."""
    end_line: int
    """Where it ends."""
    end_column: int
    """The character of that line behind it."""


class FlowNode(TypedDict):
    """A node of a flow."""

    id: str
    """Its name."""
    kind: str
    """Its type, such as Prompt; empty if it cannot be read."""
    summary: str
    """What it says, asks or remembers."""
    waits: bool
    """Whether the flow waits here for an answer."""
    reached: bool
    """Whether wires lead to it from the Start."""
    line: int
    """Its first line."""
    end_line: int
    """Its last line."""


class FlowWire(TypedDict):
    """A way from one node to another."""

    begin: str
    """The node that it leaves."""
    port: str
    """The node's port, such as `next`."""
    end: str
    """The node that it leads to."""
    label: str
    """When it is taken; empty if always."""


class FlowGraph(TypedDict):
    """A flow as it is drawn. Wires that lead nowhere are left out."""

    start: str
    """The node where sessions begin; empty if there is none."""
    nodes: list[FlowNode]
    """In the order of the text."""
    wires: list[FlowWire]
    """In the order of the text."""


class FlowLooked(TypedDict):
    """What there is to see in a text."""

    type: str
    """The bot's Type; empty if the text cannot be read."""
    problems: list[FlowProblem]
    """Everything that would be told if it were published."""
    graph: FlowGraph | None
    """The flow, as much as can be read of it; null where there is none."""
    variables: list[str]
    """The context variables that its nodes give values to."""
