"""What fields of classic nodes say: typed inputs, paths, mustaches, JSON. Pure."""

from __future__ import annotations

import json
import re
from typing import Any

from threadline.bots.flow.classic import velocity

_TAG = re.compile(r"\{\{\{?\s*([#^/!>&]?)\s*([^{}]*?)\s*\}?\}\}")
_PATH = re.compile(velocity.NAME)


def typed(value: Any, kind: Any) -> Any:
    """A typed input of the designer as a value with holes. Raises `ValueError`."""
    match kind:
        case None | "" | "str":
            return velocity.liquid(str(value if value is not None else ""))
        case "msg":
            return velocity.path(str(value))
        case "flow" | "context":
            return velocity.path(str(value), of_message=False)
        case "num":
            number = float(str(value) or 0)
            return int(number) if number.is_integer() else number
        case "bool":
            return str(value).lower() == "true"
        case "json":
            return json_value(str(value))
        case "date":
            return "${msg.timestamp}"
    raise ValueError(f"A value of type `{kind}` has no like here.")


def way(path: str, kind: Any) -> str:
    """Where something is put. Raises `ValueError`."""
    if not _PATH.fullmatch(path):
        raise ValueError(f"`{path[:40]}` is no path that can be set here.")
    match kind:
        case None | "" | "msg":
            return f"msg.{path.removeprefix('msg.')}"
        case "flow" | "context":
            return path
    raise ValueError(f"There is no `{kind}` store here: use `flow`, which is the context.")


def mustache(text: str) -> str:
    """`{{payload.name}}` is a hole here. Raises `ValueError` for sections and partials."""

    def hole(found: re.Match[str]) -> str:
        if found[1] not in ("", "&"):
            raise ValueError(f"`{found[0][:40]}` of Mustache has no like here.")
        name = found[2]
        if name.startswith(("flow.", "context.")):
            return velocity.path(name.partition(".")[2], of_message=False)
        if not _PATH.fullmatch(name):
            raise ValueError(f"`{found[0][:40]}` of Mustache cannot be understood.")
        return velocity.path(name)

    if "${" in text:
        raise ValueError("`${` beside mustaches means something else here.")
    return _TAG.sub(hole, text)


def json_value(text: str) -> Any:
    """Raises `ValueError`."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise ValueError(f"`{text[:40]}` is no JSON.") from None
