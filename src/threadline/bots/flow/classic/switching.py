"""The rules of classic Switch and Change nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from threadline.bots.flow.classic.reading import ClassicNode
from threadline.bots.flow.classic.typed import typed, way

OPERATORS = {
    "eq": "equals",
    "neq": "not_equals",
    "lt": "less",
    "lte": "at_most",
    "gt": "greater",
    "gte": "at_least",
    "cont": "contains",
}
TYPES = {
    "string": "text",
    "number": "number",
    "boolean": "boolean",
    "array": "list",
    "object": "mapping",
}
CONSTANT: Mapping[str, Mapping[str, Any]] = {
    "true": {"equals": True},
    "false": {"equals": False},
    "null": {"empty": True},
    "nnull": {"empty": False},
    "empty": {"empty": True},
    "nempty": {"empty": False},
}
SEQUENCES = ("head", "tail", "index")
Ports = tuple[tuple[str | int, ...], ...]


def switch(node: ClassicNode) -> tuple[dict[str, Any], Ports]:
    """Its fields, and the ways to its ports. Raises `ValueError`."""
    kind = node.fields.get("propertyType", "msg")
    value = typed(node.text("property") or "payload", kind)
    rules = node.fields.get("rules")
    cases: list[dict[str, Any]] = []
    ports: list[tuple[str | int, ...]] = []
    for rule in rules if isinstance(rules, list) else []:
        if rule.get("t") == "else":
            ports.append(("else",))
            continue
        cases.append({**_case(rule), "next": ""})
        ports.append(("cases", len(cases) - 1, "next"))
    if not cases:
        raise ValueError("It has no rule that can be compared.")
    return {"type": "Switch", "on": value, "cases": cases}, tuple(ports)


def _case(rule: Mapping[str, Any]) -> dict[str, Any]:
    kind = str(rule.get("t"))
    if kind in SEQUENCES:
        raise ValueError(
            f"`{kind}` is about parts of a sequence, which there are none of here."
        )
    if kind == "jsonata_exp":
        raise ValueError("An expression in JSONata has no like here; write a Function.")
    if kind in CONSTANT:
        return dict(CONSTANT[kind])
    if kind == "istype":
        name = TYPES.get(str(rule.get("v")))
        if name is None:
            raise ValueError(f"There is no type `{rule.get('v')}` here.")
        return {"type": name}
    if kind == "regex":
        return {"matches": str(rule.get("v") or "")}
    if kind == "btwn":
        ends = (typed(rule.get("v"), rule.get("vt")), typed(rule.get("v2"), rule.get("v2t")))
        return {"between": list(ends)}
    if kind not in OPERATORS:
        raise ValueError(f"There is no operator `{kind}` here.")
    return {OPERATORS[kind]: typed(rule.get("v"), rule.get("vt", "str"))}


def change(node: ClassicNode) -> dict[str, Any]:
    """Raises `ValueError`."""
    rules = [_rule(one) for one in node.fields.get("rules") or [] if isinstance(one, Mapping)]
    if not rules:
        raise ValueError("It has no rules.")
    return {"type": "Change", "rules": rules}


def _rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    to = rule.get("to")
    where = way(str(rule.get("p") or ""), rule.get("pt"))
    match rule.get("t"):
        case "set":
            return {"set": where, "to": typed(to, rule.get("tot", "str"))}
        case "delete":
            return {"delete": where}
        case "move":
            return {"move": where, "to": way(str(to or ""), rule.get("tot", "msg"))}
        case "change":
            by = typed(to, rule.get("tot", "str"))
            if rule.get("fromt") == "re":
                return {"change": where, "matches": str(rule.get("from")), "to": by}
            return {"change": where, "from": typed(rule.get("from"), "str"), "to": by}
    raise ValueError(f"There is no rule `{rule.get('t')}` here.")
