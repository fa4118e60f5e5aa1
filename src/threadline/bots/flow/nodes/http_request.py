"""HTTP Request: asks a server, and remembers what it answered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlencode

from threadline.bots.flow.errands import Answered, Failed, Outcome, Request, Sealed
from threadline.bots.flow.fields import Fields
from threadline.bots.flow.node import ErrandNode, Then
from threadline.bots.flow.talk import Talk
from threadline.bots.flow.told import short
from threadline.model.elsewhere import HEADER, METHODS, OURS
from threadline.model.templates import Template

MAX_SECONDS = 60
_PLACE = re.compile(r"https?://[^/?#\s$]+(?=[/?#]|$)")


@dataclass(frozen=True, slots=True)
class HttpRequest(ErrandNode):
    """
    The answer is `msg.response`, and its body also `msg.baas.NAME`. Without a port `failed`,
    what may succeed another time has the turn asked again, and all else refuses it.
    """

    method: str
    url: Template
    query: Mapping[str, Any]
    headers: Mapping[str, Any]
    body: Any
    seconds: float
    name: str
    store: str
    next: str
    failed: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls(
            method=_method(fields),
            url=_url(fields),
            query=fields.values("query"),
            headers=_headers(fields),
            body=fields.sealed("body"),
            seconds=_seconds(fields),
            name=fields.variable("name", default="") if fields.get("name") else "",
            store=fields.variable("store", default=""),
            next=fields.wire("next"),
            failed=fields.wire("failed", default=""),
        )

    @property
    def summary(self) -> str:
        return f"{self.method} {self.url.source}"

    @property
    def labels(self) -> Mapping[str, str]:
        return {"failed": "it failed"}

    @property
    def wires(self) -> Mapping[str, str]:
        return {"next": self.next} | ({"failed": self.failed} if self.failed else {})

    @property
    def place(self) -> str:
        """Scheme and host, which have no holes."""
        found = _PLACE.match(self.url.source)
        return found[0] if found else ""

    def enter(self, talk: Talk) -> Then:
        url = talk.render(self.url).strip()
        found = _PLACE.match(url)
        if found is None or found[0] != self.place:
            talk.refuse("What was put into the URL has changed its host.")
        query = {name: talk.words(one) for name, one in self.query.items()}
        if query:
            url += ("&" if "?" in url else "?") + urlencode(query)
        headers = {
            name: one if isinstance(one, Sealed) else " ".join(talk.words(one).split())
            for name, one in self.headers.items()
        }
        body = None if self.body is None else talk.fill(self.body)
        return Request(self.method, url, headers, body, self.seconds, talk.key)

    def done(self, talk: Talk, outcome: Outcome) -> Then:
        match outcome:
            case Answered(status, headers, body) if 200 <= status < 300:
                self._keep(talk, {"status": status, "headers": headers, "body": body})
                if self.store:
                    talk.remember(self.store, body)
                return self.next
            case Answered(status, headers, body):
                self._keep(talk, {"status": status, "headers": headers, "body": body})
                why = f"{self.place} answered {status}."
                outcome = Failed(why, again=status == 429 or status >= 500)
        if not self.failed:
            talk.fail(outcome)
        talk.tell(outcome)
        return self.failed

    def _keep(self, talk: Talk, response: Mapping[str, Any]) -> None:
        message = talk.scope["msg"]
        baas = {**message.get("baas", {}), self.name or talk.node: response["body"]}
        talk.put({**message, "response": response, "baas": baas})


def _method(fields: Fields) -> str:
    method = fields.plain("method", default="GET").upper()
    if method not in METHODS:
        fields.wrong(
            "method_invalid",
            "method",
            f"There is no method {short(method)} here.",
            f"Write one of: {', '.join(METHODS)}.",
        )
    return method


def _url(fields: Fields) -> Template:
    url = fields.text("url")
    if url.source and _PLACE.match(url.source) is None:
        mend = "Begin with it, such as `https://api.example.com/orders/${order}`."
        fields.wrong("url_invalid", "url", "The host of a URL has no holes.", mend)
    return url


def _headers(fields: Fields) -> Mapping[str, Any]:
    found = fields.sealed("headers")
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        mend = "Write names and values, such as `Authorization: srn:vault::ORG:secret:ALIAS`."
        fields.wrong("field_invalid", "headers", "The headers are not a mapping.", mend)
        return {}
    for name in found:
        if not HEADER.fullmatch(name) or name.lower() in OURS:
            mend = "Use letters, digits and hyphens, and none that every request has."
            fields.wrong("header_invalid", "headers", f"{short(name)} is no header here.", mend)
    return found


def _seconds(fields: Fields) -> float:
    seconds = fields.number("timeout")
    if seconds is not None and not 0.1 <= seconds <= MAX_SECONDS:
        mend = f"Write a number of seconds, at most {MAX_SECONDS}."
        fields.wrong("timeout_invalid", "timeout", "This is no time to wait.", mend)
    return 10 if seconds is None else seconds
