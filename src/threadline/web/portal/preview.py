"""A bot's messenger to be tried, what other channels would say, and how it gets into a site."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from threadline.errors import NotFound, ThreadlineError, Unauthenticated
from threadline.operations import default_endpoints, preview, sessions, visitors
from threadline.web import origins
from threadline.web.portal import browser
from threadline.web.portal.page import Page, Visit
from threadline.web.portal.site import NOWHERE, Portal

PATH = "/preview"
WAYS: Mapping[str, bool | None] = {"text": True, "discard": False}
"""Fallback, as it is chosen on the page; else what the endpoint says."""


async def show(visit: Visit) -> Mapping[str, Any]:
    messengers = await _messengers(visit)
    address = visit.query.get("endpoint") or next((one["address"] for one in messengers), "")
    if not address:
        return {"endpoint": None, "ways": []}
    endpoint = await visitors.messenger(visit.app, address)
    if endpoint.organization != visit.organization:
        raise NotFound(NOWHERE)
    count = visit.query.get("round", "0")
    beside = "sms" in visit.query
    who = preview.visitor(visit.cookie, address, count)
    in_text = WAYS.get(visit.query.get("fallback", ""))
    ways = await preview.other_ways(visit.app, endpoint, who, in_text=in_text) if beside else []
    script = f"{visit.app.public_url}{origins.SCRIPT}"
    return {
        "endpoint": endpoint,
        "messengers": messengers,
        "visitor": who,
        "frame": f"{origins.MESSENGER}{address}?{urlencode({'preview': count})}",
        "again": int(count) + 1 if count.isdecimal() and len(count) < 9 else 1,
        "beside": beside,
        "ways": ways,
        "domains": origins.domains(endpoint),
        "snippet": f'<script src="{script}" data-endpoint="{address}" async></script>',
        "direct": f"{visit.app.public_url}{origins.MESSENGER}{address}",
    }


async def _messengers(visit: Visit) -> list[dict[str, str]]:
    catalog = await visit.app.catalog()
    return sorted(
        (
            {"address": one.address, "name": one.name, "bot": one.inbound_bot}
            for one in catalog.endpoints.values()
            if one.organization == visit.organization
            and one.engagement_type == default_endpoints.TYPE
        ),
        key=lambda one: one["address"],
    )


page = Page(PATH, "Preview", "preview.html", show, section="bots", live=("ways",))


def routes(portal: Portal) -> list[Route]:
    """`/preview?endpoint=…`, wherever the endpoint is: for who has joined its organization."""

    async def find(request: Request) -> Response:
        app = portal.app
        try:
            who = await sessions.open_with(app, browser.token_of(app, request))
            endpoint = await visitors.messenger(app, request.query_params.get("endpoint", ""))
            if who.role(endpoint.organization) is None:
                raise NotFound(NOWHERE)
        except Unauthenticated:
            return portal.to_sign_in(request)
        except ThreadlineError as why:
            return portal.error(request, why)
        target = f"/o/{endpoint.organization}{PATH}?{request.url.query}"
        return RedirectResponse(target, HTTPStatus.SEE_OTHER)

    return [Route(PATH, find)]
