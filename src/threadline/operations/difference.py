"""What is different between two documents, field by field. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from threadline.model.document import child
from threadline.model.resources.configuration import Field

MISSING = object()


def between(old: Any, new: Any, at: str = "") -> Iterator[Field]:
    """`{"path": "Status", "old": "offline", "new": "online"}`; a missing side is left out."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in dict.fromkeys([*old, *new]):
            there = old.get(name, MISSING), new.get(name, MISSING)
            yield from between(*there, child(at, name))
        return
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for n, pair in enumerate(zip(old, new, strict=True)):
            yield from between(*pair, child(at, n))
        return
    if old != new or type(old) is not type(new):
        field: Field = {"path": at}
        if old is not MISSING:
            field["old"] = old
        if new is not MISSING:
            field["new"] = new
        yield field
