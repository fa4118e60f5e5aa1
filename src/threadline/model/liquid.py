"""
Liquid within bounds: which tags and filters there are, and how much each may do.

Those who write flows are not those who run the server. Beside Liquid's own limits, a range
has an end that is near, and a filter neither takes nor gives more than a text can use.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import wraps
from itertools import chain
from typing import Any

from liquid import Environment, RenderContext
from liquid.ast import Node
from liquid.builtin.expressions import FilteredExpression
from liquid.builtin.expressions.primitive import RangeLiteral
from liquid.expression import Expression
from liquid.filter import with_context

MAX_OUTPUT = 10_000
MAX_MARKUP = 102_400
MAX_ITEMS = 500
TAGS = ("if", "unless", "case", "for", "break", "continue", "assign", "capture", "comment", "#")
NO_FILTERS = ("safe", "escapejs", "strip_html", "newline_to_br")

_INNER = ("content", "output", "illegal")


class _Near(Expression):
    """The end of a range, which may not be far from its start."""

    def __init__(self, start: Expression, stop: Expression) -> None:
        super().__init__(token=stop.token)
        self.start, self.stop = start, stop

    def evaluate(self, context: RenderContext) -> object:
        start, stop = self.start.evaluate(context), self.stop.evaluate(context)
        if _whole(stop) - _whole(start) >= MAX_ITEMS:
            raise ValueError(f"A range may have at most {MAX_ITEMS} numbers.")
        return stop

    def children(self) -> list[Expression]:
        return [self.stop]


def _whole(number: Any) -> int:
    try:
        return int(number)
    except (ValueError, TypeError):
        return 0


def bound(nodes: Iterable[Node]) -> None:
    """Bounds every range, and raises for filters that do not exist."""
    waiting: list[Node | Expression] = list(nodes)
    anything: Any = None
    while waiting:
        part = waiting.pop()
        if isinstance(part, Node):
            waiting.extend(chain(part.children(anything), part.expressions()))
            continue
        if isinstance(part, RangeLiteral):
            part.stop = _Near(part.start, part.stop)
        if isinstance(part, FilteredExpression):
            for called in part.filters or ():
                called.validate_filter_arguments(LIQUID)
        waiting.extend(part.children())


def _bounded(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, for values of a bounded size and with results of a bounded size."""

    @wraps(call)
    def within(value: Any, *args: Any, **kwargs: Any) -> Any:
        sizes = [_size(given) for given in (value, *args)]
        if name.startswith("replace") and len(args) == 2:
            sizes.append(str(value).count(str(args[0])) * len(str(args[1])))
        if max(sizes) <= MAX_OUTPUT:
            result = call(value, *args, **kwargs)
            if _size(result) <= MAX_OUTPUT:
                return result
        most = f"{MAX_OUTPUT} characters or {MAX_ITEMS} items"
        raise ValueError(f"`{name}` is for at most {most}.")

    return within


def _size(value: Any) -> int:
    """In characters; an item of a list counts as some."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, list | tuple | range):
        return len(value) * (MAX_OUTPUT // MAX_ITEMS)
    return 0


def _on_the_turns_clock(date: Callable[..., Any]) -> Callable[..., Any]:
    """`'now' | date` is when the text came in, so that a turn asked again says the same."""

    @with_context
    @wraps(date)
    def at(value: Any, *args: Any, context: RenderContext, **kwargs: Any) -> Any:
        if value in ("now", "today"):
            message: Any = context.globals["msg"]
            value = datetime.fromtimestamp(message["timestamp"] / 1000, UTC)
        return date(value, *args, **kwargs)

    return at


class _Liquid(Environment):
    context_depth_limit = 15
    block_nesting_limit = 15
    loop_iteration_limit = MAX_ITEMS
    local_namespace_limit = 2 * MAX_OUTPUT
    output_stream_limit = MAX_OUTPUT

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        super().setup_tags_and_filters(extra=extra)
        self.tags = {name: self.tags[name] for name in (*_INNER, *TAGS)}
        self.filters = {
            name: _bounded(name, _on_the_turns_clock(call) if name == "date" else call)
            for name, call in self.filters.items()
            if name not in NO_FILTERS
        }


class _MarkupLiquid(_Liquid):
    output_stream_limit = MAX_MARKUP


LIQUID: Environment = _Liquid(statement_start_string="${", statement_end_string="}")
MARKUP: Environment = _MarkupLiquid(
    statement_start_string="${", statement_end_string="}", autoescape=True
)
"""For XML: what is put in is escaped, so that it is words and never elements."""
