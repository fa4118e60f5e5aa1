"""/audit: who changed what."""

from __future__ import annotations

from threadline.model.paging import Page
from threadline.model.resources.users import Audited
from threadline.operations import audit
from threadline.web.api.access import Admin
from threadline.web.api.requests import router
from threadline.web.api.shapes import Here, Wanted

routes = router("Audit log")


# It tells addresses of people and ids of keys, which /users and /keys tell to the same alone.
@routes.get("/audit")
async def list_changes(app: Here, caller: Admin, part: Wanted) -> Page[Audited]:
    """
    The latest first. The owner of the server who means no organization gets those of all, and
    the server's own.
    """
    return await audit.list_(
        app, organization=caller.organization, limit=part.limit, after=part.after
    )
