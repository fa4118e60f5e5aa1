"""Phones of simulated people: what they sent and got, texting with one, and what goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from threadline.app import App
from threadline.errors import Invalid, NotFound, Problem, RequestFailed
from threadline.model import phone
from threadline.operations import carrier, conversations
from threadline.operations.carrier import Simulated

FIRST = 15550100001
"""The number of the first phone; the next ones follow."""
LOOK = 20.0
"""Seconds in which what becomes of a text is waited for."""
TEXTS = 60
"""Of a phone, the latest."""


@dataclass(frozen=True, slots=True)
class Mishap:
    """Something that goes wrong on request: `wish` is what the carrier is told."""

    title: str
    effect: str
    wish: Mapping[str, Any]


MISHAPS: Mapping[str, Mishap] = {
    "throttled": Mishap(
        "Twilio says 429",
        "An answer is refused as too much at a time. It goes out a little later.",
        {"where": "create", "what": "refuse", "status": 429, "code": 20429, "retry_after": 2},
    ),
    "down": Mishap(
        "Twilio is down",
        "An answer meets an HTTP 503 and is tried again.",
        {"where": "create", "what": "refuse", "status": 503},
    ),
    "lost": Mishap(
        "The answer of Twilio is lost",
        "The text is taken, and we hear nothing. It is looked up, and not sent twice.",
        {"where": "create", "what": "reset_after"},
    ),
    "off": Mishap(
        "The phone is off",
        "The text is taken and not delivered: error 30003.",
        {"where": "delivery", "what": "undelivered", "code": 30003},
    ),
    "filtered": Mishap(
        "A network filters it",
        "The text is taken and not delivered: error 30007.",
        {"where": "delivery", "what": "undelivered", "code": 30007},
    ),
    "silent": Mishap(
        "No status callback comes",
        "The text arrives, and nobody tells us so.",
        {"where": "callback", "what": "drop"},
    ),
    "twice": Mishap(
        "Status callbacks come twice",
        "Each is posted once more, which changes nothing.",
        {"where": "callback", "what": "duplicate"},
    ),
    "reordered": Mishap(
        "Status callbacks overtake each other",
        "“delivered” is told before “sent”, and stays.",
        {"where": "callback", "what": "reorder"},
    ),
    "hook_twice": Mishap(
        "A text of a phone is told twice",
        "The bot is asked once all the same.",
        {"where": "webhook", "what": "duplicate"},
    ),
    "hook_lost": Mishap(
        "A text of a phone is not told",
        "No webhook comes. Catch-up finds the text in Twilio's list.",
        {"where": "webhook", "what": "drop"},
    ),
}
"""By name, in the order in which they are shown."""


def find(known: Sequence[Simulated], number: str) -> Simulated:
    """Pure. Raises `NotFound`: it is none of the organization's."""
    for one in known:
        if one.number == number:
            return one
    raise NotFound(f"{number} is no simulated number of yours.")


async def of(app: App, number: Simulated, *, organization: str, limit: int) -> list[str]:
    """The phones that texted a number last, or the first phone of all."""
    page = await conversations.list_(
        app, organization=organization, endpoint=number.endpoint, limit=limit
    )
    return [str(one["contact"]) for one in page["data"]] or [another([])]


def another(shown: Sequence[str]) -> str:
    """A phone that is not on the screen yet. Pure."""
    return next(one for n in range(len(shown) + 1) if (one := f"+{FIRST + n}") not in shown)


def check(handset: str) -> str:
    """A phone's number in E.164. Raises `Invalid`. Pure."""
    try:
        return phone.canonical(handset)
    except ValueError:
        mend = "Write it in full, with + and the country code: +15550100001."
        problem = Problem("number_invalid", "handset", f"{handset!r} is no number.", mend)
        raise Invalid([problem]) from None


async def texts(app: App, number: Simulated, handset: str) -> list[dict[str, Any]]:
    """
    What a phone and the number said to each other, as the carrier's handset tells it. Raises
    `NotFound`, `RequestFailed`.
    """
    found = await carrier.tell(app, "GET", f"{_path(handset)}?{_with(number)}")
    return list(found["texts"])[-TEXTS:]


async def send(
    app: App, number: Simulated, handset: str, *, body: str, media: str = ""
) -> None:
    """
    Text the number with a phone. Whoever watches a page is told of what becomes of it, too.
    Raises `Invalid`, `NotFound`, `RequestFailed`.
    """
    if not body.strip() and not media:
        mend = "Write something, or give the address of a picture."
        raise Invalid([Problem("text_missing", "body", "There is nothing to send.", mend)])
    if media and not media.startswith(("https://", "http://")):
        mend = "Write the whole of it, as in `https://example.com/cat.png`."
        raise Invalid([Problem("media_invalid", "media", f"{media!r} is no address.", mend)])
    wish = {"to": number.number, "body": body, "media": [media] if media else []}
    sent = await carrier.tell(app, "POST", _path(handset), wish)
    watching = asyncio.create_task(_watch(app, number, handset, int(sent["n"])))
    app.watching.add(watching)
    watching.add_done_callback(app.watching.discard)


async def faults(app: App, accounts: Sequence[str]) -> list[dict[str, Any]]:
    """
    What was switched on for these accounts and still waits: `mishap` is its name, if it is
    one of ours. Raises `NotFound`, `RequestFailed`.
    """
    rules = (await carrier.tell(app, "GET", "/faults"))["faults"]
    return [{**one, "mishap": _mishap(one)} for one in rules if one.get("account") in accounts]


async def go_wrong(app: App, number: Simulated, *, mishap: str, times: int | None) -> None:
    """
    For texts of the number's account, so often or until it is switched off. Raises `Invalid`,
    `NotFound`, `RequestFailed`.
    """
    known = MISHAPS.get(mishap)
    if known is None:
        mend = f"Use: {', '.join(MISHAPS)}."
        message = f"Nothing that goes wrong is called {mishap!r}."
        raise Invalid([Problem("mishap_unknown", "mishap", message, mend)])
    wish = {**known.wish, "account": number.account, "times": times}
    await carrier.tell(app, "POST", "/faults", wish)


async def mend(app: App, accounts: Sequence[str], id: str) -> None:
    """Switch one off. Raises `NotFound`, `RequestFailed`."""
    if id not in {str(one["id"]) for one in await faults(app, accounts)}:
        raise NotFound("It is switched off by now.")
    await carrier.tell(app, "DELETE", f"/faults/{id}")


async def _watch(app: App, number: Simulated, handset: str, after: int) -> None:
    """Ring whenever something changes on a phone, for as long as somebody may look at it."""
    loop = asyncio.get_running_loop()
    until = loop.time() + LOOK
    while (left := until - loop.time()) > 0:
        query = f"{_with(number)}&after={after}&wait={left:.1f}"
        url = f"{carrier.at(app)}{_path(handset)}?{query}"
        try:
            found = await carrier.ask(app.egress.provider, "GET", url, timeout=left + PAUSE)
        except RequestFailed:
            return
        if found["texts"]:
            app.store.doorbell.ring(("timeline",))
        after = int(found["last"])


PAUSE = 5.0
"""Seconds that an answer may be late."""


def _mishap(rule: Mapping[str, Any]) -> str:
    for name, one in MISHAPS.items():
        if all(rule.get(key) == value for key, value in one.wish.items()):
            return name
    return ""


def _path(handset: str) -> str:
    return f"/handsets/{quote(handset)}/texts"


def _with(number: Simulated) -> str:
    return urlencode({"with": number.number})
