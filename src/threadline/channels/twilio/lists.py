"""
What Twilio's list of texts says: those we sent, and those that came.

Its times are told in our own clock: the answer's `Date` shows how far the two are apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from threadline.channels.twilio import hooks
from threadline.channels.twilio.account import Account
from threadline.channels.twilio.api import Api, document, error_code
from threadline.channels.twilio.hooks import STATUSES
from threadline.errors import ListFailed
from threadline.model import clock
from threadline.model.messages import Found, Inbound, Status, Window
from threadline.model.plain import clean
from threadline.model.timeline import Media

PAGE_SIZE = 50
PAGE_BYTES = 4_194_304  # 50 texts of 1600 escaped emoji, and to spare
MOST_PAGES = 100
DAYS_PAGE_SIZE = 1000  # as many as Twilio gives: a day may have had a lot of texts
DAYS_PAGE_BYTES = 8 * PAGE_BYTES
DAYS_MOST_PAGES = 1000
MEDIA_KEPT = 10_000

BEFORE = 2 * clock.SECOND  # `date_created` has whole seconds, and clocks differ a little
AFTER = 1 * clock.SECOND
SLACK = 10 * clock.SECOND  # for what must not be missed: our clock may have been set since
STRAGGLE = 10 * clock.MINUTE  # the list is newest first, but nobody promises how strictly
APART = 2 * clock.SECOND  # `Date` has whole seconds, too

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Listed:
    """A text as the list has it, and when it was made, in our clock."""

    said: Mapping[str, Any]
    made: int


@dataclass(frozen=True, slots=True)
class _Page:
    texts: list[Listed]
    onward: Any
    ahead: int


async def sent(api: Api, window: Window) -> list[Found]:
    """
    One pass over the texts to this contact, newest first, until they are older than the
    window. Raises `ListFailed` if any page of it cannot be had.
    """
    asked = [("To", window.contact)]
    if not window.service:  # a service may send from any number of its pool, or none yet
        asked.append(("From", window.ours))
    query = urlencode([*asked, ("PageSize", PAGE_SIZE)])
    return await _read(
        api,
        lambda _ahead: query,
        lambda one: _fit(one, window),
        before=window.since - STRAGGLE,
        most=MOST_PAGES,
        limit=PAGE_BYTES,
    )


async def arrived(api: Api, since: int, until: int) -> list[Inbound]:
    """
    The texts from contacts that Twilio got in that time, oldest first. Raises `ListFailed` if
    any page of the list, or what is attached to one of the texts, cannot be had.
    """
    us = api.account
    to = [] if us.service else [("To", us.number)]  # a service has other numbers as well

    def query(ahead: int) -> str:
        """By day, because that is how far the filter can be relied on."""
        first, last = (_day(at + ahead) for at in (since - BEFORE, until + AFTER))
        days = [("DateSent>", first), ("DateSent<", last)]
        return urlencode([*to, *days, ("PageSize", DAYS_PAGE_SIZE)])

    listed = await _read(
        api,
        query,
        lambda one: one if _is_for_us(one, us) and _is_in(one, since, until) else None,
        before=since - STRAGGLE,
        most=DAYS_MOST_PAGES,
        limit=DAYS_PAGE_BYTES,
    )
    listed.reverse()  # so that those of one second are in the order in which they came
    listed.sort(key=lambda one: one.made)
    return [await _text(api, one) for one in listed]


async def _read(
    api: Api,
    query: Callable[[int], str],
    keep: Callable[[Listed], T | None],
    *,
    before: int,
    most: int,
    limit: int,
) -> list[T]:
    """
    What is to be kept of each page, until a page is `before` that time or there is none.
    `query` may depend on how far Twilio's clock is ahead of ours, which its answer tells.
    """
    asked = query(0)
    page = await _page(api, f"{api.messages}.json?{asked}", limit)
    if query(page.ahead) != asked:
        page = await _page(api, f"{api.messages}.json?{query(page.ahead)}", limit)
    kept: list[T] = []
    for _ in range(most):
        kept += (found for one in page.texts if (found := keep(one)) is not None)
        past = page.texts and all(one.made < before for one in page.texts)
        if past or not page.onward:
            return kept
        page = await _page(api, _onward(api, page.onward), limit)
    raise ListFailed(f"Twilio's list goes on after {most} pages.")


async def _page(api: Api, path: str, limit: int) -> _Page:
    began = api.clock()
    answer = await api.get(path, limit)
    ahead = ahead_of(answer.headers, began, api.clock())
    page = document(answer)
    return _Page(
        [_listed(one, ahead) for one in _entries(page, "messages")],
        page.get("next_page_uri"),
        ahead,
    )


def ahead_of(headers: Mapping[str, str], began: int, ended: int) -> int:
    """
    By how many microseconds the clock of who answered is ahead of ours; 0 where the two could
    be one. We asked at `began` and knew at `ended`. Pure.
    """
    try:
        said = clock.seconds(_moment(headers["date"]).timestamp())
    except (KeyError, TypeError, ValueError, OverflowError):
        return 0
    return 0 if began - APART <= said <= ended + APART else said - ended


def _entries(page: Mapping[str, Any], name: str) -> list[Any]:
    found = page.get(name)
    if not isinstance(found, list):
        raise ListFailed("Twilio's list cannot be read: its answer is not as documented.")
    return found


def _onward(api: Api, uri: Any) -> str:
    """Relative to the API's address: our credentials go to no other host."""
    if not isinstance(uri, str) or not uri.startswith(f"{api.messages}.json"):
        raise ListFailed("The next page of Twilio's list is not where its list is.")
    return uri


def _listed(one: Any, ahead: int) -> Listed:
    try:
        return Listed(one, clock.seconds(_moment(one["date_created"]).timestamp()) - ahead)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise ListFailed("Twilio's list has a text without a date.") from None


def _moment(written: str) -> datetime:
    found = parsedate_to_datetime(written)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _day(at: int) -> str:
    return clock.iso(at)[: len("2030-01-02")]


def _is_in(listed: Listed, since: int, until: int) -> bool:
    return since - BEFORE <= listed.made <= until + AFTER


def _fit(listed: Listed, window: Window) -> Found | None:
    one = listed.said
    by_us = (
        one.get("messaging_service_sid") == window.service
        if window.service
        else one.get("from") == window.ours
    )
    is_ours = one.get("direction") == "outbound-api" and one.get("to") == window.contact
    sid = one.get("sid")
    in_time = _is_in(listed, window.since - SLACK, window.until + SLACK)
    if not (by_us and in_time and is_ours and isinstance(sid, str)):
        return None
    status = STATUSES.get(str(one.get("status")), Status.ACCEPTED)
    code = error_code(one.get("error_code"))
    return Found(sid, status, str(one.get("body") or ""), listed.made, code)


def _is_for_us(listed: Listed, us: Account) -> bool:
    """Whether its webhook would have come to us and been believed."""
    one = listed.said
    names = all(isinstance(one.get(name), str) and one[name] for name in ("sid", "from", "to"))
    by_service = bool(us.service) and one.get("messaging_service_sid") == us.service
    return (
        one.get("direction") == "inbound" and names and (by_service or one["to"] == us.number)
    )


async def _text(api: Api, listed: Listed) -> Inbound:
    one = listed.said
    sid, body = str(one["sid"]), one.get("body")
    has_media = str(one.get("num_media") or "0") != "0"
    return hooks.text(
        api.account,
        sid=sid,
        written_from=clean(one["from"]),
        written_to=clean(one["to"]),
        service=str(one.get("messaging_service_sid") or ""),
        body=clean(body) if isinstance(body, str) else "",
        media=await _media(api, sid) if has_media else (),
        sent_at=listed.made,
    )


async def _media(api: Api, sid: str) -> tuple[Media, ...]:
    """Asked once: a day is read again and again, and what came with a text stays the same."""
    if (known := api.media.get(sid)) is not None:
        return known
    here = f"{api.messages}/{quote(sid, safe='')}/Media"
    listed = _entries(document(await api.get(f"{here}.json", PAGE_BYTES)), "media_list")
    try:
        found = tuple(
            Media(f"{api.base}{here}/{one['sid']}", str(one.get("content_type") or ""))
            for one in listed
        )
    except (KeyError, TypeError, AttributeError):
        raise ListFailed("Twilio's list of media has one without its id.") from None
    if len(api.media) >= MEDIA_KEPT:
        del api.media[next(iter(api.media))]
    api.media[sid] = found
    return found
