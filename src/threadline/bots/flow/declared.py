"""
What can be written in each kind of node, found out by having it read a node of nothing.

The nodes themselves are asked, so that what an editor offers is what the check takes.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import Node
from threadline.bots.flow.nodes import NODES
from threadline.bots.flow.variables import RESERVED
from threadline.bots.flow.ways import Way
from threadline.model.liquid import LIQUID, TAGS
from threadline.model.templates import Template

What = Literal["text", "name", "variable", "wire", "value", "list", "mapping", "any"]
"""`text` may have holes, `name` may not; `wire` is a node; `list` has parts of its own."""
ANY_NAME = "…"
"""Stands for the names in a mapping that everybody chooses."""


@dataclass(frozen=True, slots=True)
class Declared:
    """One field. `inside` are those of each part of a list, or the values of a mapping."""

    name: str
    what: What
    required: bool
    inside: tuple[Declared, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """
    All that can be written in a flow. `about` says what each kind of node does; `names` are
    those that every template knows.
    """

    nodes: Mapping[str, tuple[Declared, ...]]
    about: Mapping[str, str]
    names: tuple[str, ...]
    filters: tuple[str, ...]
    tags: tuple[str, ...]


@cache
def vocabulary() -> Vocabulary:
    """Pure."""
    return Vocabulary(
        {name: declared(name) for name in NODES},
        {name: _about(kind) for name, kind in NODES.items()},
        tuple(name for name in RESERVED if name in ("context", "endpointData", "msg")),
        tuple(sorted(LIQUID.filters)),
        tuple(name for name in TAGS if name.isalpha()),
    )


def declared(kind: str) -> tuple[Declared, ...]:
    """The fields of a kind of node, as it asks for them. Pure."""
    found: dict[str, Declared] = {}
    mapping_or_list: tuple[Any, ...] = (None, [])  # where either is taken
    for given in mapping_or_list:
        asked = Asked(given)
        NODES[kind].read(asked)
        for name, one in asked.found.items():
            found[name] = _joined(found.get(name, one), one)
    return tuple(found.values())


def _about(kind: type[Node]) -> str:
    """As its module says it: `Goal: records …`."""
    said = (sys.modules[kind.__module__].__doc__ or "").partition("\n")[0]
    return said.partition(": ")[2]


def _joined(one: Declared, other: Declared) -> Declared:
    plain = other if one.what == "any" else one
    named = {inner.name: inner for inner in (*one.inside, *other.inside)}
    return Declared(one.name, plain.what, plain.required, tuple(named.values()))


class Asked(Fields):
    """A node of nothing, which remembers what it was asked for. `given` is what it gives."""

    def __init__(self, given: Any, found: dict[str, Declared] | None = None) -> None:
        super().__init__({}, "", (), [])
        self.given = given
        self.found: dict[str, Declared] = {} if found is None else found

    def note(self, name: str | int, what: What, required: bool = True) -> None:
        key = str(name)
        inside = self.found[key].inside if key in self.found else ()
        self.found[key] = Declared(key, what, required, inside)

    def get(self, name: str) -> Any:
        if name not in self.found:
            self.note(name, "any", required=False)
        return self.given

    def plain(self, name: str, default: str | None = None) -> str:
        self.note(name, "name", default is None)
        return ""

    def variable(self, name: str, default: str | None = None) -> str:
        self.note(name, "variable", default is None)
        return ""

    def text(self, name: str, default: str | None = None) -> Template:
        self.note(name, "text", default is None)
        return Template("")

    def markup(self, name: str) -> Template:
        return self.text(name)

    def texts(self, name: str, default: str | None = None) -> tuple[Template, ...]:
        return (self.text(name, default),)

    def plains(self, name: str) -> tuple[str, ...]:
        self.note(name, "list", required=False)
        return ()

    def number(self, name: str) -> float | None:
        self.note(name, "value", required=False)
        return None

    def whole(self, name: str, most: int, default: int) -> int:
        self.note(name, "value", required=False)
        return default

    def value(self, name: str) -> Any:
        self.note(name, "value")
        return None

    def titles(self, name: str) -> Mapping[str, str]:
        self.note(name, "name")
        return {"": ""}

    def way(self, name: str) -> Way:
        self.note(name, "variable")
        return Way(())

    def span(self, name: str, default: str | None = None) -> Template:
        return self.text(name, default)

    def sealed(self, name: str) -> Any:
        self.note(name, "value", required=False)
        return None

    def values(self, name: str) -> Mapping[str, Any]:
        self.note(name, "mapping", required=False)
        return {}

    def wires(self, name: str) -> tuple[str, ...]:
        self.note(name, "list", required=False)
        return ()

    def wire(self, name: str, default: str | None = None) -> str:
        self.note(name, "wire", default is None)
        return ""

    def as_wire(self, found: Any, key: str | int) -> str:
        self.note(key, "wire")
        return ""

    def check_variable(self, found: str, key: str) -> None:
        pass

    def mapping(self, name: str) -> Mapping[str, Any]:
        self.note(name, "mapping")
        return {ANY_NAME: None}

    def parts(self, name: str) -> list[Fields]:
        self.note(name, "list")
        return [self.inside(name, {})]

    def inside(self, key: str | int, document: Mapping[str, Any]) -> Fields:
        return _Inner(self, str(key))


class _Inner(Asked):
    """What is asked for inside of a field."""

    def __init__(self, around: Asked, key: str) -> None:
        super().__init__(around.given)
        self.around, self.key = around, key

    def note(self, name: str | int, what: What, required: bool = True) -> None:
        super().note(name, what, required)
        outer = self.around.found.get(self.key)
        if outer is not None:
            self.around.found[self.key] = Declared(
                outer.name, outer.what, outer.required, tuple(self.found.values())
            )
