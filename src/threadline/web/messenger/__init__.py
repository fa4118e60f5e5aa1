"""
The messenger: what visitors of a web site talk with. One page for a frame, and a script that
puts a button and the frame into any page.

    pages     the page, the script, and what says that there is none
    stream    what was said, as it is said
    preview   whose messenger it is when somebody of the organization tries it

Visitors post to the endpoint's address, `/v1/engage/{Address}`, like everybody.
"""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.routing import Route

from threadline.app import App
from threadline.web.messenger.pages import Pages
from threadline.web.messenger.stream import Streams
from threadline.web.origins import MESSENGER, SCRIPT


def application(app: App) -> Starlette:
    """The messengers of one server as an ASGI application."""
    pages, streams = Pages(app), Streams(app)
    return Starlette(
        routes=[
            Route(SCRIPT, pages.script),
            Route(f"{MESSENGER}{{address}}/events", streams.serve, methods=["GET", "OPTIONS"]),
            Route(f"{MESSENGER}{{address:path}}", pages.page),
        ]
    )
