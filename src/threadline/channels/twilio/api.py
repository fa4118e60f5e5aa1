"""How Twilio is asked: to send a text, and for what it has; what its refusals mean."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

import orjson

from threadline.channels.twilio import codes
from threadline.channels.twilio.account import Account
from threadline.channels.twilio.hooks import STATUSES
from threadline.egress import Answer, Client
from threadline.errors import (
    AnswerTooLarge,
    Deferred,
    Forbidden,
    Interrupted,
    ListFailed,
    Misconfigured,
    NotSent,
    OptedOut,
    Refused,
    RequestFailed,
    SendFailed,
    Throttled,
    Uncertain,
    Unreachable,
)
from threadline.model.messages import Accepted, Outgoing, Status
from threadline.model.plain import clean
from threadline.model.timeline import Media

TIMEOUT = 20.0
LONGEST_WAIT = 3600.0
LONGEST_VALID = 36_000

_SECONDS = re.compile(r"[0-9]{1,9}")
_PLACE = re.compile(r"\bhttps?://\S+/2010-04-01/\S+")


@dataclass(frozen=True, slots=True)
class Api:
    """
    One account at Twilio, or at whatever answers in its place at `base`. `media` is what is
    known to have come with texts, by MessageSid.
    """

    account: Account
    client: Client = field(repr=False)
    base: str
    clock: Callable[[], int] = field(repr=False)
    timeout: float = TIMEOUT
    media: dict[str, tuple[Media, ...]] = field(default_factory=dict, repr=False, compare=False)

    async def create_message(self, outgoing: Outgoing, callback: str = "") -> Accepted:
        """
        Raises `SendFailed`. Never asks twice: Twilio would send twice. `callback` is the URL
        for the status, if it is not the one in `outgoing`.
        """
        form = [("To", outgoing.contact)]
        if outgoing.ours:
            form.append(("From", outgoing.ours))
        if outgoing.service:
            form.append(("MessagingServiceSid", outgoing.service))
        form += [("Body", outgoing.text), ("StatusCallback", callback or outgoing.callback)]
        valid_for = min(max(outgoing.valid_for, 1), LONGEST_VALID)
        form.append(("ValidityPeriod", str(valid_for)))
        try:
            answer = await self.client.request(
                "POST",
                f"{self.base}{self.messages}.json",
                form=form,
                auth=self.account.login,
                timeout=min(self.timeout, outgoing.timeout),
            )
        except NotSent as why:
            raise Unreachable(_said(why)) from why
        except (Interrupted, AnswerTooLarge) as why:
            raise Uncertain(_said(why)) from why
        except Forbidden as why:
            raise Misconfigured(_said(why)) from why
        if answer.status // 100 != 2:
            raise failure(answer, ours=outgoing.ours)
        return _accepted(answer)

    async def get(self, path: str, limit: int) -> Answer:
        """What stands at `path`; it may have `limit` bytes. Raises `ListFailed`."""
        answer = await self.look(f"{self.base}{path}", limit)
        if answer.status != 200:
            raise ListFailed(f"Twilio did not give its list: {failure(answer)}")
        return answer

    async def look(self, url: str, limit: int, login: tuple[str, str] | None = None) -> Answer:
        """
        Whatever is answered there, by the account's login if no other is given. Raises
        `ListFailed` if nothing is.
        """
        try:
            return await self.client.request(
                "GET",
                url,
                auth=login or self.account.login,
                timeout=self.timeout,
                limit=limit,
            )
        except RequestFailed as why:
            raise ListFailed(_said(why)) from why

    @property
    def messages(self) -> str:
        """The path of the account's texts, to which `.json` or `/{MessageSid}` is added."""
        return f"/2010-04-01/Accounts/{self.account.sid}/Messages"


def _said(why: RequestFailed) -> str:
    """The sentence with Twilio's name in the place of a long URL."""
    return _PLACE.sub("Twilio", str(why), count=1)


def _accepted(answer: Answer) -> Accepted:
    said = document(answer)
    sid = said.get("sid")
    if not isinstance(sid, str) or not sid:
        raise Uncertain("Twilio took the text, but its answer cannot be read.")
    return Accepted(sid, STATUSES.get(str(said.get("status")), Status.ACCEPTED))


def failure(answer: Answer, *, ours: str = "") -> SendFailed:
    """What an answer other than success means. Pure."""
    said = document(answer)
    code = error_code(said.get("code"))
    sentence = _sentence(answer.status, code, said, ours)
    kind = Deferred if code and int(code) in codes.DEFERRED else Throttled
    match answer.status:
        case 429:
            after = _retry_after(answer.headers)
            return kind(sentence, provider_code=code, retry_after=after)
        case status if status >= 500 or status == 408:
            return Uncertain(sentence, provider_code=code or f"HTTP {answer.status}")
        case 401 | 403 | 404 if code is None or int(code) not in codes.CODES:
            return Misconfigured(sentence, provider_code=code)
        case status if status < 400:
            return Misconfigured(sentence, provider_code=code)
    meaning = codes.means(code or "", ours=ours)
    match meaning.then:
        case "retry":
            asked = _retry_after(answer.headers)
            after = (meaning.wait or None) if asked is None else asked
            return kind(sentence, provider_code=code, retry_after=after)
        case "stop":
            return OptedOut(sentence, provider_code=code)
        case "config":
            return Misconfigured(sentence, provider_code=code)
        case "unknown":
            return Uncertain(sentence, provider_code=code)
        case "fail":
            return Refused(sentence, provider_code=code)


def _sentence(status: int, code: str | None, said: Mapping[str, Any], ours: str) -> str:
    if code and int(code) in codes.CODES:
        return codes.means(code, ours=ours).sentence
    own = next((said[name] for name in ("message", "detail", "title") if said.get(name)), "")
    theirs = f" It said: {' '.join(clean(str(own)).split())[:200]}" if own else ""
    if code:
        return codes.means(code).sentence + theirs
    match status:
        case 429:
            return f"Twilio asks for a pause.{theirs}"
        case 401 | 403:
            return f"Twilio does not accept the credentials (HTTP {status}).{theirs}"
        case 404:
            return f"There is no such account at Twilio's address (HTTP 404).{theirs}"
        case _ if status >= 500 or status == 408:
            return f"Twilio failed (HTTP {status}); the text may have been sent.{theirs}"
        case _ if status < 400:
            return f"Twilio's address answers with HTTP {status}. Check the base URL."
        case _:
            return f"Twilio refused the text (HTTP {status}).{theirs}"


def error_code(value: Any) -> str | None:
    written = str(value)
    usable = isinstance(value, int | str) and not isinstance(value, bool)
    return written if usable and _SECONDS.fullmatch(written) else None


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait. A date counts from the answer's own, so that no clock is asked."""
    written = headers.get("retry-after", "").strip()
    if _SECONDS.fullmatch(written):
        return min(float(written), LONGEST_WAIT)
    try:
        until, now = map(parsedate_to_datetime, (written, headers["date"]))
        return min(max((until - now).total_seconds(), 0.0), LONGEST_WAIT)
    except (KeyError, TypeError, ValueError):
        return None


def document(answer: Answer) -> Mapping[str, Any]:
    """Nothing, for HTML and whatever else a proxy says."""
    try:
        said = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        try:
            said = json.loads(answer.body)  # which knows half characters, too
        except (ValueError, RecursionError):
            return {}
    return said if isinstance(said, dict) else {}
