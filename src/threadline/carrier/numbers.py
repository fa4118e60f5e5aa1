"""The account and its phone numbers: list, configure, buy, release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from threadline.carrier import shapes
from threadline.carrier.access import Authorized, fields
from threadline.carrier.refusals import Refusal, refuse
from threadline.carrier.state import Account, Number, State
from threadline.model.phone import is_e164, is_possible

HERE = "/2010-04-01/Accounts/{account}"
UNAVAILABLE, NOT_A_NUMBER = "+15005550000", "+15005550001"

SETTINGS = {
    "FriendlyName": "name",
    "SmsUrl": "sms_url",
    "SmsMethod": "sms_method",
    "SmsFallbackUrl": "sms_fallback_url",
    "SmsFallbackMethod": "sms_fallback_method",
    "SmsApplicationSid": "sms_application_sid",
    "StatusCallback": "status_callback",
    "StatusCallbackMethod": "status_callback_method",
}


class Numbers:
    """Where a number is told which server to ask."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        state = self._state
        one = {"GET": self.fetch, "POST": self.change, "DELETE": self.release}
        many = {"GET": self.list, "POST": self.buy}
        return [
            Route(f"{HERE}.json", Authorized(state, {"GET": self.account})),
            Route(f"{HERE}/IncomingPhoneNumbers.json", Authorized(state, many)),
            Route(f"{HERE}/IncomingPhoneNumbers/{{sid}}.json", Authorized(state, one)),
        ]

    async def account(self, request: Request, account: Account) -> Response:
        return JSONResponse(shapes.account(account))

    async def list(self, request: Request, account: Account) -> Response:
        """`PhoneNumber` finds whole numbers and parts of them, as `*` and digits."""
        query = request.query_params
        part, name = query.get("PhoneNumber", "").replace("*", ""), query.get("FriendlyName")
        fitting = [
            one
            for one in self._state.numbers_of(account.sid)
            if part in one.number and name in (None, one.name or one.number)
        ]
        found = shapes.page(request.url.path, query, [one.sid for one in fitting])
        if isinstance(found, str):
            return refuse(20001, found).response()
        shown = [shapes.number(one) for one in fitting[found[0]]]
        return JSONResponse({"incoming_phone_numbers": shown, **found[1]})

    async def fetch(self, request: Request, account: Account) -> Response:
        found = self._find(request, account)
        return found.response() if isinstance(found, Refusal) else _shown(found)

    async def change(self, request: Request, account: Account) -> Response:
        found, changes = self._find(request, account), _settings(await fields(request))
        if isinstance(found, Refusal):
            return found.response()
        if isinstance(changes, Refusal):
            return changes.response()
        return _shown(self._state.change_number(found, **changes))

    async def buy(self, request: Request, account: Account) -> Response:
        form = await fields(request)
        number, changes = self._wanted(dict(form)), _settings(form)
        if isinstance(number, Refusal):
            return number.response()
        if isinstance(changes, Refusal):
            return changes.response()
        now = self._state.clock()
        bought = Number(self._state.sid("PN"), account.sid, number, now, now, **changes)
        self._state.numbers[number] = bought
        return _shown(bought, 201)

    async def release(self, request: Request, account: Account) -> Response:
        found = self._find(request, account)
        if isinstance(found, Refusal):
            return found.response()
        del self._state.numbers[found.number]
        return Response(status_code=204)

    def _wanted(self, form: Mapping[str, str]) -> str | Refusal:
        number, area = form.get("PhoneNumber", ""), form.get("AreaCode", "")
        if not number and area.isdigit() and len(area) == 3:
            free = (f"+1{area}55501{n:02}" for n in range(100))
            number = next((one for one in free if one not in self._state.numbers), UNAVAILABLE)
        if number == UNAVAILABLE or number in self._state.numbers:
            return refuse(21422, number)
        if number == NOT_A_NUMBER or not (is_e164(number) and is_possible(number)):
            return refuse(21421, number)
        return number

    def _find(self, request: Request, account: Account) -> Number | Refusal:
        found = self._state.number_by_sid(account.sid, request.path_params["sid"])
        return found or refuse(20404, request.url.path)


def _shown(number: Number, status: int = 200) -> JSONResponse:
    return JSONResponse(shapes.number(number), status)


def _settings(form: Sequence[tuple[str, str]]) -> dict[str, Any] | Refusal:
    """Unknown fields are left aside, as Twilio leaves them."""
    for name, value in form:
        if name.startswith("Sms") and name.endswith("Method") and value not in ("GET", "POST"):
            return refuse(20001, name)
        if name.endswith("Url") and value and not value.startswith(("http://", "https://")):
            return refuse(20001, f"{name} is not a URL")
    return {SETTINGS[name]: value for name, value in form if name in SETTINGS}
