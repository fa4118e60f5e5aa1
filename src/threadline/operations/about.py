"""What a node is: its version, its address, and its database without the password."""

from __future__ import annotations

from threadline import __version__
from threadline.app import App
from threadline.model.resources.server import About


async def about(app: App) -> About:
    """`database` is the same for two nodes if they were given the same URL."""
    mark = app.settings.database_mark
    return {"version": __version__, "url": app.public_url, "database": mark}
