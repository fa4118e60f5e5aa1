"""Secrets: all of them, who uses each, and forms for new ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from threadline.errors import Invalid, Problem
from threadline.model.clock import iso
from threadline.model.fields import Template
from threadline.model.resources.secrets import Secret
from threadline.operations import endpoints, forms, secrets
from threadline.operations.secret_uses import uses
from threadline.web.portal.page import Act, Form, Go, Page, Visit

SHOWN = 100


async def show(visit: Visit) -> Mapping[str, Any]:
    found = await secrets.list_(
        visit.app,
        organization=visit.organization,
        limit=SHOWN,
        after=visit.query.get("after"),
    )
    users = await uses(visit.app, visit.organization)
    known = forms.templates(visit.app)
    wanted = visit.form.get("template") or visit.query.get("template", "")
    chosen = known.get(wanted) or next(iter(known.values()))
    return {
        "secrets": [{**told(one), "users": users.get(one["Srn"], [])} for one in found["data"]],
        "next": found["next"],
        "templates": [(one.name, one.label) for one in known.values()],
        "template": forms.template_shown(chosen),
    }


def told(one: Secret) -> dict[str, Any]:
    return {**one, "created_at": iso(one["Created"] * 1000)}


def value_in(form: Form, template: Template) -> Any:
    """What was typed into the fields of a template. Raises `Invalid`."""
    given = {
        one.name: form.get(f"Value.{one.name}" if one.name else "Value")
        for one in template.fields
    }
    return forms.value_of(template, given)


async def create(visit: Visit) -> Go:
    template = forms.template_of(visit.app, visit.form.get("template"))
    made = await secrets.create(
        visit.app,
        organization=visit.organization,
        name=visit.form.get("Alias").strip(),
        value=value_in(visit.form, template),
        template=template.name,
    )
    return Go(visit.url("/secrets"), f"{made['Srn']} is sealed.")


# One of them


async def show_one(visit: Visit) -> Mapping[str, Any]:
    found = await secrets.describe(
        visit.app, srn=visit.args["srn"], organization=visit.organization
    )
    users = (await uses(visit.app, visit.organization)).get(found["Srn"], [])
    fitting = await _fitting(visit, found["Type"], [one.name for one in users])
    wanted = visit.form.get("template") or visit.query.get("template", "")
    chosen = next((one for one in fitting if one.name == wanted), fitting[0])
    return {
        "secret": told(found),
        "users": users,
        "templates": [(one.name, one.label) for one in fitting],
        "template": forms.template_shown(chosen),
    }


async def _fitting(visit: Visit, type: str, addresses: list[str]) -> list[Template]:
    """The templates of this type; first that of the channel whose endpoints use the secret."""
    found = [one for one in forms.templates(visit.app).values() if one.type == type]
    kinds = {
        one.engagement_type
        for one in await endpoints.of(visit.app, visit.organization)
        if one.address in addresses
    }
    used = [visit.app.channel_types[kind].template for kind in kinds]
    return sorted(found, key=lambda one: one not in used)


async def replace(visit: Visit) -> Go:
    template = forms.template_of(visit.app, visit.form.get("template"))
    value = value_in(visit.form, template)
    if not value:
        mend = "Write all of it: what is kept is not shown, so nothing is filled in."
        raise Invalid([Problem("secret_empty", "Value", "There is no value.", mend)])
    if problems := forms.check(visit.app, template, value):
        raise Invalid(problems)
    found = await secrets.replace(
        visit.app, srn=visit.args["srn"], value=value, organization=visit.organization
    )
    return Go(said=f"Version {found['Version']} is sealed, and used from now on.")


async def delete(visit: Visit) -> Go:
    srn = visit.args["srn"]
    await secrets.delete(visit.app, srn=srn, organization=visit.organization)
    return Go(visit.url("/secrets"), f"{srn} is deleted.")


page = Page(
    "/secrets",
    "Secrets",
    "secrets.html",
    show,
    section="secrets",
    acts={"create": Act("builder", create)},
)
one = Page(
    "/secrets/{srn}",
    "Secret",
    "secret.html",
    show_one,
    section="secrets",
    acts={"replace": Act("builder", replace), "delete": Act("builder", delete)},
)
