"""Requests of Twilio's, from the .txt files beside this, signed by Twilio's own SDK."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from twilio.request_validator import RequestValidator

from threadline.model.messages import Hook

PUBLIC = "https://sms.example.com"
ADDRESS = "flowit-sms"
SID = "AC" + "0" * 32
TOKEN = "0123456789abcdef0123456789abcdef"
SERVICE = "MG" + "4" * 32
OURS = "+15558675310"
CONTACT = "+14017122661"
SECRET: dict[str, Any] = {"accountSid": SID, "authToken": TOKEN, "phoneNumber": OURS}

Form = Sequence[tuple[str, str]]


class Values(dict[str, list[str]]):
    """A form as web frameworks hand it to the SDK, repeated names and all."""

    def getall(self, name: str) -> list[str]:
        return self[name]

    @classmethod
    def of(cls, form: Form) -> Values:
        values = cls()
        for name, value in form:
            values.setdefault(name, []).append(value)
        return values


def signature(url: str, form: Form, token: str = TOKEN) -> str:
    return str(RequestValidator(token).compute_signature(url, Values.of(form)))


def load(name: str) -> Hook:
    """A request as it lies in `NAME.txt`, with the signature that fits it."""
    raw = (Path(__file__).parent / f"{name}.txt").read_text("utf-8")
    head, _, body = raw.partition("\n\n")
    first, *lines = head.splitlines()
    method, target, _ = first.split(" ")
    path, _, query = target.partition("?")
    headers = {name.lower(): value for name, _, value in (x.partition(": ") for x in lines)}
    rest = path.removeprefix(f"/v1/engage/{ADDRESS}")
    hook = Hook(method, PUBLIC + target, rest, query, headers, body.strip().encode())
    return signed(hook)


def signed(hook: Hook, token: str = TOKEN) -> Hook:
    body = hook.body.decode("utf-8", "replace")
    form = parse_qsl(body, keep_blank_values=True) if hook.method == "POST" else []
    given = {"x-twilio-signature": signature(hook.url, form, token)}
    return replace(hook, headers={**hook.headers, **given})


def inbound(token: str = TOKEN, *, without: str = "", **changed: str) -> Hook:
    """The plain text, with other values for the fields that are named, signed anew."""
    hook = load("text")
    form = dict(parse_qsl(hook.body.decode(), keep_blank_values=True)) | changed
    form.pop(without, None)
    return signed(replace(hook, body=urlencode(form, errors="replace").encode()), token)


def status(query: str = "m=42", **changed: str) -> Hook:
    """The status callback for a delivered text, likewise."""
    hook = load("delivered")
    form = dict(parse_qsl(hook.body.decode(), keep_blank_values=True)) | changed
    url = f"{PUBLIC}/v1/engage/{ADDRESS}/status?{query}"
    body = urlencode(form).encode()
    return signed(replace(hook, url=url, query=query, body=body))
