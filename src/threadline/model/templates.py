"""
Texts with holes: `Hello ${name}`, in the Liquid language with `${ }` for what is put in.

    parse        a text, to a Template            parse_all   every text inside a value
    render       to the text that is said         fill        the value, its holes filled
    parse_markup XML, in which what is put in is escaped

What a template may do is bounded (`liquid`), and so is its own length. Both parsing and
rendering raise `ValueError` with a sentence about the template.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from liquid import BoundTemplate, Environment, RenderContext
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.output import OutputNode
from liquid.exceptions import LiquidError

from threadline.model.liquid import LIQUID, MARKUP, MAX_MARKUP, bound
from threadline.model.plain import clean

Scope = Mapping[str, Any]

MAX_SOURCE = 5_000
MAX_HOLE = 500
MAX_NESTED = 32

_OPENS = re.compile(r"\$\{|\{%")
_BLANKS = re.compile(r"\s{50}")
_RAW = re.compile(r"\{%-?\s*raw\s*-?%\}.*?\{%-?\s*endraw\s*-?%\}", re.DOTALL)
_MUSTACHE = re.compile(r"\{\{\s*([A-Za-z_][\w.]*)[^{}]*\}\}")


@dataclass(frozen=True, slots=True)
class Template:
    """
    `compiled` is None for a text without holes, which costs nothing to render. `way` leads to
    the value of a text that is nothing but one hole with a name in it, as most echo is. A text
    in several `languages` is itself the first of them.
    """

    source: str
    compiled: BoundTemplate | None = field(default=None, repr=False, compare=False)
    way: tuple[str, ...] = field(default=(), repr=False, compare=False)
    languages: Mapping[str, Template] = field(default_factory=dict)

    def render(self, scope: Scope) -> str:
        """The text. What is not known is empty. Pure. Raises `ValueError`."""
        if self.compiled is None:
            return self.source
        found = _look_up(self.way, scope) if self.way else None
        if type(found) is str:
            return found
        return str(_guarded(self.compiled, scope, _text))

    def value(self, scope: Scope) -> Any:
        """
        Like `render`, except that a template of nothing but one hole, such as
        `${visits | plus: 1}`, keeps the type of what it finds. Pure. Raises `ValueError`.
        """
        if self.compiled is None:
            return self.source
        if self.way and (found := _look_up(self.way, scope)) is not None:
            return found
        match self.compiled.nodes:
            case [OutputNode()]:
                return _guarded(self.compiled, scope, _only_value)
        return self.render(scope)


def parse(source: str, most: int = MAX_SOURCE) -> Template:
    """`most` characters it may have. Pure. Raises `ValueError`."""
    source = clean(source)
    compiled = _compile(source, LIQUID, most)
    return Template(source, compiled, _way(compiled) if compiled else ())


def parse_markup(source: str) -> Template:
    """Pure. Raises `ValueError`."""
    source = clean(source)
    return Template(source, _compile(source, MARKUP, MAX_MARKUP))


def _compile(source: str, language: Environment, most: int) -> BoundTemplate | None:
    """None for a text without holes."""
    _look_over(source, most)
    if "${" not in source and "{%" not in source:
        return None
    try:
        compiled = language.from_string(source)
        bound(compiled.nodes)
    except LiquidError as why:
        raise ValueError(_sentence(why)) from None
    return compiled


def _way(compiled: BoundTemplate) -> tuple[str, ...]:
    """The names in a template that is nothing but `${one.two}`; none for any other."""
    match compiled.nodes:
        case [OutputNode(expression=FilteredExpression(left=Path(path=path), filters=[]))]:
            names = tuple(part for part in path if isinstance(part, str))
            return names if len(names) == len(path) else ()
    return ()


def _look_up(way: tuple[str, ...], scope: Scope) -> str | int | float | None:
    """
    The text, or the number that JSON can hold, that is there; None if it is something else,
    so that Liquid has to say what it is.
    """
    found: Any = scope
    for name in way:
        if not isinstance(found, dict) or name not in found:
            return None
        found = found[name]
    if type(found) is str:
        return clean(found)
    small = type(found) is int and abs(found) < 2**53
    return found if small or type(found) is bool else None


def parse_all(value: Any) -> Any:
    """The value with a Template in place of each text. Pure. Raises `ValueError`."""
    match value:
        case str():
            return parse(value)
        case Mapping():
            return {key: parse_all(part) for key, part in value.items()}
        case list():
            return [parse_all(part) for part in value]
    return value


def fill(value: Any, scope: Scope) -> Any:
    """What `parse_all` made, with every hole filled. Pure. Raises `ValueError`."""
    match value:
        case Template():
            return value.value(scope)
        case int() | float() | None:
            return value
        case Mapping():
            return {key: fill(part, scope) for key, part in value.items()}
        case list():
            return [fill(part, scope) for part in value]
    return value


def _look_over(source: str, most: int) -> None:
    """What Liquid would take for plain text, or would take long to understand."""
    if len(source) > most:
        raise ValueError(f"The text has {len(source)} characters; {most} are allowed.")
    source = _RAW.sub("", source)
    if found := _MUSTACHE.search(source):
        raise ValueError(f"`{found[0]}` is written `${{{found[1]}}}` here.")
    at = 0
    while found := _OPENS.search(source, at):
        opened, closes = found[0], "}" if found[0] == "${" else "%}"
        end = source.find(closes, found.end())
        if end < 0:
            raise ValueError(f"`{opened}` is not closed with `{closes}`.")
        if end - found.end() > MAX_HOLE:
            raise ValueError(f"More than {MAX_HOLE} characters between `{opened}` and its end.")
        if _BLANKS.search(source, found.end(), end):
            raise ValueError(f"Too many blanks in a row after `{opened}`.")
        at = end + len(closes)


def _guarded(compiled: BoundTemplate, scope: Scope, read: Callable[..., Any]) -> Any:
    try:
        return read(compiled, RenderContext(compiled, globals=scope))
    except LiquidError as why:
        raise ValueError(_sentence(why)) from None
    except ValueError:
        raise
    except Exception as why:  # a filter may raise anything when it is given odd data
        raise ValueError(f"A filter failed with {type(why).__name__}.") from why


def _text(compiled: BoundTemplate, context: RenderContext) -> str:
    buffer = context.get_buffer()
    compiled.render_with_context(context, buffer)
    return clean(buffer.getvalue())


def _only_value(compiled: BoundTemplate, context: RenderContext) -> Any:
    (hole,) = compiled.nodes
    assert isinstance(hole, OutputNode)
    found = hole.expression.evaluate(context)
    if found is None or hasattr(found, "__liquid__"):
        return ""
    return _plain(found)


def _plain(found: Any, depth: int = 0) -> Any:
    """The same as values that JSON has."""
    if depth > MAX_NESTED:
        raise ValueError(f"The value is nested more than {MAX_NESTED} deep.")
    match found:
        case bool() | None:
            return found
        case int() if abs(found) < 2**53:
            return found
        case int() | float():
            number = float(found)
            if number - number != 0:
                raise ValueError("The result is not a number.")
            return number
        case str():
            return clean(found)
        case Mapping():
            return {clean(str(k)): _plain(v, depth + 1) for k, v in found.items()}
        case list() | tuple() | range():
            return [_plain(part, depth + 1) for part in found]
    return clean(str(found))


def _sentence(why: LiquidError) -> str:
    said = str(why.args[0])[:200].rstrip(".") if why.args else "cannot be understood"
    said = f"In the template: {said}"
    if why.token is None or why.token.start_index < 0:
        return f"{said}."
    near = why.token.source[why.token.start_index :][:20].strip()
    return f"{said}, at `{near}`." if near else f"{said}."
