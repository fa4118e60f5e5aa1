"""Where each part of a document stands in its text, to the character."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import yaml

from threadline.model.document import LOADER, MAX_PATH, child, readable

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


class Span(NamedTuple):  # there are thousands of them, and no dataclass is made as fast
    """From a character to behind another; lines and columns are counted from 1."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Part:
    """`key` is the name of it, in a mapping. What is empty has an empty `value`."""

    value: Span
    key: Span | None = None
    single: bool = True
    """Whether it is one value, not a mapping or a list."""

    @property
    def whole(self) -> Span:
        """With its name."""
        begin, end = self.key or self.value, self.value
        return Span(begin.line, begin.column, end.end_line, end.end_column)


def places(text: str) -> Mapping[str, Part]:
    """
    The parts of a text that `document.load` can read, by path; what stands behind an alias
    stands where it was written. Pure.
    """
    plain = readable(text)
    found = _Places(_BREAK.split(plain))
    root = yaml.compose(plain, Loader=LOADER)
    if root is not None:
        found.take(root, "", None)
    return found.parts


def nearest(path: str, parts: Mapping[str, Part]) -> Part | None:
    """The part of that path, or the innermost around it. Pure."""
    while path and path not in parts:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return parts.get(path)


def whole_line(text: str, line: int) -> Span:
    """All that is written on it. Pure."""
    lines = _BREAK.split(text)
    line = min(max(line, 1), len(lines))
    said = lines[line - 1]
    begin = len(said) - len(said.lstrip()) + 1
    return Span(line, begin, line, max(len(said.rstrip()) + 1, begin))


class _Places:
    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.parts: dict[str, Part] = {}
        self.seen: set[int] = set()

    def take(self, node: Any, path: str, key: Span | None) -> Span:
        """Note the node and all that is in it; where it stands."""
        alias = id(node) in self.seen
        self.seen.add(id(node))
        single = isinstance(node, yaml.ScalarNode)
        span = self.span(node.start_mark, node.end_mark)
        if path not in self.parts:
            self.parts[path] = Part(span, key, single)
        if single or alias:
            return span
        last = None
        if isinstance(node, yaml.MappingNode):
            for name, value in node.value:
                named = self.span(name.start_mark, name.end_mark)
                last = self.take(value, self.path(path, str(name.value)), named)
                last = max(named, last, key=_end)
        else:
            for number, value in enumerate(node.value):
                last = self.take(value, self.path(path, number), None)
        if last is not None and not node.flow_style:  # its mark is where the next thing begins
            span = Span(span.line, span.column, last.end_line, last.end_column)
        self.parts[path] = Part(span, key, False)
        return span

    def path(self, path: str, key: str | int) -> str:
        """Endless ones are cut, as `document.load` does."""
        return path if len(path) > MAX_PATH else child(path, key)

    def span(self, begin: Any, end: Any) -> Span:
        line, column = end.line, end.column
        if line >= len(self.lines):  # the end of a text without a last line break
            line, column = len(self.lines) - 1, len(self.lines[-1])
        while line > begin.line and not self.lines[line][:column].strip():
            line -= 1
            column = len(self.lines[line])
        if line > begin.line:
            column = len(self.lines[line][:column].rstrip())
        return Span(begin.line + 1, begin.column + 1, line + 1, column + 1)


def _end(span: Span) -> tuple[int, int]:
    return span.end_line, span.end_column
