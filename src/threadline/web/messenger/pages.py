"""The messenger's page for a frame, and the script that puts it into other pages."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from threadline.app import App
from threadline.errors import NotFound, StoreDown
from threadline.model.endpoint import Endpoint
from threadline.operations import visitors
from threadline.web import origins
from threadline.web.messenger.preview import QUERY, previewer
from threadline.web.portal.rendering import asset

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data: https: http:; media-src https: http:; frame-src https:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
)
"""Pictures and films are wherever the bot has them; scripts and styles only here."""
ANYBODY = "*"
"""Who may show that there is nothing: a site with a wrong address is to see that."""
EMBED = "messenger/embed.js"
MINUTES = "public, max-age=600"
COLOURS = {
    "headerBackgroundColor": "--head",
    "headerTextColor": "--on-head",
    "messengerBackgroundColor": "--ground",
    "inboundMessageBackgroundColor": "--mine",
    "inboundMessageTextColor": "--on-mine",
    "outboundMessageBackgroundColor": "--theirs",
    "outboundMessageTextColor": "--on-theirs",
}
"""Of the endpoint's Style, whose "inbound" is what comes from the visitor."""


class Pages:
    def __init__(self, app: App) -> None:
        self._app = app

    async def page(self, request: Request) -> Response:
        """The messenger, or a page that says why there is none."""
        address = request.path_params["address"]
        try:
            endpoint = await visitors.messenger(self._app, address)
            tries = await previewer(self._app, request, endpoint)
            named = await self._named(endpoint)
        except NotFound:
            return _answer("gone.html", {"down": False}, ANYBODY, HTTPStatus.NOT_FOUND)
        except StoreDown:
            status = HTTPStatus.SERVICE_UNAVAILABLE
            return _answer("gone.html", {"down": True}, ANYBODY, status)
        values = {
            "address": address,
            "visitor": tries.visitor if tries else "",
            "builder": bool(tries and tries.builds),
            "round": request.query_params.get(QUERY) if tries else None,
            **named,
        }
        return _answer("messenger.html", values, origins.frame_ancestors(endpoint))

    async def script(self, request: Request) -> Response:
        """It may be kept for some minutes, and is then asked for again by its mark."""
        content, mark = _embed()
        headers = {
            "Cache-Control": MINUTES,
            "ETag": mark,
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if request.headers.get("if-none-match") == mark:
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return PlainTextResponse(content, headers=headers, media_type="text/javascript")

    async def _named(self, endpoint: Endpoint) -> dict[str, Any]:
        """What it is called, and how it looks: the endpoint's Style, as far as it says."""
        found = endpoint.document.get("Style")
        style: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
        bots = (await self._app.catalog()).bots
        bot = bots.get((endpoint.organization, endpoint.inbound_bot))
        called = bot.document.get("DisplayName") if bot else None
        avatar = _text(style.get("avatar"))
        return {
            "title": _text(style.get("name")) or _text(called) or endpoint.inbound_bot,
            "subtitle": _text(style.get("subtitle")),
            "avatar": avatar if avatar.startswith("https://") else "",
            "colours": {
                name: style[key]
                for key, name in COLOURS.items()
                if isinstance(style.get(key), str) and style[key]
            },
        }


def _text(found: Any) -> str:
    return found.strip() if isinstance(found, str) else ""


def _answer(
    template: str, values: Mapping[str, Any], ancestors: str, status: int = HTTPStatus.OK
) -> Response:
    answer = HTMLResponse(_templates().get_template(template).render(values), status)
    answer.headers["Content-Security-Policy"] = POLICY.format(ancestors=ancestors)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("threadline.web.messenger"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals["asset"] = asset
    return made


@cache
def _embed() -> tuple[bytes, str]:
    content = (files("threadline.web.portal") / "static" / EMBED).read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:16]}"'
