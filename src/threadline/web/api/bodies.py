"""What comes with a request: of a size that fits, JSON, and text that the store can hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
from fastapi import Request

from threadline.errors import Invalid, Problem, TooLarge
from threadline.model import document

LARGEST = 4 * 1024 * 1024
"""Bytes of a body: documents of many bots fit."""
DEEPEST = document.MAX_DEPTH + 2
"""How deep a body may be nested: a list of documents that a file may hold."""


async def read(request: Request, wanted: bool) -> None:
    """
    All of the body, so that whoever asks for it later has it, as JSON if one is `wanted`.
    Raises `TooLarge`, `Invalid`.
    """
    body = await _bytes(request)
    request._body = body  # where Starlette keeps it once it was read
    _check(" ".join([request.scope["path"], *request.query_params.values()]), "URL")
    if wanted and body:
        request._json = _json(body, request.headers.get("content-type", "missing"))


async def _bytes(request: Request) -> bytes:
    said = request.headers.get("content-length", "0")
    size = int(said) if said.isdecimal() else 0
    chunks: list[bytes] = []
    if size <= LARGEST:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > LARGEST:
                break
            chunks.append(chunk)
    if size > LARGEST:
        raise TooLarge(f"The body has more than {LARGEST // 1024 // 1024} MB.")
    return b"".join(chunks)


def _json(body: bytes, said: str) -> Any:
    """
    Stricter than the framework: without half characters, numbers without end, and what is
    nested so deep that it could not be told again. Pure.
    """
    kind = said.partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise _no_json(f"Its Content-Type is {kind}.")
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as why:
        raise _no_json(f"It is no JSON: {why.msg}.", why.lineno) from None
    if body.count(b"{") + body.count(b"[") > DEEPEST and _deeper(found, DEEPEST):
        raise _no_json(f"It is nested more than {DEEPEST} deep.")
    if b"\\u0000" in body:
        for text in _texts(found):
            _check(text, "body")
    return found


def _deeper(value: Any, levels: int) -> bool:
    """Whether there is anything below so many levels of lists and objects."""
    here = [value]
    for _level in range(levels + 1):
        here = [
            part
            for one in here
            if isinstance(one, dict | list)
            for part in (one.values() if isinstance(one, dict) else one)
        ]
    return bool(here)


def _no_json(message: str, line: int | None = None) -> Invalid:
    mend = "Send JSON, with `Content-Type: application/json`."
    return Invalid([Problem("json_invalid", "body", message, mend, line)])


def _check(text: str, where: str) -> None:
    if "\0" in text:
        mend = "Leave the character of code 0 out."
        raise Invalid([Problem("text_invalid", where, "There is a NUL in it.", mend)])


def _texts(value: Any) -> Iterator[str]:
    """Every text in a JSON value, names of fields included."""
    match value:
        case str():
            yield value
        case dict():
            for name, one in value.items():
                yield name
                yield from _texts(one)
        case list():
            for one in value:
                yield from _texts(one)
