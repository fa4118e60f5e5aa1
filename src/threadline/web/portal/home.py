"""Home: is everything all right, what was said, what failed, and what to do next."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from threadline.channels import CHANNELS
from threadline.model.checks import BADNESS
from threadline.operations import carrier, health, overview
from threadline.web.portal.chart import chart
from threadline.web.portal.page import Page, Visit

SPANS = (("24", "24 hours"), ("168", "7 days"))
OLD = 60
"""Seconds that a text waits until somebody should know."""
MOST = 8
"""Endpoints that are shown here; the others have their own page."""
COUNTED = (
    ("parked", "bad", "text was put aside", "texts were put aside", "failed"),
    ("failed", "bad", "text of the last day failed", "texts of the last day failed", "failed"),
    ("unknown", "busy", "text is being looked up", "texts are being looked up", ""),
    ("flagged", "warn", "conversation needs a look", "conversations need a look", "flagged"),
    (
        *("taken_over", "busy", "conversation is taken over"),
        *("conversations are taken over", "taken_over"),
    ),
)
"""Of the overview: how bad it is, one and several in words, and the filter that shows them."""
NEW_BOT = "It is what answers. There are ready ones to begin with."
NEW_NUMBER = "Make an endpoint for a number; it tells what to do at the provider, step by step."
TRY = "Every bot has a messenger of its own. There it answers before it has a number."
FIRST_TEXT = "Text the number with a phone."
ON_SCREEN = "Text the number with the phone that is built in; the carrier is simulated."


async def show(visit: Visit) -> Mapping[str, Any]:
    span = visit.query.get("hours", "")
    hours = span if span in dict(SPANS) else SPANS[0][0]
    here = visit.organization
    found, endpoints, names = await asyncio.gather(  # they wait for the store side by side
        overview.show(visit.app, organization=here, hours=int(hours)),
        health.overview(visit.app, organization=here),
        visit.app.store.search_choices(here),
    )
    endpoints.sort(key=lambda one: BADNESS.index(one.state), reverse=True)
    simulated = carrier.is_there(visit.app)
    steps = first_steps(endpoints, bots=len(names["bot"]), simulated=simulated)
    return {
        "overview": found,
        "drawn": chart(found["hours"]),
        "spans": [(key, title, key == hours) for key, title in SPANS],
        "endpoints": [{**health.told(one), "why": one.why} for one in endpoints[:MOST]],
        "more_endpoints": max(0, len(endpoints) - MOST),
        "matters": list(_matters(visit, found, endpoints)),
        "steps": steps if not all(done for _title, _about, _to, done in steps) else [],
    }


def _matters(
    visit: Visit, found: Mapping[str, Any], endpoints: Sequence[health.Seen]
) -> Iterator[tuple[str, str, str, str]]:
    """What somebody should look at: how bad, what, what to press, and where that leads."""
    wrong = [one for one in endpoints if one.state == "wrong"]
    for one in wrong[:MOST]:
        to = visit.url("/endpoints/{}", one.endpoint.address)
        yield "bad", f"{one.endpoint.name}: {one.why}", "See the endpoint", to
    if (more := len(wrong) - MOST) > 0:
        told = f"{more:,} more {'endpoint has' if more == 1 else 'endpoints have'} a problem."
        yield "bad", told, "See them", visit.url("/endpoints")
    now = datetime.fromisoformat(found["at"])
    for queue in found["queues"]:
        waits = (now - datetime.fromisoformat(queue["oldest"])).total_seconds()
        if waits >= OLD:
            told = (
                f"{queue['texts']:,} wait at {queue['endpoint']}, the first for {age(waits)}."
            )
            yield (
                "warn",
                told,
                "See the endpoint",
                visit.url("/endpoints/{}", queue["endpoint"]),
            )
    for name, kind, one_is, many_are, chip in COUNTED:
        if count := found[name]:
            to = visit.url("/conversations", **dict.fromkeys(filter(None, [chip]), "1"))
            yield kind, f"{count:,} {one_is if count == 1 else many_are}.", "See them", to


def age(seconds: float) -> str:
    """`3 minutes`, for a sentence. Pure."""
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {name}{'' if count == 1 else 's'}"
    return "some seconds"


def first_steps(
    endpoints: Sequence[health.Seen], *, bots: int, simulated: bool
) -> list[tuple[str, str, str, bool]]:
    """What comes first in a new place: title, about, where, and whether it is done. Pure."""
    numbers = [one for one in endpoints if CHANNELS[one.endpoint.engagement_type].by_number]
    written = any(one.first_text.state == "ok" for one in endpoints)
    texted = any(one.first_text.state == "ok" for one in numbers)
    about, to = (ON_SCREEN, "/phone") if simulated else (FIRST_TEXT, "/endpoints")
    return [
        ("Make a bot", NEW_BOT, "/bots", bots > 0),
        ("Try it", TRY, "/preview", written),
        ("Set up a number", NEW_NUMBER, "/endpoints", bool(numbers)),
        ("Text it", about, to, texted),
    ]


page = Page(
    "/", "Home", "home.html", show, section="home", live=("now", "chart", "figures", "rest")
)
