"""Phone: handsets of the simulated carrier on the screen, and what may go wrong with them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from threadline.errors import Invalid, NotFound, RequestFailed
from threadline.operations import carrier, handsets
from threadline.operations.carrier import Simulated
from threadline.web.portal.endpoints import bots_of
from threadline.web.portal.page import Act, Go, Page, Tell, Visit

PLACES = ("one", "two", "three", "four")
"""For so many phones there is room; each is a live part of the page."""
TIMES = {"1": 1, "3": 3, "": None}
TICKS = {"sent": "on its way", "delivered": "delivered", "failed": "not delivered"}


async def show(visit: Visit) -> Mapping[str, Any]:
    values: dict[str, Any] = {
        "why_not": "",
        "numbers": [],
        "number": None,
        "phones": dict.fromkeys(PLACES),
        "mishaps": handsets.MISHAPS,
        "faults": [],
        "another": None,
    }
    try:
        numbers = await carrier.numbers(visit.app, visit.organization)
    except NotFound as why:
        return {**values, "why_not": str(why)}
    except RequestFailed as why:
        return {**values, "why_not": f"The simulated carrier does not answer: {why}"}
    values["bots"] = [(one, one) for one in await bots_of(visit)]
    if not numbers:
        return values
    number = _chosen(visit, numbers)
    shown = await _phones(visit, number)
    try:
        found, faults = await _asked(visit, numbers, number, shown)
    except RequestFailed as why:
        return {**values, "why_not": f"The simulated carrier does not answer: {why}"}
    phones = [
        {
            "number": one,
            "texts": [_told(text) for text in texts],
            "shut": _url(visit, number, [other for other in shown if other != one]),
        }
        for one, texts in zip(shown, found, strict=True)
    ]
    room = len(shown) < len(PLACES)
    return {
        **values,
        "numbers": numbers,
        "number": number,
        "shown": shown,
        "phones": dict(zip(PLACES, phones + [None] * len(PLACES), strict=False)),
        "another": handsets.another(shown) if room else None,
        "faults": [{**one, "title": _title(one), "left": _left(one)} for one in faults],
    }


async def _asked(
    visit: Visit, numbers: Sequence[Simulated], number: Simulated, shown: Sequence[str]
) -> tuple[list[list[dict[str, Any]]], list[dict[str, Any]]]:
    faults, *found = await asyncio.gather(
        handsets.faults(visit.app, _accounts(numbers)),
        *(handsets.texts(visit.app, number, one) for one in shown),
    )
    return found, faults


async def new_number(visit: Visit) -> Go:
    number = await carrier.new_number(visit.app, visit.organization, bot=visit.form.get("bot"))
    return Go(visit.url("/phone", to=number), f"{number} is there. Text it.")


async def add(visit: Visit) -> Go:
    """A phone with a number of one's choice beside the others."""
    numbers = await carrier.numbers(visit.app, visit.organization)
    number = _chosen(visit, numbers)
    wanted = handsets.check(visit.form.get("handset"))
    shown = [one for one in await _phones(visit, number) if one != wanted]
    return Go(_url(visit, number, [*shown[: len(PLACES) - 1], wanted]))


async def send(visit: Visit) -> Go | Tell:
    numbers = await carrier.numbers(visit.app, visit.organization)
    number = _chosen(visit, numbers)
    await handsets.send(
        visit.app,
        number,
        handsets.check(visit.form.get("handset")),
        body=visit.form.get("body"),
        media=visit.form.get("media").strip(),
    )
    return Tell({}) if visit.by_script else Go()


async def go_wrong(visit: Visit) -> Go:
    number = _chosen(visit, await carrier.numbers(visit.app, visit.organization))
    name = visit.form.get("mishap")
    times = TIMES.get(visit.form.get("times"), 1)
    await handsets.go_wrong(visit.app, number, mishap=name, times=times)
    return Go(said=f"{handsets.MISHAPS[name].title}: it is on.")


async def mend(visit: Visit) -> Go:
    numbers = await carrier.numbers(visit.app, visit.organization)
    await handsets.mend(visit.app, _accounts(numbers), visit.form.get("id"))
    return Go(said="It is off.")


def _chosen(visit: Visit, numbers: Sequence[Simulated]) -> Simulated:
    """Raises `NotFound`."""
    wanted = visit.form.get("to") or visit.query.get("to", "")
    if not numbers:
        raise NotFound("There is no simulated number yet.")
    return handsets.find(numbers, wanted) if wanted else numbers[0]


async def _phones(visit: Visit, number: Simulated) -> list[str]:
    """
    Those in the page's address, what is no number left out, or else who texted last. The
    choice is in the address, so that the page can be loaded again and shown to somebody.
    """
    found = []
    for one in visit.query.get("phones", "").split(","):
        try:
            found.append(handsets.check(one))
        except Invalid:
            continue
    if not found:
        return await handsets.of(visit.app, number, organization=visit.organization, limit=2)
    return list(dict.fromkeys(found))[: len(PLACES)]


def _url(visit: Visit, number: Simulated, shown: Sequence[str]) -> str:
    return visit.url("/phone", to=number.number, phones=",".join(shown))


def _accounts(numbers: Sequence[Simulated]) -> list[str]:
    return [one.account for one in numbers]


def _told(text: Mapping[str, Any]) -> dict[str, Any]:
    """A bubble: whose, what, and what became of it. Pure."""
    mine = text["direction"] == "sent"
    error = text["error"]
    return {
        **text,
        "mine": mine,
        "tick": TICKS.get(text["status"], text["status"]) if mine else "",
        "why": f"{error['message']} ({error['code']})" if error else "",
    }


def _title(rule: Mapping[str, Any]) -> str:
    known = handsets.MISHAPS.get(rule["mishap"])
    return known.title if known else f"{rule['where']}: {rule['what']}"


def _left(rule: Mapping[str, Any]) -> str:
    if rule["times"] is None:
        return f"until it is switched off; struck {rule['struck']} times so far"
    left = rule["times"] - rule["struck"]
    return f"{left} more {'time' if left == 1 else 'times'}"


page = Page(
    "/phone",
    "Phone",
    "phone.html",
    show,
    section="phone",
    acts={
        "send": Act("operator", send, quiet=True),
        "add": Act("operator", add, quiet=True),
        "go_wrong": Act("builder", go_wrong),
        "mend": Act("builder", mend),
        "new_number": Act("builder", new_number),
    },
    live=(*PLACES, "faults"),
)
