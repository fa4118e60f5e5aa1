"""/server: the node itself."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from threadline.model.resources.server import About, DatabaseCheck, VaultRotated
from threadline.operations import about, database, secrets
from threadline.web.api.access import Owner
from threadline.web.api.requests import router
from threadline.web.api.shapes import Here, Once

routes = router("Server")


@routes.get("/server")
async def describe_server(app: Here, _caller: Owner) -> About:
    """Its version, and which database it works on."""
    return await about.about(app)


@routes.get("/server/database")
async def check_database(app: Here, _caller: Owner) -> DatabaseCheck:
    """Whether it is sound, with a mend for everything that is not. It may take minutes."""
    return await database.check(app.settings, app.clock())


@routes.post("/server/vault/rotate")
async def rotate_vault(
    app: Here,
    _caller: Owner,
    add_key: Annotated[
        bool, Query(description="Add a new key to the key file first; true if left out.")
    ] = True,
    _once: Once = None,
) -> VaultRotated:
    """Seal every secret with the newest key, while servers go on."""
    return await secrets.rotate(app, add_key=add_key)
