"""Ways into the context and into `msg`: `order.items[0].size`, `msg.total`. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST = 16
"""Names in one way."""
LONGEST = 500
"""Items of a list that a way can make."""
FIXED = ("timestamp", "payload.system", "payload.context.endpointData")

_PART = re.compile(r"([A-Za-z_$][\w$-]{0,99})|\[(\d{1,4})\]")

Name = str | int


@dataclass(frozen=True, slots=True)
class Way:
    """`names` lead from `msg`, or else from the context."""

    names: tuple[Name, ...]
    in_message: bool = False

    def __str__(self) -> str:
        return ".".join(map(str, (*(["msg"] if self.in_message else []), *self.names)))


def parse(written: str) -> Way:
    """Raises `ValueError` with a sentence."""
    names: list[Name] = []
    at = 0
    while at < len(written) and len(names) <= MOST:
        if names and written[at] == ".":
            at += 1
        found = _PART.match(written, at)
        if found is None or (found[2] and not names):
            break
        names.append(found[1] or int(found[2]))
        at = found.end()
    if at < len(written) or not names or len(names) > MOST:
        raise ValueError(f"`{written[:60]}` is no way to a value.")
    first = names[0]
    if first == "msg" and len(names) > 1:
        return _in_message(tuple(names[1:]), written)
    if first == "context" and len(names) > 1:
        names = names[1:]
    if names[0] in ("endpointData", "msg", "context"):
        raise ValueError(f"`{written[:60]}` cannot be changed.")
    return Way(tuple(names))


def _in_message(names: tuple[Name, ...], written: str) -> Way:
    dotted = ".".join(map(str, names))
    if any(dotted == one or dotted.startswith(f"{one}.") for one in FIXED):
        raise ValueError(f"`{written[:60]}` cannot be changed.")
    if names[:2] == ("payload", "context") and len(names) > 2:
        return Way(names[2:])
    return Way(names, in_message=True)


def find(tree: Any, names: Sequence[Name]) -> Any:
    """What is there; None if nothing is."""
    found = tree
    for name in names:
        if isinstance(name, str) and isinstance(found, Mapping):
            found = found.get(name)
        elif isinstance(name, int) and isinstance(found, list) and name < len(found):
            found = found[name]
        else:
            return None
    return found


def put(tree: Any, names: Sequence[Name], value: Any) -> Any:
    """A copy with the value there. What is in the way is replaced. Raises `ValueError`."""
    if not names:
        return value
    name, rest = names[0], names[1:]
    if isinstance(name, str):
        there = dict(tree) if isinstance(tree, Mapping) else {}
        there[name] = put(there.get(name), rest, value)
        return there
    if name >= LONGEST:
        raise ValueError(f"A list may have at most {LONGEST} items.")
    items = list(tree) if isinstance(tree, list) else []
    items += [None] * (name + 1 - len(items))
    items[name] = put(items[name], rest, value)
    return items


def without(tree: Any, names: Sequence[Name]) -> Any:
    """A copy in which nothing is there."""
    name, rest = names[0], names[1:]
    if isinstance(name, str) and isinstance(tree, Mapping) and name in tree:
        if rest:
            return {**tree, name: without(tree[name], rest)}
        return {key: one for key, one in tree.items() if key != name}
    if isinstance(name, int) and isinstance(tree, list) and name < len(tree):
        inner = [without(tree[name], rest)] if rest else []
        return [*tree[:name], *inner, *tree[name + 1 :]]
    return tree
