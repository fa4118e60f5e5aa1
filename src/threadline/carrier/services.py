"""The messaging services of an account, and the numbers in them: list and fetch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from threadline.carrier import shapes
from threadline.carrier.access import Authorized
from threadline.carrier.refusals import refuse
from threadline.carrier.state import Account, Number, Service, State

HERE = "/v1/Services"


class Services:
    """Where a pool of numbers is told which server to ask. Twilio has it on another host."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        def route(rest: str, endpoint: Any) -> Route:
            return Route(f"{HERE}{rest}", Authorized(self._state, {"GET": endpoint}))

        return [
            route("", self.list),
            route("/{service}", self.fetch),
            route("/{service}/PhoneNumbers", self.numbers),
            route("/{service}/PhoneNumbers/{number}", self.number),
        ]

    async def list(self, request: Request, account: Account) -> Response:
        return _page(request, "services", self._state.services_of(account.sid), shapes.service)

    async def fetch(self, request: Request, account: Account) -> Response:
        found = self._find(request, account)
        return JSONResponse(shapes.service(found)) if found else _nothing(request)

    async def numbers(self, request: Request, account: Account) -> Response:
        found = self._find(request, account)
        if found is None:
            return _nothing(request)
        numbers = self._state.numbers_of(account.sid, found.sid)
        return _page(request, "phone_numbers", numbers, shapes.pooled)

    async def number(self, request: Request, account: Account) -> Response:
        found = self._state.number_by_sid(account.sid, request.path_params["number"])
        if found is None or found.service != request.path_params["service"]:
            return _nothing(request)
        return JSONResponse(shapes.pooled(found))

    def _find(self, request: Request, account: Account) -> Service | None:
        sid = request.path_params["service"]
        known = self._state.services_of(account.sid)
        return next((one for one in known if one.sid == sid), None)


def _page(
    request: Request,
    name: str,
    found: Sequence[Service] | Sequence[Number],
    shown: Callable[[Any], dict[str, Any]],
) -> Response:
    """Newer resources than texts say what is on a page in `meta`."""
    around = shapes.page(request.url.path, request.query_params, [one.sid for one in found])
    if isinstance(around, str):
        return refuse(20001, around).response()
    part, told = around
    meta = {
        "first_page_url": told["first_page_uri"],
        "next_page_url": told["next_page_uri"],
        "previous_page_url": told["previous_page_uri"],
        "url": told["uri"],
        "page": told["page"],
        "page_size": told["page_size"],
        "key": name,
    }
    return JSONResponse({name: [shown(one) for one in found[part]], "meta": meta})


def _nothing(request: Request) -> Response:
    return refuse(20404, request.url.path).response()
