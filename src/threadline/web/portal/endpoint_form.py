"""An endpoint's document as a form, and what a form makes of a document. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from threadline.channels import ChannelType
from threadline.model.fields import Field, default_of, get, put
from threadline.web.portal.page import Form

CONFIG = "EngagementConfig."
BOTS = {
    "TargetBotReference": "Bot",
    "InboundBotReference": "Bot for conversations that the contact starts",
    "OutboundBotReference": "Bot for conversations that we start",
}
Types = Mapping[str, ChannelType]
Document = Mapping[str, Any]
Options = Sequence[tuple[str, str]]


def groups(document: Document, types: Types, chosen: str, secrets: Options) -> list[Any]:
    """
    The fields of every channel below their headings, each with its value and the types that
    have it; those fit that the `chosen` type has.
    """
    config = _config(document)
    found: dict[str, list[Any]] = {}
    for one, names in _fields(types):
        found.setdefault(one.group, []).append(
            {
                "name": f"{CONFIG}{one.name}",
                "label": one.label,
                "help": _help(one),
                "kind": one.kind,
                "types": names,
                "fits": chosen in names,
                "value": written(get(config, one), one),
                "options": _options(one, secrets),
                "placeholder": one.example or default_of(one),
            }
        )
    return [
        {
            "title": title,
            "fields": fields,
            "types": list(dict.fromkeys(name for one in fields for name in one["types"])),
            "fits": any(one["fits"] for one in fields),
        }
        for title, fields in found.items()
    ]


def _fields(types: Types) -> Iterator[tuple[Field, list[str]]]:
    """Each once, with the types that have it, in the order of the type that has most."""
    most = max(types.values(), key=lambda kind: len(kind.fields))
    others = (one for kind in types.values() for one in kind.fields)
    by_name = {one.name: one for one in (*most.fields, *others)}
    for one in by_name.values():
        yield one, [name for name, kind in types.items() if one in kind.fields]


def _help(one: Field) -> str:
    """With what each choice means, or what a number may be."""
    if one.choices:
        meanings = "; ".join(f"`{word}`: {means}" for word, means in one.choices.items())
        return f"{one.help} {meanings}."
    bounds = one.limit.told if one.limit else ""
    return f"{one.help} {bounds[:1].upper()}{bounds[1:]}." if bounds else one.help


def _options(one: Field, secrets: Options) -> Options | None:
    match one.kind:
        case "choice":
            return [(word, word) for word in one.choices]
        case "switch":
            return [("true", "yes"), ("false", "no")]
        case "srn":
            return [("", "None yet"), *secrets]
        case _:
            return None


def written(value: Any, one: Field) -> str:
    """The value as it stands in the form, where what is not there may stand as its default."""
    if value is None:
        return default_of(one) if one.kind in ("choice", "switch") else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def filled(document: Document, form: Form, types: Types) -> dict[str, Any]:
    """
    The document with what the form says. What the form has no field for stays; what another
    type had and this one has not goes.
    """
    found = dict(document)
    found["Name"] = form.get("Name")
    found["EngagementType"] = form.get("EngagementType")
    for name in BOTS:
        if form.get(name) or (name == "TargetBotReference" and name in document):
            found[name] = form.get(name)
        else:
            found.pop(name, None)
    if "AllowedDomains" in form:
        domains = [line.strip() for line in form.get("AllowedDomains").splitlines()]
        domains = [one for one in domains if one]
        if domains or "AllowedDomains" in document:
            found["AllowedDomains"] = domains
    config = dict(_config(document))
    changed = found["EngagementType"] != document.get("EngagementType")
    for one, names in _fields(types):
        if found["EngagementType"] in names:
            if f"{CONFIG}{one.name}" in form:
                _fill(config, one, form.get(f"{CONFIG}{one.name}"))
        elif changed:
            put(config, one, None)
    if config or "EngagementConfig" in document:
        found["EngagementConfig"] = config
    return found


def _fill(config: dict[str, Any], one: Field, text: str) -> None:
    """What stands there already is not written in another way, nor is a default."""
    old = get(config, one)
    if text.strip() == written(old, one).strip():
        return
    put(config, one, read(text.strip(), one))


def read(text: str, one: Field) -> Any:
    """The value that a text in the form means; None = nothing. What cannot be stays a text."""
    if not text:
        return None
    if one.kind == "switch":
        return {"true": True, "false": False}.get(text, text)
    if one.kind != "number":
        return text
    try:
        number = float(text.replace(",", ""))
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def _config(document: Document) -> Mapping[str, Any]:
    found = document.get("EngagementConfig")
    return found if isinstance(found, Mapping) else {}


def domains(document: Document) -> str:
    """One a line."""
    found = document.get("AllowedDomains")
    return "\n".join(map(str, found)) if isinstance(found, list) else ""


def as_text(document: Document) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)
