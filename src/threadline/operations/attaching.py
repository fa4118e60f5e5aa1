"""A new secret for an endpoint, made and chosen in one go, or not at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from threadline.app import App
from threadline.errors import Invalid, Problem
from threadline.model.srn import Srn
from threadline.operations import endpoints, forms, secrets, single
from threadline.operations.apply import apply

SECRETS, ENDPOINTS = "documents[0].Secrets[0].", "documents[0].Endpoints[0]."


async def attach(
    app: App,
    *,
    address: str,
    name: str,
    type: str,
    value: Any,
    online: bool = True,
    organization: str | None = None,
) -> str:
    """
    Seal the value under this name as a channel of this type wants it, and give it to the
    endpoint, which gets the type and goes online if it is to. Returns the SRN. Raises
    `NotFound`, `Invalid`, `Taken`.
    """
    endpoint = await endpoints.find(app, address, organization)
    kind = app.channel_types.get(type)
    template = kind.template if kind else None
    if template is None:
        message = f"An endpoint of type {type!r} needs no secret."
        mend = "Choose a type that needs one."
        raise Invalid([Problem("type_unknown", "EngagementType", message, mend)])
    problems = secrets.check(name, template.type, value, called="Alias")
    if not any(one.path.startswith("Value") for one in problems):
        problems += forms.check(app, template, value)
    if problems:
        raise Invalid(problems)
    srn = Srn(endpoint.organization, template.type, name)
    if await app.store.secret(str(srn)) is not None:
        mend = "Choose it in the list, or give the new one another name."
        message = f"There is a secret {srn}."
        raise Invalid([Problem("secret_exists", "Alias", message, mend)])
    status = {"Status": "online"} if online else {}
    changes = {"EngagementType": type, "EngagementConfig": {"Secret": str(srn)}, **status}
    document = {
        "Organization": endpoint.organization,
        "Secrets": [{"Name": name, "Type": template.type, "Value": value}],
        "Endpoints": [single.merged(endpoint.document, changes)],
    }
    try:
        await apply(app, documents=[document], organization=endpoint.organization)
    except Invalid as why:
        raise Invalid([_inside(one) for one in why.problems]) from None
    return str(srn)


def _inside(problem: Problem) -> Problem:
    path = problem.path.removeprefix(SECRETS).removeprefix(ENDPOINTS)
    return replace(problem, path=path)
