"""Forms: the templates of secrets, and what each channel can be told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from threadline.app import App
from threadline.errors import Invalid, Problem
from threadline.model.fields import Field, Template
from threadline.model.paging import Page, Part, page_of
from threadline.model.resources.forms import ChannelShown, FieldShown, SecretTemplate
from threadline.operations.near import meant

BEARER = Template(
    "bearer",
    "Bearer token",
    "A key that is shown in a header, such as the one of your own bot.",
    "secret",
    (Field("", "Token", "The key, without the word Bearer.", "secret", required=True),),
)
CUSTOM = Template(
    "json",
    "Custom JSON",
    "A document of texts, for whatever needs several.",
    "secretdoc",
    (
        Field(
            "",
            "Document",
            "Fields with texts.",
            "json",
            required=True,
            example='{"accountSid": "…", "authToken": "…"}',
        ),
    ),
)


def templates(app: App) -> dict[str, Template]:
    """By name: that of each channel which needs a secret, and those for anything else."""
    found = [one.template for one in app.channel_types.values() if one.template]
    return {one.name: one for one in (*found, BEARER, CUSTOM)}


def template_of(app: App, name: str) -> Template:
    """Raises `Invalid`."""
    known = templates(app)
    if name in known:
        return known[name]
    mend = f"{meant(name, known)} Write one of: {', '.join(known)}.".strip()
    problem = Problem("template_unknown", "Template", f"There is no template {name!r}.", mend)
    raise Invalid([problem])


def check(app: App, template: Template, value: Any) -> list[Problem]:
    """What the template's channel finds wrong with the value, never quoting it."""
    for kind in app.channel_types.values():
        if kind.template is template:
            return kind.check_secret(value, "Value.")
    return []


def value_of(template: Template, given: Mapping[str, str]) -> Any:
    """
    The value that texts in a form's fields make, by the names of the fields; empty ones are
    left out. Raises `Invalid` if a document is no JSON. Pure.
    """
    if template.whole:
        [only] = template.fields
        text = given.get("", "").strip()
        return _document(text) if only.kind == "json" else text or None
    value: dict[str, Any] = {}
    for one in template.fields:
        text = given.get(one.name, "").strip()
        if text:
            lines = [line.strip() for line in text.splitlines() if line.strip()]
            value[one.name] = lines if one.kind == "list" else text
    return value


def _document(text: str) -> Any:
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        mend = 'Write its fields, such as {"accountSid": "…", "authToken": "…"}.'
        problem = Problem("secret_invalid", "Value", "This is not a JSON document.", mend)
        raise Invalid([problem]) from None


async def list_templates(
    app: App, *, limit: int = 100, after: str | None = None
) -> Page[SecretTemplate]:
    """By name. Raises `Invalid`."""
    shown = [template_shown(one) for one in templates(app).values()]
    return page_of(shown, Part(limit, after), lambda one: one["name"])


async def list_channels(
    app: App, *, limit: int = 100, after: str | None = None
) -> Page[ChannelShown]:
    """By type. Raises `Invalid`."""
    shown: list[ChannelShown] = [
        {
            "type": name,
            "label": kind.label,
            "template": kind.template.name if kind.template else "",
            "fields": [field_shown(one) for one in kind.fields],
        }
        for name, kind in app.channel_types.items()
    ]
    return page_of(shown, Part(limit, after), lambda one: one["type"])


def template_shown(one: Template) -> SecretTemplate:
    return {
        "name": one.name,
        "label": one.label,
        "help": one.help,
        "type": one.type,
        "fields": [field_shown(field) for field in one.fields],
    }


def field_shown(one: Field) -> FieldShown:
    return {
        "name": one.name,
        "label": one.label,
        "help": one.help,
        "kind": one.kind,
        "group": one.group,
        "default": one.default,
        "choices": dict(one.choices),
        "least": one.limit.least if one.limit else None,
        "most": one.limit.most if one.limit else None,
        "unit": one.limit.unit if one.limit else "",
        "required": one.required,
        "example": one.example,
    }
