"""/apply and /export: all that is declared, at once."""

from __future__ import annotations

from typing import Annotated, Any, NotRequired

from pydantic import Field, SkipValidation
from starlette.responses import Response
from typing_extensions import TypedDict

from threadline.model.resources.configuration import Applied, Document, Exported
from threadline.operations.apply import apply
from threadline.operations.export import export
from threadline.web.api import etags, shapes
from threadline.web.api.access import Reader, Writer, who
from threadline.web.api.requests import router
from threadline.web.api.shapes import Here, Once

routes = router("Configuration")
shapes.declared(Document)


class DocumentsApply(TypedDict):
    """What is to be true."""

    documents: Annotated[
        list[Annotated[Document, SkipValidation]],  # we tell all that is wrong at once
        Field(description="One for each organization."),
    ]
    dry_run: NotRequired[
        Annotated[bool, Field(description="True: tell what would change, and change nothing.")]
    ]


DONE: dict[int | str, dict[str, Any]] = {200: {"model": Applied}}
ALL: dict[int | str, dict[str, Any]] = {200: {"model": Exported}}


@routes.post("/apply", response_model=None, responses=DONE)
async def apply_documents(
    app: Here,
    caller: Writer,
    wanted: DocumentsApply,
    _once: Once = None,
) -> Response:
    """
    Make documents true: all of them, or none if anything is wrong. Doing it again changes
    nothing. What they do not mention stays as it is. Another Title or RetentionDays needs the
    scope `admin`.
    """
    done = await apply(
        app,
        **wanted,
        organization=caller.bound,
        renames=caller.may("admin"),
        by=who(caller),
    )
    return etags.plain(done)


@routes.get("/export", response_model=None, responses=ALL)
async def export_documents(app: Here, caller: Reader) -> Response:
    """What is true, as documents to apply elsewhere. The values of secrets never come out."""
    return etags.plain(await export(app, organization=caller.organization))
