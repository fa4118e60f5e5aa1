"""JSON as the tables keep it: text."""

from __future__ import annotations

import json
from typing import Any

import orjson

from threadline.model.plain import clean
from threadline.model.timeline import Element, to_json


def json_text(value: object) -> str:
    """Any JSON value, lone halves of characters included, which no UTF-8 can hold."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return json.dumps(value)


def element_text(element: Element) -> str:
    """An element of the timeline."""
    return json_text(to_json(element))


def element_of(text: str) -> dict[str, Any]:
    """An element as the tables keep it, as JSON that can be sent on."""
    try:
        found: dict[str, Any] = orjson.loads(text)
    except orjson.JSONDecodeError:  # a lone half of a character
        found = orjson.loads(clean(json.dumps(json.loads(text), ensure_ascii=False)))
    return found
