"""JSON as the tables keep it: text."""

from __future__ import annotations

import json

import orjson

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
