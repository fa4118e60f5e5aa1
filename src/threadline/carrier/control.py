"""The carrier's own switches over HTTP: accounts, faults, alerts, and a page that says so."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from threadline.carrier import plan
from threadline.carrier.faults import Faults
from threadline.carrier.phones import problem
from threadline.carrier.state import Account, State
from threadline.model.clock import iso


class Control:
    """What Twilio's console would be. Anybody who reaches the carrier may use it."""

    def __init__(self, state: State, faults: Faults) -> None:
        self._state = state
        self._faults = faults

    def routes(self) -> list[Route]:
        return [
            Route("/", self.page),
            Route("/carrier/accounts", self.accounts, methods=["GET"]),
            Route("/carrier/accounts", self.add_account, methods=["POST"]),
            Route("/faults", self.faults, methods=["GET"]),
            Route("/faults", self.add_fault, methods=["POST"]),
            Route("/faults", self.remove_faults, methods=["DELETE"]),
            Route("/faults/{id:int}", self.remove_faults, methods=["DELETE"]),
            Route("/alerts", self.alerts),
        ]

    async def page(self, request: Request) -> Response:
        lines = [
            "Threadline's carrier: a simulated Twilio with handsets.",
            "",
            "  /2010-04-01/Accounts/{AccountSid}/…   Twilio's REST API",
            "  /handsets/{number}/texts              text as a person, read what came",
            "  /faults, /alerts, /carrier/accounts   make it misbehave, see what went wrong",
            "",
            "Numbers and where their texts are told:",
            "",
        ]
        numbers = self._state.numbers.values()
        lines += [f"  {one.number}   {one.sms_url or '(no SmsUrl yet)'}" for one in numbers]
        return PlainTextResponse("\n".join(lines) + "\n")

    async def accounts(self, request: Request) -> Response:
        return JSONResponse(
            {"accounts": [self._shown(a) for a in self._state.accounts.values()]}
        )

    async def add_account(self, request: Request) -> Response:
        try:
            account = plan.add_account(self._state, await _document(request))
        except ValueError as why:
            return problem(str(why))
        return JSONResponse(self._shown(account), 201)

    async def faults(self, request: Request) -> Response:
        return JSONResponse({"faults": [rule.to_json() for rule in self._faults.rules]})

    async def add_fault(self, request: Request) -> Response:
        try:
            rule = self._faults.add(await _document(request))
        except ValueError as why:
            return problem(str(why))
        return JSONResponse(rule.to_json(), 201)

    async def remove_faults(self, request: Request) -> Response:
        self._faults.remove(request.path_params.get("id"))
        return Response(status_code=204)

    async def alerts(self, request: Request) -> Response:
        after = request.query_params.get("after", "0")
        if not after.isdigit():
            return problem("`after` is the `n` of the last alert that you have seen.")
        shown = [
            asdict(one) | {"at": iso(one.at)}
            for one in self._state.alerts
            if one.n > int(after)
        ]
        return JSONResponse({"alerts": shown})

    def _shown(self, account: Account) -> dict[str, Any]:
        """Without its secrets."""
        numbers = self._state.numbers_of(account.sid)
        return {
            "sid": account.sid,
            "name": account.name,
            "numbers": [
                {"sid": one.sid, "number": one.number, "sms_url": one.sms_url}
                for one in numbers
            ],
        }


async def _document(request: Request) -> dict[str, Any]:
    found = orjson.loads(await request.body())
    if not isinstance(found, dict):
        raise ValueError("The body is a JSON object.")
    return found
