"""Which texts of a value name secrets. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from threadline.bots.flow.errands import Sealed
from threadline.model.srn import MENTIONED
from threadline.model.templates import Template


def sealed(value: Any) -> Any:
    """They are `Sealed` in it. Raises `ValueError` for one with holes."""
    match value:
        case Template(source, compiled) if MENTIONED.search(source):
            if compiled is not None:
                raise ValueError("A text that names a secret has no holes.")
            return Sealed(source)
        case Mapping():
            return {name: sealed(one) for name, one in value.items()}
        case list():
            return [sealed(one) for one in value]
    return value
