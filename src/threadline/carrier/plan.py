"""Accounts and numbers as somebody writes them down: in a file or over HTTP."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from threadline.carrier.state import Account, Number, Service, State
from threadline.model.phone import canonical, is_e164

SID = re.compile(r"AC[0-9a-f]{32}")
SERVICE = re.compile(r"MG[0-9a-f]{32}")
SETTABLE = frozenset(one.name for one in fields(Number)) - {
    "sid",
    "account",
    "number",
    "created",
    "updated",
}
OF_SERVICE = frozenset(one.name for one in fields(Service)) - {"sid", "account", "created"}


def add_account(state: State, plan: Mapping[str, Any]) -> Account:
    """
    Adds `{"sid": "AC…", "token": "…", "keys": {"SK…": "…"}, "numbers": [{"number": "+1…",
    "sms_url": "…"}], "services": [{"sid": "MG…", "inbound_request_url": "…"}]}`, or changes
    what is there already. Raises `ValueError` with a sentence.
    """
    sid, token = plan.get("sid"), plan.get("token")
    if not isinstance(sid, str) or not SID.fullmatch(sid):
        raise ValueError("`sid` is AC and 32 lower-case hexadecimal digits.")
    if not isinstance(token, str) or not token:
        raise ValueError("`token` is the account's auth token, any text.")
    keys, wishes = plan.get("keys", {}), plan.get("numbers", [])
    services = plan.get("services", [])
    if not isinstance(keys, Mapping) or not isinstance(wishes, list):
        raise ValueError("`keys` is an object, SID to secret, and `numbers` a list.")
    if not isinstance(services, list):
        raise ValueError("`services` is a list.")
    name = str(plan.get("name", "Simulated account"))
    account = Account(sid, token, dict(keys), name, state.clock())
    numbers = [_number(state, sid, wish) for wish in wishes]
    pools = [_service(state, sid, wish) for wish in services]
    state.add_account(account)
    for pool in pools:
        state.services[pool.sid] = pool
    for number in numbers:
        state.numbers[number.number] = number
    return account


def _number(state: State, account: str, wish: Any) -> Number:
    if not isinstance(wish, Mapping) or not isinstance(wish.get("number"), str):
        raise ValueError('A number is written as {"number": "+1…", "sms_url": "…"}.')
    number = canonical(wish["number"])
    if not is_e164(number):
        raise ValueError(f"{number!r} is not a full phone number (+15550100000).")
    settings = {name: value for name, value in wish.items() if name != "number"}
    if unknown := settings.keys() - SETTABLE:
        has = ", ".join(sorted(SETTABLE))
        raise ValueError(f"A number has no {', '.join(sorted(unknown))}; it has {has}.")
    for name, value in settings.items():
        if not isinstance(value, bool if name == "sms" else str):
            raise ValueError(f"`{name}` is {'true or false' if name == 'sms' else 'a text'}.")
    before, now = state.numbers.get(number), state.clock()
    if before is not None and before.account != account:
        raise ValueError(f"{number} belongs to another account.")
    sid, created = (before.sid, before.created) if before else (state.sid("PN"), now)
    return Number(sid, account, number, created, now, **settings)


def _service(state: State, account: str, wish: Any) -> Service:
    sid = wish.get("sid") if isinstance(wish, Mapping) else None
    if not isinstance(sid, str) or not SERVICE.fullmatch(sid):
        raise ValueError('A service is written as {"sid": "MG…", "inbound_request_url": "…"}.')
    settings = {name: value for name, value in wish.items() if name != "sid"}
    if unknown := settings.keys() - OF_SERVICE:
        has = ", ".join(sorted(OF_SERVICE))
        raise ValueError(f"A service has no {', '.join(sorted(unknown))}; it has {has}.")
    for name, value in settings.items():
        flag = name == "use_inbound_webhook_on_number"
        if not isinstance(value, bool if flag else str):
            raise ValueError(f"`{name}` is {'true or false' if flag else 'a text'}.")
    return Service(sid, account, created=state.clock(), **settings)
