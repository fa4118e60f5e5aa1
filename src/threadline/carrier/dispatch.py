"""Tells an account's server of a text that came in, and carries out what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from mimetypes import guess_type
from typing import Any
from urllib.parse import urljoin

from threadline.carrier import orders, twiml
from threadline.carrier.outbound import Outbound
from threadline.carrier.refusals import Refusal
from threadline.carrier.state import Message, Number
from threadline.carrier.webhooks import Failed, Params

PAGES = 50
BLANKS = [f"{end}{what}" for end in ("From", "To") for what in ("City", "State", "Zip")]


@dataclass(frozen=True, slots=True)
class Told:
    """How the server took a text: what the handset's second tick stands for."""

    url: str
    tries: int
    status: int | None = None
    error: tuple[int, str] | None = None

    def to_json(self) -> dict[str, Any]:
        error = self.error and {"code": self.error[0], "message": self.error[1]}
        return {"url": self.url, "status": self.status, "tries": self.tries, "error": error}


@dataclass(frozen=True, slots=True)
class Dispatch:
    """Asks the number's SmsUrl, then its fallback once. What goes wrong is an alert."""

    outbound: Outbound

    async def tell(self, message: Message) -> Told:
        number = self._number(message)
        if number is None or not number.sms_url or number.sms_application_sid:
            reason = f"{message.recipient} has no SmsUrl, so nobody is told of its texts."
            return self._alarm(message, Failed("", 11321, reason))
        params = form(message)
        told = await self._ask(message, number, number.sms_method, number.sms_url, params)
        if told.error is None or not number.sms_fallback_url:
            return told
        why = [("ErrorCode", str(told.error[0])), ("ErrorUrl", told.url)]
        method, url = number.sms_fallback_method, number.sms_fallback_url
        return await self._ask(message, number, method, url, [*params, *why])

    def unreached(self, message: Message) -> Told:
        """As if the server had not been there."""
        number = self._number(message)
        url = number.sms_url if number else ""
        return self._alarm(message, Failed(url, 11205, "The server could not be reached."))

    def _number(self, message: Message) -> Number | None:
        state = self.outbound.state
        found = state.numbers.get(message.recipient)
        return state.told_of(found) if found else None

    async def _ask(
        self, message: Message, number: Number, method: str, url: str, params: Params
    ) -> Told:
        state = self.outbound.state
        account, token = state.accounts[message.account], state.uuid()
        for _ in range(PAGES):
            found = await self.outbound.webhooks.call(account, method, url, params, token)
            if isinstance(found, Failed):
                return self._alarm(message, found)
            script = twiml.read(found.status, found.content_type, found.body)
            if isinstance(script, twiml.Wrong):
                wrong = Failed(found.url, script.code, script.reason, found.tries, found.status)
                return self._alarm(message, wrong)
            onward = None
            for verb in script:
                match verb:
                    case twiml.Say():
                        self._say(message, number, verb, found.url)
                    case twiml.Go():
                        onward = verb
            if onward is None:
                return Told(found.url, found.tries, found.status)
            method, url = onward.method, urljoin(found.url, onward.url)
        return self._alarm(message, Failed(url, 14106, f"More than {PAGES} redirects."))

    def _say(self, message: Message, number: Number, say: twiml.Say, base: str) -> None:
        state = self.outbound.state
        wanted = [
            ("To", say.to or message.sender),
            ("From", say.sender or number.number),
            ("Body", say.body),
            *(("MediaUrl", one) for one in say.media),
        ]
        if say.action:
            wanted.append(("StatusCallback", urljoin(base, say.action)))
        order = orders.read(wanted, state.accounts[message.account], state)
        match order:
            case Refusal(21602 | 21617):
                reason = "A <Message> has an empty body or more than 1600 characters."
                self._alarm(message, Failed(base, 14103, reason))
            case Refusal():
                self._alarm(message, Failed(base, order.code, order.message))
            case orders.Order():
                self.outbound.accept(order, "outbound-reply")

    def _alarm(self, message: Message, why: Failed) -> Told:
        self.outbound.state.alert(message.account, why.code, why.reason, why.url, message.sid)
        return Told(why.url, why.tries, why.status, (why.code, why.reason))


def form(message: Message) -> list[tuple[str, str]]:
    """Every field that Twilio posts for a text, blanks included. Pure."""
    fields = [
        ("ToCountry", ""),
        *((name, "") for name in BLANKS),
        ("SmsMessageSid", message.sid),
        ("NumMedia", str(len(message.media))),
        ("SmsSid", message.sid),
        ("SmsStatus", "received"),
        ("Body", message.body),
        ("FromCountry", ""),
        ("To", message.recipient),
        ("NumSegments", str(message.segments)),
        ("MessageSid", message.sid),
        ("AccountSid", message.account),
        ("From", message.sender),
        ("ApiVersion", "2010-04-01"),
    ]
    if message.service:
        fields.append(("MessagingServiceSid", message.service))
    for n, url in enumerate(message.media):
        kind = guess_type(url)[0] or "application/octet-stream"
        fields += [(f"MediaUrl{n}", url), (f"MediaContentType{n}", kind)]
    return fields
