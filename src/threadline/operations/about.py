"""What a node is: its version, and which database it works on without telling its password."""

from __future__ import annotations

from threadline import __version__
from threadline.app import App


async def about(app: App) -> dict[str, str]:
    """`database` is the same for two nodes if they were given the same URL."""
    return {"version": __version__, "database": app.settings.database_mark}
