"""/secrets: sealed credentials. A value never comes back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path
from starlette.responses import Response

from threadline.model.paging import Page
from threadline.model.resources.forms import SecretTemplate
from threadline.model.resources.secrets import Secret, SecretCreate, SecretReplace
from threadline.operations import forms, secrets
from threadline.web.api import etags
from threadline.web.api.access import Reader, Writer
from threadline.web.api.etags import IfMatch, IfNoneMatch
from threadline.web.api.requests import router
from threadline.web.api.shapes import Here, Once, Wanted

routes = router("Secrets")

Srn = Annotated[
    str,
    Path(
        description="The secret's whole name.",
        examples=["srn:vault::flowit:secretdoc:twiliokeys"],
    ),
]
SHOWN: dict[int | str, dict[str, Any]] = {200: {"model": Secret}}
MADE: dict[int | str, dict[str, Any]] = {201: {"model": Secret}}


@routes.get("/secrets")
async def list_secrets(app: Here, caller: Reader, part: Wanted) -> Page[Secret]:
    """By SRN."""
    return await secrets.list_(
        app, organization=caller.organization, limit=part.limit, after=part.after
    )


@routes.post("/secrets", status_code=201, response_model=None, responses=MADE)
async def create_secret(
    app: Here, caller: Writer, wanted: SecretCreate, _once: Once = None
) -> Response:
    """Seal a new one."""
    found = await secrets.create(
        app,
        organization=caller.organization,
        name=wanted["Alias"],
        type=wanted.get("Type", "secretdoc"),
        value=wanted["Value"],
        template=wanted.get("Template", ""),
    )
    return etags.answer(found, status=201)


@routes.get("/secret-templates")
async def list_secret_templates(
    app: Here, _caller: Reader, part: Wanted
) -> Page[SecretTemplate]:
    """What the values of secrets may be made of, by name."""
    return await forms.list_templates(app, limit=part.limit, after=part.after)


@routes.get("/secrets/{srn}", response_model=None, responses=SHOWN)
async def describe_secret(
    app: Here, caller: Reader, srn: Srn, have: IfNoneMatch = None
) -> Response:
    """What it is called, and how often it was replaced; never its value."""
    found = await secrets.describe(app, organization=caller.organization, srn=srn)
    return etags.answer(found, have=have)


@routes.put("/secrets/{srn}", response_model=None, responses=SHOWN)
async def replace_secret(
    app: Here, caller: Writer, srn: Srn, wanted: SecretReplace, if_match: IfMatch = None
) -> Response:
    """
    Another value under the same name, which endpoints and bots use at once. A sender that was
    paused because the old one was wrong goes on.
    """
    found = await secrets.replace(
        app,
        organization=caller.organization,
        srn=srn,
        value=wanted["Value"],
        if_match=if_match,
    )
    return etags.answer(found)


@routes.delete("/secrets/{srn}", response_model=None, responses=SHOWN)
async def delete_secret(
    app: Here, caller: Writer, srn: Srn, if_match: IfMatch = None
) -> Response:
    """Only if no endpoint and no bot uses it. Returns what it was."""
    found = await secrets.delete(
        app, organization=caller.organization, srn=srn, if_match=if_match
    )
    return etags.plain(found)
