"""The Messages resource: create, list, fetch, redact, delete."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from threadline.carrier import faults, orders, shapes
from threadline.carrier.access import Authorized, fields
from threadline.carrier.faults import About
from threadline.carrier.hangup import Reset, Silence
from threadline.carrier.outbound import Outbound
from threadline.carrier.refusals import Refusal, refuse
from threadline.carrier.state import FINAL, Account, Message

HERE = "/2010-04-01/Accounts/{account}/Messages"


class Messages:
    """Where a bot's server sends texts and looks them up."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound
        self._state = outbound.state

    def routes(self) -> list[Route]:
        state = self._state
        one = {"GET": self.fetch, "POST": self.change, "DELETE": self.delete}
        return [
            Route(f"{HERE}.json", Authorized(state, {"GET": self.list, "POST": self.create})),
            Route(f"{HERE}/{{sid}}.json", Authorized(state, one)),
            Route(f"{HERE}/{{sid}}/Media.json", Authorized(state, {"GET": self.media})),
            Route(f"{HERE}/{{sid}}/Media/{{media}}", Authorized(state, {"GET": self.file})),
        ]

    async def create(self, request: Request, account: Account) -> Response:
        order = orders.read(await fields(request), account, self._state)
        if isinstance(order, Refusal):
            return order.response()
        about = About(account.sid, order.sender, order.recipient)
        fault = self._outbound.strike("create", about)
        match fault:
            case faults.Refuse():
                return _refusal(fault)
            case faults.ResetBefore():
                return Reset()
            case faults.SlowBefore(seconds):
                await asyncio.sleep(seconds)
        shown = shapes.message(self._outbound.accept(order))
        match fault:
            case faults.AcceptAndRefuse(status):
                return _refusal(faults.Refuse(status))
            case faults.ResetAfter():
                return Reset()
            case faults.Lost():
                return Silence()
            case faults.SlowAfter(seconds):
                await asyncio.sleep(seconds)
        return JSONResponse(shown, 201)

    async def list(self, request: Request, account: Account) -> Response:
        query = request.query_params
        about = About(account.sid, query.get("From", ""), query.get("To", ""))
        match self._outbound.faults.strike("list", about):
            case faults.Refuse() as fault:
                return _refusal(fault)
            case faults.ResetBefore():
                return Reset()
            case faults.Lost():
                return Silence()
            case faults.SlowBefore(seconds):
                await asyncio.sleep(seconds)
        try:
            spans = [_span(name, query[name]) for name in query if name.startswith("DateSent")]
        except ValueError:
            return refuse(20001, "DateSent").response()
        fitting = [
            one
            for one in self._state.newest_first(account.sid)
            if query.get("To", one.recipient) == one.recipient
            and query.get("From", one.sender) == one.sender
            and all(one.sent is not None and a <= one.sent < b for a, b in spans)
        ]
        return _page(
            request,
            "messages",
            [one.sid for one in fitting],
            lambda part: [shapes.message(one) for one in fitting[part]],
        )

    async def fetch(self, request: Request, account: Account) -> Response:
        found = self._find(request, account)
        return found.response() if isinstance(found, Refusal) else _shown(found)

    async def change(self, request: Request, account: Account) -> Response:
        """Redacts, which is the only change that a text without a schedule allows."""
        found, form = self._find(request, account), dict(await fields(request))
        if isinstance(found, Refusal):
            return found.response()
        if "Status" in form:
            return refuse(30409).response()
        if form.get("Body") != "":
            return refuse(20001, "Body can only be set to nothing").response()
        if found.status not in FINAL:
            return refuse(20009).response()
        return _shown(self._state.change_message(found, body=""))

    async def delete(self, request: Request, account: Account) -> Response:
        found = self._find(request, account)
        if isinstance(found, Refusal):
            return found.response()
        if found.status not in FINAL:
            return refuse(20009).response()
        self._state.forget_message(found)
        return Response(status_code=204)

    async def media(self, request: Request, account: Account) -> Response:
        """What a handset attached; what was sent to one stays where the sender keeps it."""
        found = self._find(request, account)
        if isinstance(found, Refusal):
            return found.response()
        shown = shapes.media(found)
        return _page(request, "media_list", [one["sid"] for one in shown], shown.__getitem__)

    async def file(self, request: Request, account: Account) -> Response:
        """Leads to where the handset keeps it."""
        found = self._find(request, account)
        if isinstance(found, Refusal):
            return found.response()
        for one, url in zip(shapes.media(found), found.media, strict=False):
            if one["sid"] == request.path_params["media"]:
                return RedirectResponse(url)
        return refuse(20404, request.url.path).response()

    def _find(self, request: Request, account: Account) -> Message | Refusal:
        found = self._state.message(account.sid, request.path_params["sid"])
        return found or refuse(20404, request.url.path)


def _shown(message: Message) -> JSONResponse:
    return JSONResponse(shapes.message(message))


def _page(
    request: Request, name: str, sids: Sequence[str], shown: Callable[[slice], Any]
) -> Response:
    found = shapes.page(request.url.path, request.query_params, sids)
    if isinstance(found, str):
        return refuse(20001, found).response()
    part, around = found
    return JSONResponse({name: shown(part), **around})


def _refusal(fault: faults.Refuse) -> Response:
    if fault.html:
        page = f"<html><body><h1>{fault.status} Bad Gateway</h1></body></html>"
        return HTMLResponse(page, fault.status)
    code = fault.code or {429: 20429, 503: 20503, 401: 20003}.get(fault.status, 20500)
    message = fault.message or refuse(code).message
    response = Refusal(code, fault.status, message).response()
    if fault.retry_after is not None:
        response.headers["Retry-After"] = f"{fault.retry_after:g}"
    return response


def _span(name: str, text: str) -> tuple[float, float]:
    """
    What a DateSent filter leaves, in microseconds: a day, or all until its end (`DateSent<`),
    or all from its begin (`DateSent>`). A moment instead of a day is a day of one second.
    """
    begin = datetime.fromisoformat(text)
    begin = begin if begin.tzinfo else begin.replace(tzinfo=UTC)
    length = timedelta(days=1) if len(text) == len("2030-01-02") else timedelta(seconds=1)
    first, last = begin.timestamp() * 1e6, (begin + length).timestamp() * 1e6
    match name:
        case "DateSent":
            return first, last
        case "DateSent<":
            return 0, last
        case "DateSent>":
            return first, float("inf")
        case _:
            raise ValueError(name)
