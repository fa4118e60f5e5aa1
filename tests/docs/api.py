"""Every route of the API, told from its OpenAPI, as a server tells that."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from threadline.web import api
from threadline.web.api import openapi


@dataclass(frozen=True)
class Operation:
    """`path` as the OpenAPI has it, /api/v1/keys/{id}."""

    verb: str
    path: str
    told: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.told["operationId"])

    @property
    def noun(self) -> str:
        return self.path.removeprefix(api.PREFIX).split("/")[1]

    @property
    def scope(self) -> str | None:
        return openapi.scope(self.told)

    @property
    def example(self) -> Any:
        """Of what it takes; None if it takes nothing."""
        found = self.told.get("requestBody", {}).get("content", {})
        return found.get("application/json", {}).get("example")

    def __str__(self) -> str:
        return f"{self.verb.upper()} {self.path}"


def spec() -> dict[str, Any]:
    return api.application().openapi()


def operations() -> list[Operation]:
    return list(_operations(spec()))


def _operations(told: dict[str, Any]) -> Iterator[Operation]:
    for path, item in told["paths"].items():
        for verb in openapi.VERBS:
            if verb in item:
                yield Operation(verb, path, item[verb])


COMMON = ("Threadline-Organization", "Idempotency-Key", "If-Match", "limit", "after")
"""Parameters that the page explains once for all."""
BEGIN = "<!-- made from the OpenAPI by python -m tests.docs.write -->"
SHAPES = (
    "## Shapes\n\nWhat is taken and told as JSON. Times are as RFC 3339 writes them, in UTC.\n"
)


MAY_BE_LEFT_OUT = " May be left out."


def page(old: str) -> str:
    """docs/reference/api.md, with all that is below its mark made anew."""
    told = operations()
    parts = [f"{old.partition(BEGIN)[0]}{BEGIN}\n", "| route | scope | |\n|---|---|---|"]
    parts += [
        f"| `{one}` | `{one.scope}` | [{one.told['summary']}](#{_slug(one)}) |" for one in told
    ]
    for group in dict.fromkeys(one.told["tags"][0] for one in told):
        parts.append(f"\n## {group}\n")
        parts += [_section(one) for one in told if group in one.told["tags"]]
    parts.append(SHAPES)
    parts += [_shape(name, one) for name, one in _shapes().items()]
    return "\n".join(parts)


def _slug(operation: Operation) -> str:
    return str(operation.told["summary"]).lower().replace(" ", "-")


def _section(operation: Operation) -> str:
    told = operation.told
    lines = [
        f"### {told['summary']}\n",
        f"```text\n{operation.verb.upper()} {operation.path}\n```\n",
        f"{told['description']} Scope: `{operation.scope}`.\n",
    ]
    own = [one for one in told.get("parameters", ()) if one["name"] not in COMMON]
    if own:
        lines.append("| parameter | in | type | |\n|---|---|---|---|")
        lines += [_parameter(one) for one in own]
        lines.append("")
    lines += _media("Takes", told.get("requestBody", {}).get("content", {}))
    for status in ("200", "201"):
        answer = told["responses"].get(status, {})
        lines += _media(f"Answers {status} with", answer.get("content", {}))
    return "\n".join(lines)


def _parameter(told: dict[str, Any]) -> str:
    about = told["description"] + ("" if told["required"] else MAY_BE_LEFT_OUT)
    return f"| `{told['name']}` | {told['in']} | {_type(told['schema'])} | {about} |"


def _media(title: str, content: dict[str, Any]) -> Iterator[str]:
    for kind, media in content.items():
        name = _type(media.get("schema", {}))
        yield f"{title} {name}{'' if kind == 'application/json' else f' as `{kind}`'}:\n"
        if "example" in media:
            shown = json.dumps(media["example"], indent=2, ensure_ascii=False)
            yield f"```json\n{shown}\n```\n"


def _shapes() -> dict[str, Any]:
    found = spec()["components"]["schemas"]
    return {
        name: one
        for name, one in sorted(found.items())
        if "properties" in one and not openapi.PAGE.fullmatch(name)
    }


def _shape(name: str, told: dict[str, Any]) -> str:
    rows = []
    for field, one in told["properties"].items():
        left_out = "" if field in told.get("required", ()) else MAY_BE_LEFT_OUT
        rows.append(f"| `{field}` | {_type(one)} | {one.get('description', '')}{left_out} |")
    table = "\n".join(["| field | type | |\n|---|---|---|", *rows])
    return f"### {name}\n\n{told['description']}\n\n{table}\n"


def _type(schema: dict[str, Any]) -> str:
    """In a word or two; a shape as a link to its table."""
    if name := schema.get("$ref", "").rpartition("/")[2]:
        of_page = openapi.PAGE.fullmatch(name)
        return (
            f"page of [{of_page[1]}](#{of_page[1].lower()})"
            if of_page
            else f"[{name}](#{name.lower()})"
        )
    if parts := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(dict.fromkeys(map(_type, parts)))
    if values := schema.get("enum"):
        return " or ".join(f"`{one}`" for one in values)
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    kinds = {"string": "text", "integer": "number", "boolean": "true or false"}
    kind = str(schema.get("type", "anything"))
    return kinds.get(kind, kind)
