"""
The OpenAPI of the API: what the framework tells, made complete and easier to read. Pure.

Every operation tells how it may be refused, and has an example of what it takes and gives.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter

from threadline.web.api import problems, shapes
from threadline.web.api.examples import BODIES, SHAPES

PROBLEM = "#/components/schemas/ProblemDetails"
REFUSALS: Mapping[str, str] = {
    "401": "There is no key, or one that does not count.",
    "403": "The key was not made for this.",
    "404": "There is no such thing in the organization.",
    "409": "Somebody else was faster, or the same request is being carried out.",
    "412": "It was changed in the meantime: `If-Match` names a state before that.",
    "413": "The body is too large.",
    "422": "Something in the request is wrong; `problems` has all of it.",
    "429": "Too many requests with one key; `Retry-After` says when to come again.",
    "default": "Anything else. Codes of 500 and above: `Retry-After`, or the server's log.",
}
DONE: Mapping[str, str] = {"200": "Done.", "201": "It was made.", "204": "It is gone."}
SAME = "304"
HEADERS: Mapping[str, tuple[str, str]] = {
    "ETag": ("string", "The state of what is told, for `If-Match` and `If-None-Match`."),
    "Idempotency-Replayed": ("string", "`true`: it was carried out before, and answered so."),
    "Retry-After": ("integer", "Seconds after which to come again."),
}
LATER = ("409", "429", "default")
"""Refusals that may say when to come again."""
JSON = "application/json"
VERBS = ("get", "put", "post", "delete", "patch")
CHANGING = ("put", "post", "delete", "patch")
PAGE = re.compile(r"Page_(\w+)_")


def complete(spec: dict[str, Any]) -> dict[str, Any]:
    """The same, changed in place."""
    components = spec.setdefault("components", {})
    known = components.setdefault("schemas", {})
    made = TypeAdapter(shapes.ProblemDetails).json_schema(
        ref_template="#/components/schemas/{model}"
    )
    known.update(made.pop("$defs", {}))
    known["ProblemDetails"] = made
    components["responses"] = {
        status: {
            "description": text,
            "content": {problems.MEDIA_TYPE: {"schema": {"$ref": PROBLEM}}},
            **({"headers": _headers("Retry-After")} if status in LATER else {}),
        }
        for status, text in REFUSALS.items()
    }
    same = {"description": "It still is what you have.", "headers": _headers("ETag")}
    components["responses"][SAME] = same
    components["headers"] = {
        name: {"description": text, "schema": {"type": kind}}
        for name, (kind, text) in HEADERS.items()
    }
    for verb, operation in operations(spec):
        for media in operation.get("requestBody", {}).get("content", {}).values():
            media["schema"] = _named(media["schema"], known)
        _complete(verb, operation)
    for field in (field for one in known.values() for field in one["properties"].values()):
        if "items" in field:
            field["items"] = _named(field["items"], known)
    for name, schema in known.items():
        _describe(name, schema)
    tagged = [_shape(one) for _verb, one in operations(spec) if SAME in one["responses"]]
    for verb, operation in operations(spec):
        _tell_headers(verb, operation, verb != "delete" and _shape(operation) in tagged)
    return spec


def operations(spec: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every verb and operation, in the order of the paths."""
    for item in spec["paths"].values():
        yield from ((verb, item[verb]) for verb in VERBS if verb in item)


def scope(operation: Mapping[str, Any]) -> str | None:
    """What a key has to have for it; None if nobody said so, which a test does not let be."""
    match operation.get("security"):
        case [{"ApiKey": [str(name)]}]:
            return name
        case _:
            return None


def example(operation: str, schema: Mapping[str, Any], side: str) -> Any:
    """`side` is "request" or "answer". None if nobody wrote one."""
    if (operation, side) in BODIES:
        return BODIES[operation, side]
    name = schema.get("$ref", "").rpartition("/")[2]
    if page := PAGE.fullmatch(name):
        one = SHAPES.get(page[1])
        return None if one is None else {"data": [one], "next": None}
    return SHAPES.get(name)


def _complete(verb: str, operation: dict[str, Any]) -> None:
    id = operation["operationId"]
    operation["summary"] = id.replace("_", " ").capitalize()
    for one in operation.get("parameters", ()):
        _flatten(one)
    body = operation.get("requestBody", {})
    for media in body.get("content", {}).values():
        _show(media, id, "request")
    for status, text in DONE.items():
        answer = operation["responses"].get(status, {})
        if answer:
            answer["description"] = text
        if JSON in answer.get("content", {}):
            _show(answer["content"][JSON], id, "answer")
    if "If-None-Match" in _names(operation):
        operation["responses"][SAME] = {"$ref": f"#/components/responses/{SAME}"}
    for status in _refusals(verb, operation):
        operation["responses"][status] = {"$ref": f"#/components/responses/{status}"}


def _names(operation: Mapping[str, Any]) -> set[str]:
    """Of its parameters."""
    return {one["name"] for one in operation.get("parameters", ())}


def _shape(operation: Mapping[str, Any]) -> Any:
    """The schema of what it tells as JSON, if all is well."""
    told = [operation["responses"].get(status, {}).get("content", {}) for status in DONE]
    return next((one[JSON]["schema"] for one in told if JSON in one), None)


def _tell_headers(verb: str, operation: dict[str, Any], tagged: bool) -> None:
    """What has an ETag when it is shown has one when it is made or changed, too."""
    names = ("ETag",) * tagged + ("Idempotency-Replayed",) * (verb == "post")
    for status in DONE:
        if status in operation["responses"] and names:
            operation["responses"][status]["headers"] = _headers(*names)


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _named(schema: dict[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """A shape that the framework wrote out, because we look at it ourselves, by its name."""
    fields = schema.get("properties")
    names = (name for name, one in known.items() if fields and fields == one["properties"])
    name = next(names, None)
    return schema if name is None else {"$ref": f"#/components/schemas/{name}"}


def _show(media: dict[str, Any], operation: str, side: str) -> None:
    found = example(operation, media.get("schema", {}), side)
    if found is not None:
        media["example"] = found


def _refusals(verb: str, operation: Mapping[str, Any]) -> Iterator[str]:
    names = _names(operation)
    alone = names <= {"Threadline-Organization"} and scope(operation) == "owner"
    yield from ("401", "403")
    if not alone:
        yield "404"
    if verb in CHANGING:
        yield "409"
    if "If-Match" in names:
        yield "412"
    if "requestBody" in operation:
        yield "413"
    if not alone or "requestBody" in operation:
        yield "422"
    yield from ("429", "default")


def _flatten(parameter: dict[str, Any]) -> None:
    """A parameter that may be left out is never null: there is no way to write it."""
    schema = parameter["schema"]
    parts = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if len(parts) == 1:
        del schema["anyOf"]
        schema.update(parts[0])
    schema.pop("description", None)  # it stands beside the schema too


def _describe(shape: str, schema: dict[str, Any]) -> None:
    """Each field of a shape, unless it says of itself what it is."""
    whole = PAGE.sub("Page", shape)
    for name, text in shapes.descriptions(whole).items():
        schema["properties"][name].setdefault("description", text)


__all__ = ["VERBS", "complete", "example", "operations", "scope"]
