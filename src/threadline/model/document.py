"""
Text to values: YAML, and JSON as a part of it, with the line on which each value stands.

    load       one document      load_all   every document of a text
    child      the path of a part of a value, such as `bots[0].Flow.nodes.ask`
    locate     problems that know their path, to problems that know their line

Values are what JSON has: mappings with text keys, lists, texts, numbers, true, false, null.
Whatever JSON would not read as a number or as one of the three words is a text: `yes`, `on`,
`2026-01-31`, `007` and `+15550100000` stay as they were written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import yaml

from threadline.errors import Invalid, Problem

MAX_BYTES = 1_000_000
MAX_DEPTH = 64
MAX_PATH = 500
MAX_PROBLEMS = 100
MAX_WEIGHT = 1_000_000
"""Values and characters once every alias is written out."""

LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS = {"": None, "~": None} | {
    form: value
    for word, value in (("null", None), ("true", True), ("false", False))
    for form in (word, word.capitalize(), word.upper())
}
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_TEXT_TAGS = ("!", "tag:yaml.org,2002:str")
_PLAIN_KEY = re.compile(r'[^.\[\]"\s]([^.\[\]"]*[^.\[\]"\s])?')
_SURROGATE = re.compile("[\ud800-\udfff]")
_PAIR = re.compile(r"\\(?:u([dD][89abAB]..)\\u([dD][c-fC-F]..)|u([dD][89a-fA-F]..)|.)", re.S)


@dataclass(frozen=True, slots=True)
class Document:
    """A value and `lines`: on which line of the text each of its parts begins, by path."""

    value: Any
    lines: Mapping[str, int] = field(default_factory=dict, repr=False)


def load(text: str, name: str = "") -> Document:
    """
    The only document of a text; an empty text is null. `name` stands in problems as path.

    Pure. Raises `Invalid`.
    """
    documents = load_all(text, name)
    if len(documents) > 1:
        message = f"There are {len(documents)} documents in it, and one is wanted."
        line = documents[1].lines.get("")
        mend = "Keep one, without a line `---` between two."
        raise Invalid([Problem("yaml_several", name, message, mend, line)])
    return documents[0] if documents else Document(None)


def load_all(text: str, name: str = "") -> list[Document]:
    """Every document of a text, divided by lines `---`. Pure. Raises `Invalid`."""
    size = len(text) if text.isascii() else len(text.encode(errors="replace"))
    if size > MAX_BYTES:
        message = f"The text has {size} bytes; {MAX_BYTES} are allowed."
        raise Invalid([Problem("document_too_large", name, message, "Divide it.")])
    plain = readable(text)
    reading = _Reading(name)
    try:
        documents = list(reading.documents(yaml.parse(plain, Loader=LOADER)))
    except yaml.MarkedYAMLError as why:
        mark: Any = why.problem_mark or why.context_mark
        said = ": ".join(filter(None, (why.context, why.problem)))
        raise Invalid([_broken(name, said, mark.line + 1 if mark else None)]) from None
    except yaml.YAMLError as why:
        line = plain.count("\n", 0, getattr(why, "position", 0)) + 1
        raise Invalid([_broken(name, getattr(why, "reason", str(why)), line)]) from None
    if reading.problems:
        raise Invalid(reading.problems)
    return documents


def readable(text: str) -> str:
    """The same lines, with nothing in them that a reader of YAML stops at. Pure."""
    plain = _SURROGATE.sub("\ufffd", text)
    if plain.lstrip().startswith(("{", "[", '"')):
        plain = _PAIR.sub(_unescape, plain)
    return plain


def child(path: str, key: str | int) -> str:
    """The path of a part: `child("bots[0]", "Name")` is `bots[0].Name`."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    if not _PLAIN_KEY.fullmatch(key):
        return f"{path}[{json.dumps(key, ensure_ascii=False)}]"
    return f"{path}.{key}" if path else key


def locate(problems: Sequence[Problem], lines: Mapping[str, int]) -> list[Problem]:
    """The same problems, each with the line of its path or of the nearest part around it."""
    return [
        problem if problem.line is not None else replace(problem, line=_line(problem, lines))
        for problem in problems
    ]


def _line(problem: Problem, lines: Mapping[str, int]) -> int | None:
    path = problem.path
    while path and path not in lines:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return lines.get(path)


def _broken(name: str, said: str, line: int | None) -> Problem:
    mend = "Look at this line and the one above: indentation, a colon, a quote, a bracket."
    return Problem("yaml_invalid", name, f"This is not YAML: {said}.", mend, line)


def _unescape(found: re.Match[str]) -> str:
    """JSON writes what is beyond U+FFFF as two escapes, which YAML does not know."""
    high, low, lone = found.groups()
    if lone:
        return "\ufffd"
    try:
        pair = json.loads(f'"\\u{high}\\u{low}"') if high else found.group()
    except ValueError:
        return found.group()
    return str(pair)


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not come yet."""

    value: dict[str, Any] | list[Any]
    path: str
    weight: int
    anchor: str | None
    key: str | None = None


class _Reading:
    """Turns a stream of YAML events into values, without recursion and within the limits."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.weight = 0

    def documents(self, events: Iterator[Any]) -> Iterator[Document]:
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                self.open: list[_Open] = []
                self.anchors: dict[str | None, tuple[Any, int]] = {}
                self.lines: dict[str, int] = {}
                self.root: Any = None
            elif isinstance(event, yaml.DocumentEndEvent):
                yield Document(self.root, self.lines)
            elif isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
                mark: Any = event.start_mark
                self.take(event, mark.line + 1)

    def take(self, event: Any, line: int) -> None:
        inside = self.open[-1] if self.open else None
        if isinstance(event, yaml.CollectionEndEvent):
            ended = self.open.pop()
            if ended.anchor is not None:
                self.anchors[ended.anchor] = (ended.value, self.weight - ended.weight)
        elif inside and isinstance(inside.value, dict) and inside.key is None:
            self.take_key(inside, event, line)
        elif isinstance(event, yaml.CollectionStartEvent):
            self.tagged(event, line)
            value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
            path = self.put(value, line, 1)
            if len(self.open) >= MAX_DEPTH:
                message = f"It is nested more than {MAX_DEPTH} deep."
                self.stop("document_too_deep", message, "Make it flatter.", line)
            self.open.append(_Open(value, path, self.weight - 1, event.anchor))
        elif isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                message = f"`*{event.anchor}` names nothing that ends above it."
                self.stop("yaml_invalid", message, f"Write `&{event.anchor}` first.", line)
            value, weight = self.anchors[event.anchor]
            self.put(value, line, weight)
        else:
            scalar, weight = self.scalar(event, line), 1 + len(event.value)
            if event.anchor is not None:
                self.anchors[event.anchor] = (scalar, weight)
            self.put(scalar, line, weight)

    def take_key(self, inside: _Open, event: Any, line: int) -> None:
        value: Any = None
        if isinstance(event, yaml.ScalarEvent):
            value = event.value
        elif isinstance(event, yaml.AliasEvent):
            value = self.anchors.get(event.anchor, (None, 0))[0]
        if not isinstance(value, str):
            message = "A key has to be a text, and this one is a list or a mapping."
            self.stop("key_invalid", message, "Put quotes around it if it is a text.", line)
        if isinstance(event, yaml.ScalarEvent) and event.anchor is not None:
            self.anchors[event.anchor] = (value, 1 + len(value))
        path = self.part(inside, value, line)
        if value in inside.value:
            message = f"`{value[:100]}` stands here twice."
            self.wrong("key_duplicate", path, message, "Remove or rename one of them.", line)
        self.weigh(1 + len(value), line)
        inside.key = value

    def put(self, value: Any, line: int, weight: int) -> str:
        """Give the value its place, and say its path."""
        self.weigh(weight, line)
        if not self.open:
            self.root, self.lines[""] = value, line
            return ""
        inside = self.open[-1]
        if isinstance(inside.value, list):
            path = self.part(inside, len(inside.value), line)
            inside.value.append(value)
        else:
            key, inside.key = inside.key or "", None
            path = self.part(inside, key, line)
            inside.value[key] = value
        return path

    def part(self, inside: _Open, key: str | int, line: int) -> str:
        """The path of a part, its line noted. Endless paths are cut: they help nobody."""
        if len(inside.path) > MAX_PATH:
            return inside.path
        path = child(inside.path, key)
        self.lines.setdefault(path, line)
        return path

    def scalar(self, event: yaml.ScalarEvent, line: int) -> Any:
        text: str = event.value
        if event.tag in _TEXT_TAGS:
            return text
        self.tagged(event, line)
        if not event.implicit[0]:
            return text
        if text in _WORDS:
            return _WORDS[text]
        return _number(text) if NUMBER.fullmatch(text) else text

    def tagged(self, event: Any, line: int) -> None:
        if event.tag is not None:
            message = f"The tag `{event.tag}` is not known here."
            self.stop("yaml_invalid", message, "Leave the tag out; `!!str` may stay.", line)

    def weigh(self, weight: int, line: int) -> None:
        self.weight += weight
        if self.weight > MAX_WEIGHT:
            message = f"With its aliases written out it has more than {MAX_WEIGHT} values."
            self.stop("document_too_large", message, "Use fewer aliases.", line)

    def wrong(self, code: str, path: str, message: str, mend: str, line: int) -> None:
        self.problems.append(Problem(code, path, message, mend, line))
        if len(self.problems) >= MAX_PROBLEMS:
            raise Invalid(self.problems)

    def stop(self, code: str, message: str, mend: str, line: int) -> None:
        """Raises `Invalid`: what follows could not be understood, or would be too much."""
        self.wrong(code, self.open[-1].path if self.open else self.name, message, mend, line)
        raise Invalid(self.problems)


def _number(text: str) -> int | float | str:
    """What no reader of JSON would keep exactly stays a text, such as a 30-digit account."""
    if len(text) <= 18 and text.lstrip("-").isdigit():
        return int(text)
    number = float(text)
    exact = "." in text or "e" in text.lower()
    return number if exact and abs(number) < 1e300 else text
