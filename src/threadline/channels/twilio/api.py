"""What we ask of Twilio: to send a text, and which texts it has. The only I/O here."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

from threadline.channels.twilio import codes
from threadline.channels.twilio.account import Account
from threadline.channels.twilio.hooks import STATUSES
from threadline.egress import Answer, Client
from threadline.errors import (
    AnswerTooLarge,
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
from threadline.model import clock
from threadline.model.messages import Accepted, Found, Outgoing, Status, Window

TIMEOUT = 20.0
PAGE_SIZE = 50
PAGE_BYTES = 4_194_304  # 50 texts of 1600 escaped emoji, and to spare
MOST_PAGES = 100
LONGEST_WAIT = 3600.0

BEFORE = 2 * clock.SECOND  # `date_created` has whole seconds, and clocks differ a little
AFTER = 1 * clock.SECOND
STRAGGLE = 10 * clock.MINUTE  # the list is newest first, but nobody promises how strictly

_SECONDS = re.compile(r"[0-9]{1,9}")


_PLACE = re.compile(r"\bhttps?://\S+/2010-04-01/\S+")


@dataclass(frozen=True, slots=True)
class Api:
    """One account at Twilio, or at whatever answers in its place at `base`."""

    account: Account
    client: Client = field(repr=False)
    base: str
    timeout: float = TIMEOUT

    async def create_message(self, outgoing: Outgoing) -> Accepted:
        """Raises `SendFailed`. Never asks twice: Twilio would send twice."""
        form = [("To", outgoing.contact)]
        if outgoing.ours:
            form.append(("From", outgoing.ours))
        if outgoing.service:
            form.append(("MessagingServiceSid", outgoing.service))
        form += [("Body", outgoing.text), ("StatusCallback", outgoing.callback)]
        try:
            answer = await self.client.request(
                "POST",
                f"{self.base}{self._messages}",
                form=form,
                auth=self.account.login,
                timeout=self.timeout,
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

    async def list_messages(self, window: Window) -> list[Found]:
        """
        One pass over the texts to this contact, newest first, until they are older than the
        window. Raises `ListFailed` if any page of it cannot be had.
        """
        asked = [("To", window.contact)]
        if not window.service:  # a service may send from any number of its pool, or none yet
            asked.append(("From", window.ours))
        path = f"{self._messages}?{urlencode([*asked, ('PageSize', PAGE_SIZE)])}"
        found: list[Found] = []
        for _ in range(MOST_PAGES):
            page = await self._page(path)
            messages = [_listed(one) for one in page["messages"]]
            found += (fit for one in messages if (fit := _fit(one, window)))
            onward = page.get("next_page_uri")
            past = messages and all(_is_before(one, window) for one in messages)
            if past or not onward:
                return found
            path = self._onward(onward)
        raise ListFailed(f"Twilio's list goes on after {MOST_PAGES} pages.")

    async def _page(self, path: str) -> Mapping[str, Any]:
        try:
            answer = await self.client.request(
                "GET",
                f"{self.base}{path}",
                auth=self.account.login,
                timeout=self.timeout,
                limit=PAGE_BYTES,
            )
        except RequestFailed as why:
            raise ListFailed(_said(why)) from why
        if answer.status != 200:
            raise ListFailed(f"Twilio did not give its list: {failure(answer)}")
        page = _json(answer)
        if not isinstance(page.get("messages"), list):
            raise ListFailed("Twilio's list cannot be read: its answer is not as documented.")
        return page

    def _onward(self, uri: Any) -> str:
        """Relative to the API's address: our credentials go to no other host."""
        if not isinstance(uri, str) or not uri.startswith(self._messages):
            raise ListFailed("The next page of Twilio's list is not where its list is.")
        return uri

    @property
    def _messages(self) -> str:
        return f"/2010-04-01/Accounts/{self.account.sid}/Messages.json"


def _said(why: RequestFailed) -> str:
    """The sentence with Twilio's name in the place of a long URL."""
    return _PLACE.sub("Twilio", str(why), count=1)


def _accepted(answer: Answer) -> Accepted:
    said = _json(answer)
    sid = said.get("sid")
    if not isinstance(sid, str) or not sid:
        raise Uncertain("Twilio took the text, but its answer cannot be read.")
    return Accepted(sid, STATUSES.get(str(said.get("status")), Status.ACCEPTED))


def failure(answer: Answer, *, ours: str = "") -> SendFailed:
    """What an answer other than success means. Pure."""
    said = _json(answer)
    code = _code(said.get("code"))
    sentence = _sentence(answer.status, code, said, ours)
    match answer.status:
        case 429:
            after = _retry_after(answer.headers)
            return Throttled(sentence, provider_code=code, retry_after=after)
        case status if status >= 500 or status == 408:
            return Uncertain(sentence, provider_code=code)
        case 401 | 403 | 404 if code is None or int(code) not in codes.CODES:
            return Misconfigured(sentence, provider_code=code)
        case status if status < 400:
            return Misconfigured(sentence, provider_code=code)
    match codes.means(code, ours=ours).then if code else "fail":
        case "retry":
            after = _retry_after(answer.headers)
            return Throttled(sentence, provider_code=code, retry_after=after)
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
    theirs = f" It said: {' '.join(str(own).split())[:200]}" if own else ""
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


def _code(value: Any) -> str | None:
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


def _json(answer: Answer) -> Mapping[str, Any]:
    """Nothing, for HTML and whatever else a proxy says."""
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _listed(one: Any) -> tuple[Mapping[str, Any], int]:
    """A message of the list and when it was made. Raises `ListFailed`."""
    try:
        made = parsedate_to_datetime(one["date_created"])
        return one, clock.seconds(
            (made if made.tzinfo else made.replace(tzinfo=UTC)).timestamp()
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise ListFailed("Twilio's list has a text without a date.") from None


def _is_before(listed: tuple[Mapping[str, Any], int], window: Window) -> bool:
    return listed[1] < window.since - STRAGGLE


def _fit(listed: tuple[Mapping[str, Any], int], window: Window) -> Found | None:
    one, made = listed
    by_us = (
        one.get("messaging_service_sid") == window.service
        if window.service
        else one.get("from") == window.ours
    )
    in_time = window.since - BEFORE <= made <= window.until + AFTER
    is_ours = one.get("direction") == "outbound-api" and one.get("to") == window.contact
    sid = one.get("sid")
    if not (by_us and in_time and is_ours and isinstance(sid, str)):
        return None
    status = STATUSES.get(str(one.get("status")), Status.ACCEPTED)
    return Found(sid, status, str(one.get("body") or ""), made, _code(one.get("error_code")))
