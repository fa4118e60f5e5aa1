"""Requests that the model may make: what it is told of them, and what is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from threadline.errors import Problem
from threadline.model.document import child
from threadline.model.elsewhere import (
    METHODS,
    Caller,
    check_headers,
    check_timeout,
    check_url,
)
from threadline.model.turn import Turn

BODILESS = ("GET", "DELETE")
MAX_TOOLS = 32
MAX_ANSWER = 262_144
MOST = 8_000
"""Characters of an answer that the model gets."""
TIMEOUT_SECONDS = 10
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Tool:
    """`parameters` is a JSON schema. A header may be the name of a secret."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    seconds: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request that the model wants, without the tool's own headers."""

    url: str
    body: bytes | None
    headers: Mapping[str, str]


def read(document: Mapping[str, Any]) -> Tool:
    """Of a document without problems. Pure."""
    return Tool(
        name=document["Name"],
        description=document.get("Description", ""),
        parameters=document.get("Parameters") or {"type": "object", "properties": {}},
        method=document.get("Method", "POST").upper(),
        url=document["Url"],
        headers=document.get("Headers") or {},
        seconds=document.get("TimeoutSeconds", TIMEOUT_SECONDS),
    )


def request(tool: Tool, turn: Turn, arguments: str) -> Wanted:
    """
    What is sent for the arguments that the model gave. The contact stands in a header, where
    no model wrote it. The same request of the same turn has the same key, however often the
    model is asked. Pure. Raises `ValueError`.
    """
    try:
        given = orjson.loads(arguments or "{}")
    except orjson.JSONDecodeError:
        given = None
    if not isinstance(given, dict):
        raise ValueError("The arguments have to be one JSON object.")
    body = orjson.dumps(given, option=orjson.OPT_SORT_KEYS)
    same = sha256(b"\0".join((turn.id.encode(), tool.name.encode(), body))).hexdigest()
    headers = {
        "Accept": "application/json",
        "Threadline-Turn": turn.id,
        "Threadline-Contact": quote(turn.contact, safe="+@:"),
    }
    if tool.method != "GET":
        headers["Idempotency-Key"] = same
    if tool.method not in BODILESS:
        return Wanted(tool.url, body, headers)
    plain = {
        name: one if isinstance(one, str) else orjson.dumps(one).decode()
        for name, one in given.items()
    }
    joint = "&" if "?" in tool.url else "?"
    return Wanted(tool.url + (joint + urlencode(plain) if plain else ""), None, headers)


def check(document: Mapping[str, Any], at: str, caller: Caller) -> Iterator[Problem]:
    """Everything that is wrong with the list of a bot's tools."""
    found = document.get("Tools")
    if found is None:
        return
    if not isinstance(found, list) or len(found) > MAX_TOOLS:
        mend = f"Write a list of at most {MAX_TOOLS}, each with Name and Url."
        yield Problem("field_invalid", at, "These are no tools.", mend)
        return
    for number, tool in enumerate(found):
        where = child(at, number)
        if not isinstance(tool, Mapping):
            mend = "Write Name, Description, Parameters, Method and Url."
            yield Problem("field_invalid", where, "This is no tool.", mend)
            continue
        yield from _check(document, tool, where, caller)


def _check(
    document: Mapping[str, Any], tool: Mapping[str, Any], at: str, caller: Caller
) -> Iterator[Problem]:
    name = tool.get("Name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        mend = "Use 1 to 64 letters, digits, hyphens and underscores."
        yield Problem("name_invalid", child(at, "Name"), "It cannot be called this.", mend)
    mend = "Write where it is, such as `https://api.example.com/stock`."
    yield from check_url(tool.get("Url"), child(at, "Url"), caller, mend)
    yield from check_timeout(tool, child(at, "TimeoutSeconds"))
    if str(tool.get("Method", "POST")).upper() not in METHODS:
        mend = f"Write one of: {', '.join(METHODS)}."
        yield Problem("method_invalid", child(at, "Method"), "There is no such method.", mend)
    if not isinstance(tool.get("Parameters", {}), Mapping):
        mend = 'Write a JSON schema, such as `{"type": "object", "properties": {…}}`.'
        yield Problem("field_invalid", child(at, "Parameters"), "This is no schema.", mend)
    yield from check_headers(document, tool.get("Headers"), child(at, "Headers"))
